/** Times of the latest decodes and their percentiles. */

export class DurationStatistics {
  private readonly values: Float64Array
  private count = 0

  /** @param capacity how many of the latest values count */
  constructor(capacity = 300) {
    this.values = new Float64Array(capacity)
  }

  /** @param duration ms */
  add(duration: number): void {
    this.values[this.count++ % this.values.length] = duration
  }

  /** Nearest-rank percentile in ms, `share` from 0 to 1; null before the first value. */
  percentile(share: number): number | null {
    const length = Math.min(this.count, this.values.length)
    if (length === 0) return null
    const sorted = this.values.slice(0, length).sort()
    const rank = Math.min(length - 1, Math.max(0, Math.ceil(share * length) - 1))
    return Math.round((sorted[rank] ?? 0) * 100) / 100
  }
}
