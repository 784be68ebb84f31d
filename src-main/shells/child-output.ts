/** What a child process prints: whole lines for the log, and the last errors for the report that it ended. */
import type { Logger } from '../ports/platform.ts'
import type { ChildName } from '../ports/process-host.ts'
import { redactText } from './node/redact.ts'

const maximumLine = 2000
/** An uncaught error is its sentence, some lines of its place, and the version of Node.js. */
const keptLines = 12
/** A process that the child has left behind may hold its output open: the rest is not awaited any longer. */
const restMs = 500

export interface ChildOutput {
  /** To be called when the child has ended. @returns its last lines on standard error, without secrets; empty: it wrote none */
  lastErrors(): Promise<string>
}

/** Logs what a child prints. */
export function logOutput(
  child: { stdout: NodeJS.ReadableStream | null; stderr: NodeJS.ReadableStream | null },
  name: ChildName,
  logger: Logger,
): ChildOutput {
  const errors: string[] = []
  void eachLine(child.stdout, (line) => logger.log('debug', `${name}-process.output`, { line }))
  const read = eachLine(child.stderr, (line) => {
    logger.log('warn', `${name}-process.error-output`, { line })
    errors.push(redactText(line))
    if (errors.length > keptLines) errors.shift()
  })
  return {
    async lastErrors() {
      let timer: NodeJS.Timeout | undefined
      await Promise.race([read, new Promise<void>((resolve) => (timer = setTimeout(resolve, restMs)))])
      clearTimeout(timer)
      return errors.join('\n')
    },
  }
}

/** Passes whole lines on; one that does not end is cut. Settles when all has been read. */
async function eachLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): Promise<void> {
  if (!stream) return
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = (lines.pop() ?? '').slice(0, maximumLine)
    for (const line of lines) if (line.trim() !== '') onLine(line.slice(0, maximumLine))
  })
  await new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error'] as const) stream.once(event, () => resolve())
  })
  if (rest.trim() !== '') onLine(rest)
}
