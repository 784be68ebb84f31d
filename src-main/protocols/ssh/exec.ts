/** Commands over SSH: bounded output, bounded time. */
import type { Duplex, Readable } from 'node:stream'
import { asText } from '../../shared/texts/index.ts'
import { lost } from './failures.ts'
import type { Timer } from './connect.ts'

/** What a command takes of its channel. */
export interface ExecChannel extends Duplex {
  readonly stderr: Readable
  close(): void
}

/** What commands take of a login (ssh2's `Client`). */
export interface ExecLogin {
  exec(command: string, opened: (error: Error | undefined, channel: ExecChannel) => void): unknown
}

export interface ExecResult {
  stdout: string
  stderr: string
  code: number | null
  signal: string | null
  truncated: boolean
}

/** How a command ended, as its server reports it; nothing yet while it runs, or when the connection ended first. */
export interface ExecEnd {
  value: { code: number | null; signal: string | null } | null
}

interface OpenExec {
  channel: ExecChannel
  end: ExecEnd
}

/** Opens an exec channel. */
export async function openExec(client: ExecLogin, command: string, timer: Timer): Promise<OpenExec> {
  const opened = new Promise<OpenExec>((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error)
      const end: ExecEnd = { value: null }
      // A short command's end may lie in the same packet as the answer: it is listened for at once.
      channel.once('exit', (code: number | null, signal?: string) => {
        end.value = { code, signal: signal ?? null }
      })
      resolve({ channel, end })
    })
  })
  try {
    return await timer.race(asText('work.channel'), opened)
  } catch (error) {
    void opened.then(({ channel }) => channel.close()).catch(() => undefined)
    throw error instanceof Error && 'failure' in error ? error : lost('ssh', error)
  }
}

/**
 * Runs a command to its end.
 * @param input bytes for its standard input
 * @param maximumBytes output beyond this is cut (each of stdout and stderr)
 */
export async function runExec(
  client: ExecLogin,
  command: string,
  options: { timer: Timer; maximumBytes: number; input?: Buffer },
): Promise<ExecResult> {
  const { channel, end } = await openExec(client, command, options.timer)
  let truncated = false
  // Text is made of the bytes at the end: a character may lie across two chunks.
  const kept = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
  const collect = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    const room = options.maximumBytes - kept[name].length
    if (chunk.length > room) truncated = true
    if (room > 0) kept[name] = Buffer.concat([kept[name], chunk.subarray(0, room)])
  }
  channel.on('data', collect('stdout'))
  channel.stderr.on('data', collect('stderr'))
  const closed = new Promise<void>((resolve, reject) => {
    channel.once('close', resolve)
    channel.once('error', reject)
  })
  channel.end(options.input)
  try {
    await options.timer.race(asText('work.command'), closed)
    if (!end.value) throw lost('ssh')
    return {
      stdout: kept.stdout.toString('utf8'),
      stderr: kept.stderr.toString('utf8'),
      ...end.value,
      truncated,
    }
  } finally {
    channel.close()
  }
}
