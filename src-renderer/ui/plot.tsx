import type { Point } from '../../src-main/shared/model/status.ts'
import styles from './plot.module.css'

const width = 100
const height = 28

/** Runs of neighbouring points that have a value, as SVG paths. */
function paths(points: readonly Point[], from: number, until: number, high: number): string[] {
  const runs: string[][] = [[]]
  for (const [at, value] of points) {
    if (value === null) runs.push([])
    else {
      const x = ((at - from) / Math.max(1, until - from)) * width
      const y = height - (value / Math.max(1e-9, high)) * height
      runs.at(-1)?.push(`${x.toFixed(2)} ${y.toFixed(2)}`)
    }
  }
  return runs
    .filter((run) => run.length > 0)
    .map((run) => `M${run.length === 1 ? [run[0], run[0]].join('L') : run.join('L')}`)
}

/** A small line over time. Its size never changes; `label` is for readers who cannot see it. */
export function Plot({
  points,
  from,
  until,
  high,
  label,
}: {
  points: readonly Point[]
  /** Times at both ends, Unix ms. */
  from: number
  until: number
  /** The value at the top; 0 is at the bottom. */
  high: number
  label: string
}) {
  return (
    <svg
      className={styles.plot}
      role="img"
      aria-label={label}
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
    >
      <line className={styles.base} x1="0" x2={width} y1={height} y2={height} />
      <line className={styles.base} x1="0" x2={width} y1="0" y2="0" />
      {paths(points, from, until, high).map((path) => (
        <path key={path.slice(0, 24)} className={styles.line} d={path} />
      ))}
    </svg>
  )
}
