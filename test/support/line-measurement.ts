/** What a watched desktop does on its line for a while, in figures that can be compared with those of a control. */
import { readProbe } from '../../scripts/demo/headless.ts'
import { spanOf, type SiteOnLine, type WatchedDesktop } from './desktop-on-line.ts'
import {
  agesIn,
  bytesPerSecond,
  lagsIn,
  percentile,
  shownPlaces,
  type Encoded,
  type ShownPlace,
  type Span,
} from './encoded-pictures.ts'

/** An announced resume may hold the picture for so long. */
const resumeMs = 1500

/** Of values in ms; null where there is none. */
export interface Percentiles {
  p50: number | null
  p95: number | null
  p99: number | null
  /** The largest. */
  most: number | null
}

export interface LineMeasurement {
  seconds: number
  /** Age of each picture when it was shown. */
  age: Percentiles
  /** For how long the host has had newer pictures than the page shows, at every moment. */
  behind: Percentiles
  /** The same, in pictures of the host's own counter, at worst. */
  behindPictures: number
  picturesPerSecond: number
  /** From a click until it was seen in the picture. */
  echo: Percentiles
  /** Clicks that were never seen there. */
  echoesLost: number
  /** What the host encoded. */
  bytesPerSecond: number
  keyFrames: number
  /** Announced ones; of each the first 1.5 s are left out of all figures above. */
  resumes: number
  dropped: Dropped
}

/** Whole frames, by where. */
export interface Dropped {
  relay: number
  streamProcess: number
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value))
const percentilesOf = (values: readonly number[]): Percentiles => ({
  p50: rounded(percentile(values, 0.5)),
  p95: rounded(percentile(values, 0.95)),
  p99: rounded(percentile(values, 0.99)),
  most: rounded(percentile(values, 1)),
})

/**
 * Announced resumes: from the announcement until a picture of the next stream is shown, cut to what each may take. What it takes
 * beyond that counts.
 */
function announced(
  desktop: WatchedDesktop,
  { pictures, streams }: Encoded,
  shown: readonly ShownPlace[],
): Span[] {
  return desktop.resumes().map((since) => {
    const next = streams.find(({ at }) => at >= since)
    const back = next && shown.find(({ place }) => pictures[place]!.at >= next.at)
    return [since, Math.min(since + resumeMs, back?.at ?? Infinity)]
  })
}

const isIn = (spans: readonly Span[], at: number): boolean =>
  spans.some(([from, to]) => at >= from && at <= to)

function droppedSoFar({ client }: WatchedDesktop): Dropped {
  const { stream, link } = client.snapshot() ?? {}
  return { relay: link?.droppedFrames ?? 0, streamProcess: stream?.framesDropped ?? 0 }
}

/** Watches for so many ms, with a click now and then. */
export async function measureLine(
  here: SiteOnLine,
  desktop: WatchedDesktop,
  ms: number,
): Promise<LineMeasurement> {
  const before = droppedSoFar(desktop)
  const [span, clicks] = await Promise.all([spanOf(ms), desktop.echoes(ms)])
  const after = droppedSoFar(desktop)
  const probe = await readProbe(desktop.page)
  const record = here.encoded()
  const shown = shownPlaces(record, probe)
  const resumes = announced(desktop, record, shown)
  const pauses = resumes.filter(([since, until]) => until > span[0] && since < span[1])
  const lags = lagsIn(record, shown, span).filter(({ at }) => !isIn(pauses, at))
  // The last click may be seen after the span, and a resume begin there.
  const echoes = clicks.filter(
    ({ at, ms: took }) => !resumes.some(([from, to]) => at <= to && at + (took ?? Infinity) >= from),
  )
  const pausedMs = pauses.reduce(
    (sum, [from, to]) => sum + Math.min(to, span[1]) - Math.max(from, span[0]),
    0,
  )
  const ages = agesIn(record, shown, span)
  return {
    seconds: Math.round((span[1] - span[0]) / 100) / 10,
    age: percentilesOf(ages),
    behind: percentilesOf(lags.map(({ behindMs }) => behindMs)),
    behindPictures: Math.max(0, ...lags.map(({ behindFrames }) => behindFrames)),
    picturesPerSecond: Math.round((ages.length * 10_000) / (span[1] - span[0] - pausedMs)) / 10,
    echo: percentilesOf(echoes.flatMap(({ ms: took }) => took ?? [])),
    echoesLost: echoes.filter(({ ms: took }) => took === null).length,
    bytesPerSecond: Math.round(bytesPerSecond(record, span)),
    keyFrames: record.pictures.filter(({ at, keyFrame }) => keyFrame && at >= span[0] && at < span[1]).length,
    resumes: pauses.length,
    dropped: {
      relay: after.relay - before.relay,
      streamProcess: after.streamProcess - before.streamProcess,
    },
  }
}
