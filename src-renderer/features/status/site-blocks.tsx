import type { ReactNode } from 'react'
import type { ServiceHealth, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatMs } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'
import { StatusDot } from '../../ui/status-dot.tsx'
import { Block } from './block.tsx'
import styles from './status.module.css'

const text = messages.status
/** Polled parts that are older than this are greyed. */
const staleAfterMs = 60_000

const serviceTones = { healthy: 'good', warning: 'caution', down: 'bad', unknown: 'unknown' } as const

type Part = StatusSnapshot['services'] | StatusSnapshot['nodes'] | StatusSnapshot['jobs']

function PolledBlock<T extends Part>({
  title,
  part,
  now,
  children,
}: {
  title: string
  part: T
  now: number
  children: (value: NonNullable<T['value']>) => ReactNode
}) {
  const { value, source, at, problem, invented } = part
  return (
    <Block
      title={title}
      source={source}
      at={at}
      now={now}
      stale={at === null || problem !== null || now - at > staleAfterMs}
      problem={problem}
      note={invented ? text.invented : null}
    >
      {value === null ? null : value.length === 0 ? (
        <p className={styles.note}>{text.none}</p>
      ) : (
        children(value)
      )}
    </Block>
  )
}

function nodeTone(state: string): 'good' | 'caution' | 'bad' | 'unknown' {
  if (/down|fail|drain|not.?respond/i.test(state)) return 'bad'
  if (/idle|mix|alloc|comp/i.test(state)) return 'good'
  return 'unknown'
}

function Service({ service }: { service: ServiceHealth }) {
  return (
    <tr>
      <th scope="row" title={service.detail ?? undefined}>
        {service.name}
        {service.detail && <span className={styles.rowDetail}>{service.detail}</span>}
      </th>
      <td>
        <span className={styles.state}>
          <StatusDot tone={serviceTones[service.status]} />
          {text.serviceStatus[service.status]}
        </span>
      </td>
      <td className={styles.figure}>{formatMs(service.responseMs)}</td>
    </tr>
  )
}

/** What the portal and the job queue say about the site: services, nodes, jobs. */
export function SiteBlocks({
  status,
  user,
  now,
}: {
  status: StatusSnapshot
  user: string | null
  now: number
}) {
  return (
    <>
      <PolledBlock title={text.services} part={status.services} now={now}>
        {(services) => (
          <table className={styles.table}>
            <thead className={styles.hidden}>
              <tr>
                <th scope="col">{text.serviceColumn}</th>
                <th scope="col">{text.stateColumn}</th>
                <th scope="col">{text.answerColumn}</th>
              </tr>
            </thead>
            <tbody>
              {services.map((service) => (
                <Service key={service.name} service={service} />
              ))}
            </tbody>
          </table>
        )}
      </PolledBlock>
      <PolledBlock title={text.nodes} part={status.nodes} now={now}>
        {(nodes) => (
          <table className={styles.table}>
            <thead className={styles.hidden}>
              <tr>
                <th scope="col">{text.nodeColumn}</th>
                <th scope="col">{text.stateColumn}</th>
                <th scope="col">{text.useColumn}</th>
              </tr>
            </thead>
            <tbody>
              {nodes.map((node) => (
                <tr key={node.name}>
                  <th scope="row">{node.name}</th>
                  <td>
                    <span className={styles.state}>
                      <StatusDot tone={nodeTone(node.state)} />
                      {node.state}
                    </span>
                  </td>
                  <td className={styles.figure}>
                    {node.cpusAllocated !== null && node.cpusTotal !== null
                      ? text.processors(node.cpusAllocated, node.cpusTotal)
                      : '–'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </PolledBlock>
      <PolledBlock title={text.jobs} part={status.jobs} now={now}>
        {(jobs) => (
          <FigureList>
            <Figure name={text.jobsRunning}>
              {jobs.filter((job) => /^(r|running)$/i.test(job.state)).length}
            </Figure>
            <Figure name={text.jobsWaiting}>
              {jobs.filter((job) => /^(pd|pending)$/i.test(job.state)).length}
            </Figure>
            {user !== null && (
              <Figure name={text.jobsYours}>{jobs.filter((job) => job.user === user).length}</Figure>
            )}
          </FigureList>
        )}
      </PolledBlock>
    </>
  )
}
