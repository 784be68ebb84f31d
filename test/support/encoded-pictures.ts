/** What a host has encoded beside what a page shows: how old the picture is, and how far it is behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordName, type RecordLine } from '../site/host/capture/record.ts'

export type EncodedPicture = Extract<RecordLine, { counter: number }>
export type EncodedStream = Extract<RecordLine, { stream: unknown }>

/** Both in the order of time. */
export interface Encoded {
  pictures: EncodedPicture[]
  streams: EncodedStream[]
}

/** Pictures in the order in which they were shown. */
export interface Shown {
  counters: readonly number[]
  /** Unix ms. */
  shownAt: readonly number[]
}

/** A picture that was shown, and its place in the record. */
export interface ShownPlace {
  /** Unix ms. */
  at: number
  place: number
}

/** From and to, Unix ms. */
export type Span = readonly [from: number, to: number]

/** What the hosts of a site have encoded so far. @param sessions the site's folder of them */
export function readEncoded(sessions: string): Encoded {
  const lines = readdirSync(sessions)
    .map((session) => join(sessions, session, recordName))
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as RecordLine)
    .sort((a, b) => a.at - b.at)
  return {
    pictures: lines.filter((line) => 'counter' in line),
    streams: lines.filter((line) => 'stream' in line),
  }
}

/** At one moment. */
export interface Lag {
  at: number
  /** Age of the picture that is shown, ms. */
  ageMs: number
  /** How long the host has had a newer one than the one that is shown, ms; 0: it has none. */
  behindMs: number
  /** How many newer ones it has. */
  behindFrames: number
}

/** One look for each so many ms. */
const everyMs = 10

/** Where in the record each picture is that was shown; those that are not there are left out. */
export function shownPlaces({ pictures }: Pick<Encoded, 'pictures'>, shown: Shown): ShownPlace[] {
  const places = new Map<number, number[]>()
  for (const [index, { counter }] of pictures.entries()) {
    const known = places.get(counter)
    if (known) known.push(index)
    else places.set(counter, [index])
  }
  return shown.counters.flatMap((counter, index) => {
    const at = shown.shownAt[index]!
    // Counters begin again with each stream: the newest one that was encoded before it was shown.
    const place = places.get(counter)?.findLast((one) => pictures[one]!.at <= at)
    return place === undefined ? [] : [{ at, place }]
  })
}

/** The page's lag at every moment of a span; moments before its first picture have none. */
export function lagsIn(
  { pictures }: Pick<Encoded, 'pictures'>,
  shown: readonly ShownPlace[],
  [from, to]: Span,
): Lag[] {
  const lags: Lag[] = []
  let [next, newest, place] = [0, -1, undefined as number | undefined]
  for (let at = from; at <= to; at += everyMs) {
    for (; next < shown.length && shown[next]!.at <= at; next++) place = shown[next]!.place
    while (newest + 1 < pictures.length && pictures[newest + 1]!.at <= at) newest++
    if (place === undefined) continue
    const newer = newest > place ? pictures[place + 1] : undefined
    lags.push({
      at,
      ageMs: at - pictures[place]!.at,
      behindMs: newer ? at - newer.at : 0,
      behindFrames: newest - place,
    })
  }
  return lags
}

/** Age of each picture when it was shown, ms. */
export const agesIn = (
  { pictures }: Pick<Encoded, 'pictures'>,
  shown: readonly ShownPlace[],
  [from, to]: Span,
): number[] =>
  shown.filter(({ at }) => at >= from && at <= to).map(({ at, place }) => at - pictures[place]!.at)

/** The smallest value that `share` of all do not exceed; null where there is none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null
}

/** What a host encoded in a span, bytes a second. */
export const bytesPerSecond = ({ pictures }: Pick<Encoded, 'pictures'>, [from, to]: Span): number =>
  (pictures.filter(({ at }) => at >= from && at < to).reduce((sum, { bytes }) => sum + bytes, 0) * 1000) /
  (to - from)
