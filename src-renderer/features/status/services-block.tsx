import type { PortalRoute, ServiceHealth, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { formatMs } from '../../ui/format.ts'
import { StatusDot } from '../../ui/status-dot.tsx'
import { say, t } from '../../ui/texts.ts'
import { Block, PartBlock } from './block.tsx'
import styles from './status.module.css'
import { Table } from './table.tsx'

const serviceTones = { healthy: 'good', warning: 'caution', down: 'bad', unknown: 'unknown' } as const
const routeTones = { there: 'good', failing: 'bad', absent: 'unknown' } as const

interface Row {
  name: string
  detail: string | null
  tone: 'good' | 'caution' | 'bad' | 'unknown'
  word: string
  ms: number | null
}

function Rows({ rows }: { rows: Row[] }) {
  const headings = ['name', 'state', 'answer'] as const
  return (
    <Table headings={headings.map((name) => t(`panels.services.${name}`))}>
      {rows.map(({ name, detail, tone, word, ms }) => (
        <tr key={name}>
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
      ))}
    </Table>
  )
}

const serviceRow = ({ name, status, detail, constant, responseMs }: ServiceHealth): Row => ({
  name: say(name),
  detail: constant ? t('panels.services.constant') : detail === null ? null : say(detail),
  tone: constant ? 'unknown' : serviceTones[status],
  word: t(`panels.services.states.${status}`),
  ms: responseMs,
})

const routeRow = ({ path, state, responseMs }: PortalRoute): Row => ({
  name: path,
  detail: null,
  tone: routeTones[state],
  word: t(`panels.services.routeStates.${state}`),
  ms: responseMs,
})

function digestOf(down: number, trouble: number): string {
  if (down > 0) return t('panels.services.down', { count: down })
  return trouble > 0 ? t('panels.services.trouble', { count: trouble }) : t('panels.services.allWork')
}

/** The portal's services, as they answer here and as the dashboard reports them, and its pages. */
export function ServicesBlock({ status }: { status: StatusSnapshot }) {
  const asked = status.services.value
  const number = (word: ServiceHealth['status']): number =>
    asked?.filter((one) => one.status === word).length ?? 0
  return (
    <Block
      name="services"
      title={t('panels.services.title')}
      digest={asked && digestOf(number('down'), number('warning'))}
      of={status.services}
    >
      <PartBlock title={t('panels.services.askedHere')} part={status.services}>
        {(services) => <Rows rows={services.map(serviceRow)} />}
      </PartBlock>
      <PartBlock title={t('panels.services.reported')} part={status.reported}>
        {(services) => <Rows rows={services.map(serviceRow)} />}
      </PartBlock>
      <PartBlock title={t('panels.services.routes')} part={status.routes} afterMs={180_000}>
        {(routes) => <Rows rows={routes.map(routeRow)} />}
      </PartBlock>
    </Block>
  )
}
