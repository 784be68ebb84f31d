/** Asks the person at the terminal for a line; hidden ones are not shown while they are typed. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** @returns the line, or null when it was left by Ctrl-C or Ctrl-D */
export async function askLine(text: string, { hidden = false } = {}): Promise<string | null> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: hidden ? nowhere : process.stderr,
    // So that the terminal itself shows nothing: what is to be seen goes to the output.
    terminal: true,
    historySize: 0,
  })
  const left = new AbortController()
  terminal.once('close', () => left.abort())
  terminal.once('SIGINT', () => {
    left.abort()
    // The terminal has not sent it as a signal, as long as it was ours.
    process.kill(process.pid, 'SIGINT')
  })
  if (hidden) process.stderr.write(text)
  try {
    return await terminal.question(hidden ? '' : text, { signal: left.signal })
  } catch (error) {
    if (left.signal.aborted) return null
    throw error
  } finally {
    terminal.close()
    if (hidden) process.stderr.write('\n')
  }
}
