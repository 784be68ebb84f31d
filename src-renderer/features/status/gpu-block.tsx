import type { Plot as PlotData, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatPercent, formatTemperature, formatUsed } from '../../ui/format.ts'
import { Plot } from '../../ui/plot.tsx'
import { t } from '../../ui/texts.ts'
import { Block, isStale, PartBlock, usePanel } from './block.tsx'
import styles from './status.module.css'

const mebibyte = 2 ** 20
/** Asked every three seconds. */
const gpuStaleMs = 15_000
const gpuSpanMs = 5 * 60_000
const historySpanMs = 60 * 60_000

/** One figure over time under its name, with what is newest and the range in words. */
function Line({ data, spanMs, machine }: { data: PlotData; spanMs: number; machine: string }) {
  const name = t(`panels.measures.${data.measure}`)
  const values = data.points.flatMap(([, value]) => (value === null ? [] : [value]))
  const last = data.points.at(-1)
  const words = (value: number | null | undefined): string =>
    value === null || value === undefined
      ? '–'
      : data.measure === 'temperature'
        ? formatTemperature(value)
        : formatPercent(value)
  const [low, high] = [words(Math.min(...values)), words(Math.max(...values))]
  const until = last?.[0] ?? 0
  return (
    <div className={styles.plotRow}>
      <span className={styles.plotName}>{name}</span>
      <span className={styles.plotNow}>{words(last?.[1])}</span>
      <span className={styles.plotLine}>
        <Plot
          points={data.points}
          from={until - spanMs}
          until={until}
          high={data.measure === 'temperature' ? Math.max(100, ...values) : 100}
          label={t('panels.plot', {
            what: t('panels.ofMachine', { machine, measure: name }),
            now: words(last?.[1]),
            ...{ low, high },
            count: Math.round(spanMs / 60_000),
          })}
        />
      </span>
      <span className={styles.plotRange} aria-hidden="true">
        {t('panels.plotRange', { low, high })}
      </span>
    </div>
  )
}

/** The own node's GPU now and over the last minutes. */
export function GpuBlock({ status }: { status: StatusSnapshot }) {
  const { now } = usePanel()
  const { gpu } = status
  const first = gpu.value?.gpus[0]
  const stale = isStale(gpu, now, gpuStaleMs)
  return (
    <Block
      name="gpu"
      title={t('panels.gpu.title')}
      digest={first ? formatPercent(first.utilisation) : null}
      stale={stale}
      open
    >
      <div className={gpu.value?.gpus.length === 0 ? undefined : styles.gpu}>
        {gpu.source === '' ? (
          <p className={styles.note}>{t('panels.gpu.waiting')}</p>
        ) : (
          <PartBlock part={gpu} afterMs={gpuStaleMs}>
            {({ gpus, plots }) =>
              gpus.length === 0 ? (
                <p className={styles.note}>{t('panels.gpu.none')}</p>
              ) : (
                <>
                  {gpus.map((card) => (
                    <FigureList key={card.index} stale={stale}>
                      <Figure name={card.name}>{formatPercent(card.utilisation)}</Figure>
                      <Figure name={t('panels.measures.gpu-memory')}>
                        {card.memoryUsedMb !== null && card.memoryTotalMb !== null
                          ? formatUsed(card.memoryUsedMb * mebibyte, card.memoryTotalMb * mebibyte)
                          : '–'}
                      </Figure>
                      {card.encoderSessions !== null && (
                        <Figure name={t('panels.gpu.encoding')}>
                          {t('panels.gpu.streams', { count: card.encoderSessions })}
                        </Figure>
                      )}
                    </FigureList>
                  ))}
                  <div className={styles.plots}>
                    {plots.map((plot) => (
                      <Line key={plot.measure} data={plot} spanMs={gpuSpanMs} machine="GPU" />
                    ))}
                  </div>
                </>
              )
            }
          </PartBlock>
        )}
      </div>
    </Block>
  )
}

/** Plots from the site's Prometheus; nothing at all where it has none. */
export function HistoryBlock({ status }: { status: StatusSnapshot }) {
  const { history } = status
  if (!history.value || history.value.length === 0) return null
  return (
    <Block name="history" title={t('panels.history.title')}>
      <PartBlock part={history} afterMs={180_000}>
        {(machines) =>
          machines.map(({ machine, ownNode, plots }) => (
            <div key={machine} className={styles.plots}>
              <p className={styles.partTitle}>
                {ownNode ? machine : t('panels.history.portalMachine', { machine })}
              </p>
              {plots.map((plot) => (
                <Line key={plot.measure} data={plot} spanMs={historySpanMs} machine={machine} />
              ))}
            </div>
          ))
        }
      </PartBlock>
    </Block>
  )
}
