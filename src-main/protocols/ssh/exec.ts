/** Commands over SSH: bounded output, bounded time. */
import type { Client, ClientChannel } from 'ssh2'
import { lost } from './failures.ts'
import type { Timer } from './connect.ts'

export interface ExecResult {
  stdout: string
  stderr: string
  code: number | null
  signal: string | null
  truncated: boolean
}

/** Opens an exec channel. */
export async function openExec(client: Client, command: string, timer: Timer): Promise<ClientChannel> {
  const opened = new Promise<ClientChannel>((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
  try {
    return await timer.race('Opening a channel', opened)
  } catch (error) {
    void opened.then((channel) => channel.close()).catch(() => undefined)
    throw error instanceof Error && 'failure' in error ? error : lost('The SSH connection', error)
  }
}

/**
 * Runs a command to its end.
 * @param input bytes for its standard input
 * @param maximumBytes output beyond this is cut (each of stdout and stderr)
 */
export async function runExec(
  client: Client,
  command: string,
  options: { timer: Timer; maximumBytes: number; input?: Buffer },
): Promise<ExecResult> {
  const channel = await openExec(client, command, options.timer)
  const result: ExecResult = { stdout: '', stderr: '', code: null, signal: null, truncated: false }
  const sizes = { stdout: 0, stderr: 0 }
  const collect = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    const room = Math.max(0, options.maximumBytes - sizes[name])
    sizes[name] += chunk.length
    if (chunk.length > room) result.truncated = true
    result[name] += chunk.subarray(0, room).toString('utf8')
  }
  channel.on('data', collect('stdout'))
  channel.stderr.on('data', collect('stderr'))
  const closed = new Promise<void>((resolve, reject) => {
    channel.once('exit', (code: number | null, signal?: string) => {
      result.code = code
      result.signal = signal ?? null
    })
    channel.once('close', () => resolve())
    channel.once('error', reject)
  })
  channel.end(options.input)
  try {
    await options.timer.race('A command on the cluster', closed)
    return result
  } finally {
    channel.close()
  }
}
