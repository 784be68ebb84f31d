import { nodeCondition, type NodeCondition } from '../../../src-main/shared/node-state.ts'
import type { NodeStatus, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatCount, formatPercent, formatUsed } from '../../ui/format.ts'
import { StatusDot } from '../../ui/status-dot.tsx'
import { t } from '../../ui/texts.ts'
import { Block, isStale, PartBlock, usePanel } from './block.tsx'
import styles from './status.module.css'
import { LongTable } from './table.tsx'

const mebibyte = 2 ** 20

const tones: Record<NodeCondition, 'good' | 'caution' | 'bad' | 'unknown'> = {
  down: 'bad',
  drained: 'bad',
  silent: 'bad',
  reserved: 'caution',
  usable: 'good',
  unknown: 'unknown',
}

function Node({ node, own }: { node: NodeStatus; own: boolean }) {
  const { cpusAllocated, cpusTotal, cpuLoad, memoryMb, freeMemoryMb } = node
  const details = [
    node.reason,
    node.gpus,
    freeMemoryMb !== null && memoryMb !== null
      ? t('panels.nodes.freeMemory', { free: formatUsed(freeMemoryMb * mebibyte, memoryMb * mebibyte) })
      : null,
    cpuLoad === null ? null : t('panels.nodes.load', { load: formatCount(cpuLoad, 2) }),
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
          <StatusDot tone={tones[nodeCondition(node.state)]} />
          {node.state}
        </span>
        <span className={styles.rowDetail}>
          {cpusAllocated !== null && cpusTotal !== null
            ? t('panels.nodes.processors', { used: cpusAllocated, total: cpusTotal })
            : ''}
        </span>
      </td>
    </tr>
  )
}

export function NodesBlock({ status, ownNode }: { status: StatusSnapshot; ownNode: string | null }) {
  const { now } = usePanel()
  const { value } = status.nodes
  const usable = value?.filter(({ state }) => nodeCondition(state) === 'usable').length ?? 0
  const tiles = status.cluster.value
  const { derived } = tiles ?? {}
  return (
    <Block
      name="nodes"
      title={t('panels.nodes.title')}
      digest={value && t('panels.nodes.usable', { usable, all: value.length })}
      of={status.nodes}
    >
      <PartBlock part={status.nodes}>
        {(nodes) => (
          <LongTable
            headings={[t('panels.nodes.name'), t('panels.nodes.state')]}
            rows={nodes.map((node) => (
              <Node key={node.name} node={node} own={node.name === ownNode} />
            ))}
          />
        )}
      </PartBlock>
      {status.hasPortal && (
        <PartBlock
          title={t('panels.nodes.cluster')}
          part={status.cluster}
          note={
            derived
              ? t('panels.nodes.derived', {
                  cpu: formatPercent(derived.cpu),
                  memory: formatPercent(derived.memory),
                  gpu: formatPercent(derived.gpu),
                })
              : null
          }
        >
          {(figures) => (
            <FigureList stale={isStale(status.cluster, now)}>
              <Figure name={t('panels.nodes.clusterNodes')}>
                {t('panels.nodes.free', { idle: figures.idleNodes ?? '–', all: figures.totalNodes ?? '–' })}
              </Figure>
              <Figure name={t('panels.nodes.clusterJobs')}>
                {t('panels.queue.jobs', {
                  running: figures.activeJobs ?? '–',
                  waiting: figures.pendingJobs ?? '–',
                })}
              </Figure>
            </FigureList>
          )}
        </PartBlock>
      )}
    </Block>
  )
}

export function QueueBlock({ status, user }: { status: StatusSnapshot; user: string | null }) {
  const jobs = status.jobs.value
  const running = jobs?.filter(({ state }) => /^(r|running)$/i.test(state)).length ?? 0
  const waiting = jobs?.filter(({ state }) => /^(pd|pending)$/i.test(state)).length ?? 0
  return (
    <Block
      name="queue"
      title={t('panels.queue.title')}
      digest={jobs && t('panels.queue.jobs', { running, waiting })}
      of={status.jobs}
    >
      <PartBlock part={status.jobs}>
        {(list) => (
          <LongTable
            headings={[t('panels.queue.job'), t('panels.nodes.state')]}
            rows={list.map((job) => (
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
          />
        )}
      </PartBlock>
    </Block>
  )
}
