/** What the end of a job's log says, in words that are known: what its desktop waits for, and what ended it. */
import { asText, type Text } from '../shared/texts/index.ts'

/** Apptainer's words, and those of the portal's job, while an image becomes a folder on the node. */
const unpacking = /sandbox|extracting|unpacking|starting build|copying blob|creating sif/i
const maximumWords = 200

/** What a job that runs is doing; null: it says nothing. */
export function describeLog(log: string): Text | null {
  const line = log.trimEnd().split('\n').at(-1)?.trim() ?? ''
  if (line === '') return null
  if (unpacking.test(line)) return asText('desktop.detail.unpacking')
  return asText('desktop.detail.jobSays', { line: line.slice(0, maximumWords) })
}

/** What ended a job that failed. */
export type LogCause =
  | { reason: 'image'; facts: { image: string } }
  | { reason: 'program'; facts: { program: string } }
  | { reason: 'host'; facts: { words: string } }

const images = [
  /(?:could not open image|unable to build from) ["']?(\/[\w.@+/-]{1,300})/i,
  /(\/[\w.@+/-]{1,300}\.(?:sif|sqsh|img))\b[^\n]{0,100}(?:no such file|not found)/i,
]
const programs = [
  /(?:^|[ :])([\w./+-]{1,100}): command not found$/m,
  /exec: "([^"\n]{1,100})": executable file not found/,
]
/** Sunshine's: what it takes for a command, and what it ends for. */
const refusals = [/(Unknown command: [^\n]{1,200})/, /^(?:[^\n]{0,200}: )?Fatal: ([^\n]{1,200})/m]

/**
 * @param log end of the job's log
 * @param hostLog end of its host's own log
 */
export function causeIn(log: string, hostLog = ''): LogCause | null {
  const first = (patterns: RegExp[], text: string): string | undefined =>
    patterns.flatMap((pattern) => pattern.exec(text)?.[1]?.trim() ?? [])[0]
  const image = first(images, log)
  if (image !== undefined) return { reason: 'image', facts: { image } }
  const program = first(programs, log)
  if (program !== undefined) return { reason: 'program', facts: { program } }
  const words = first(refusals, `${hostLog}\n${log}`)
  return words === undefined ? null : { reason: 'host', facts: { words } }
}

/** Sunshine's word for its web page, which lies one above its base port. */
const webPage = /Configuration UI available at \[https:\/\/[^\]\s]{1,100}:(\d{4,5})\]/g

/** The base port at which a host says that it listens, by the latest word in its log; null: it says none. */
export function basePortIn(log: string): number | null {
  const port = Number([...log.matchAll(webPage)].at(-1)?.[1] ?? 0) - 1
  return port >= 1029 && port <= 65_514 ? port : null
}
