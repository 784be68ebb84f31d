import type { NodeStatus, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { classNames } from '../../ui/class-names.ts'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatPercent, formatUsed } from '../../ui/format.ts'
import { statusMessages } from '../../ui/messages-status.ts'
import { messages } from '../../ui/messages.ts'
import { StatusDot } from '../../ui/status-dot.tsx'
import { Block, isStale, PartBlock, usePanel } from './block.tsx'
import styles from './status.module.css'

const text = messages.status
const mostRows = 40
const mebibyte = 2 ** 20

function nodeTone(state: string): 'good' | 'caution' | 'bad' | 'unknown' {
  if (/down|fail|drain|not.?respond|\*/i.test(state)) return 'bad'
  if (/maint|reserv|plan/i.test(state)) return 'caution'
  if (/idle|mix|alloc|comp/i.test(state)) return 'good'
  return 'unknown'
}

function Node({ node, own }: { node: NodeStatus; own: boolean }) {
  const { cpusAllocated, cpusTotal, cpuLoad, memoryMb, freeMemoryMb } = node
  const details = [
    node.reason,
    node.gpus,
    freeMemoryMb !== null && memoryMb !== null
      ? statusMessages.freeMemory(formatUsed(freeMemoryMb * mebibyte, memoryMb * mebibyte))
      : null,
    cpuLoad === null ? null : statusMessages.load(cpuLoad.toFixed(2)),
  ].filter((one) => one !== null)
  return (
    <tr>
      <th scope="row">
        <span className={own ? styles.own : undefined}>{node.name}</span>
        {details.map((detail) => (
          <span key={detail} className={styles.rowDetail}>
            {detail}
          </span>
        ))}
      </th>
      <td>
        <span className={styles.state}>
          <StatusDot tone={nodeTone(node.state)} />
          {node.state}
        </span>
        <span className={styles.rowDetail}>
          {cpusAllocated !== null && cpusTotal !== null ? text.processors(cpusAllocated, cpusTotal) : ''}
        </span>
      </td>
    </tr>
  )
}

export function NodesBlock({ status, ownNode }: { status: StatusSnapshot; ownNode: string | null }) {
  const { now } = usePanel()
  const { value } = status.nodes
  const usable = value?.filter(({ state }) => nodeTone(state) === 'good').length ?? 0
  const tiles = status.cluster.value
  const { derived } = tiles ?? {}
  return (
    <Block
      name="nodes"
      title={text.nodes}
      digest={value && statusMessages.nodesDigest(usable, value.length)}
      stale={isStale(status.nodes, now)}
    >
      <PartBlock part={status.nodes}>
        {(nodes) => (
          <>
            <table className={classNames(styles.table, styles.two)}>
              <thead className={styles.hidden}>
                <tr>
                  <th scope="col">{text.nodeColumn}</th>
                  <th scope="col">{text.stateColumn}</th>
                </tr>
              </thead>
              <tbody>
                {nodes.slice(0, mostRows).map((node) => (
                  <Node key={node.name} node={node} own={node.name === ownNode} />
                ))}
              </tbody>
            </table>
            {nodes.length > mostRows && (
              <p className={styles.note}>{statusMessages.more(nodes.length - mostRows)}</p>
            )}
          </>
        )}
      </PartBlock>
      {status.hasPortal && (
        <PartBlock
          title={statusMessages.cluster}
          part={status.cluster}
          note={
            derived
              ? statusMessages.derived(
                  formatPercent(derived.cpu),
                  formatPercent(derived.memory),
                  formatPercent(derived.gpu),
                )
              : null
          }
        >
          {(figures) => (
            <FigureList stale={isStale(status.cluster, now)}>
              <Figure name={statusMessages.clusterNodes}>
                {statusMessages.clusterNodesOf(figures.idleNodes, figures.totalNodes)}
              </Figure>
              <Figure name={statusMessages.clusterJobs}>
                {statusMessages.clusterJobsOf(figures.activeJobs, figures.pendingJobs)}
              </Figure>
            </FigureList>
          )}
        </PartBlock>
      )}
    </Block>
  )
}

export function QueueBlock({ status, user }: { status: StatusSnapshot; user: string | null }) {
  const { now } = usePanel()
  const jobs = status.jobs.value
  const running = jobs?.filter(({ state }) => /^(r|running)$/i.test(state)).length ?? 0
  const waiting = jobs?.filter(({ state }) => /^(pd|pending)$/i.test(state)).length ?? 0
  return (
    <Block
      name="queue"
      title={statusMessages.queue}
      digest={jobs && statusMessages.queueDigest(running, waiting)}
      stale={isStale(status.jobs, now)}
    >
      <PartBlock part={status.jobs}>
        {(list) => (
          <>
            <table className={classNames(styles.table, styles.two)}>
              <thead className={styles.hidden}>
                <tr>
                  <th scope="col">{text.job}</th>
                  <th scope="col">{text.stateColumn}</th>
                </tr>
              </thead>
              <tbody>
                {list.slice(0, mostRows).map((job) => (
                  <tr key={job.id}>
                    <th scope="row">
                      <span className={job.user === user ? styles.own : undefined}>{job.id}</span>
                      <span className={styles.rowDetail}>{job.name}</span>
                    </th>
                    <td>
                      {job.state.toLowerCase()}
                      <span className={styles.rowDetail}>
                        {job.user} · {job.runTime}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {list.length > mostRows && (
              <p className={styles.note}>{statusMessages.more(list.length - mostRows)}</p>
            )}
          </>
        )}
      </PartBlock>
    </Block>
  )
}
