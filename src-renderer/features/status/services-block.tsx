import type { PortalRoute, ServiceHealth, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { formatMs } from '../../ui/format.ts'
import { StatusDot } from '../../ui/status-dot.tsx'
import { say, t } from '../../ui/texts.ts'
import { Block, isStale, PartBlock, usePanel } from './block.tsx'
import styles from './status.module.css'

const serviceTones = { healthy: 'good', warning: 'caution', down: 'bad', unknown: 'unknown' } as const
const routeTones = { there: 'good', failing: 'bad', absent: 'unknown' } as const

function Head() {
  return (
    <thead className={styles.hidden}>
      <tr>
        <th scope="col">{t('panels.services.name')}</th>
        <th scope="col">{t('panels.services.state')}</th>
        <th scope="col">{t('panels.services.answer')}</th>
      </tr>
    </thead>
  )
}

function Row({
  name,
  detail,
  tone,
  word,
  ms,
}: {
  name: string
  detail: string | null
  tone: 'good' | 'caution' | 'bad' | 'unknown'
  word: string
  ms: number | null
}) {
  return (
    <tr>
      <th scope="row" title={detail ?? undefined}>
        {name}
        {detail && <span className={styles.rowDetail}>{detail}</span>}
      </th>
      <td>
        <span className={styles.state}>
          <StatusDot tone={tone} />
          {word}
        </span>
      </td>
      <td className={styles.figure}>{ms === null ? '' : formatMs(ms)}</td>
    </tr>
  )
}

function Services({ services }: { services: ServiceHealth[] }) {
  return (
    <table className={styles.table}>
      <Head />
      <tbody>
        {services.map(({ name, status, detail, constant, responseMs }) => (
          <Row
            key={name}
            name={name}
            detail={constant ? t('panels.services.constant') : detail === null ? null : say(detail)}
            tone={constant ? 'unknown' : serviceTones[status]}
            word={t(`panels.services.states.${status}`)}
            ms={responseMs}
          />
        ))}
      </tbody>
    </table>
  )
}

function Routes({ routes }: { routes: PortalRoute[] }) {
  return (
    <table className={styles.table}>
      <Head />
      <tbody>
        {routes.map(({ path, state, responseMs }) => (
          <Row
            key={path}
            name={path}
            detail={null}
            tone={routeTones[state]}
            word={t(`panels.services.routeStates.${state}`)}
            ms={responseMs}
          />
        ))}
      </tbody>
    </table>
  )
}

function digestOf(down: number, trouble: number): string {
  if (down > 0) return t('panels.services.down', { count: down })
  return trouble > 0 ? t('panels.services.trouble', { count: trouble }) : t('panels.services.allWork')
}

/** The portal's services, as they answer here and as the dashboard reports them, and its pages. */
export function ServicesBlock({ status }: { status: StatusSnapshot }) {
  const { now } = usePanel()
  const asked = status.services.value
  const number = (word: ServiceHealth['status']): number =>
    asked?.filter((one) => one.status === word).length ?? 0
  return (
    <Block
      name="services"
      title={t('panels.services.title')}
      digest={asked && digestOf(number('down'), number('warning'))}
      stale={isStale(status.services, now)}
    >
      <PartBlock title={t('panels.services.askedHere')} part={status.services}>
        {(services) => <Services services={services} />}
      </PartBlock>
      <PartBlock title={t('panels.services.reported')} part={status.reported}>
        {(services) => <Services services={services} />}
      </PartBlock>
      <PartBlock title={t('panels.services.routes')} part={status.routes} afterMs={180_000}>
        {(routes) => <Routes routes={routes} />}
      </PartBlock>
    </Block>
  )
}
