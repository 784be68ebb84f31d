/** A channel of an SSH connection, carried by a process of the system's `ssh`: its standard input and output are the channel's. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { Duplex, PassThrough } from 'node:stream'
import type { ExecChannel } from '../ssh/connection.ts'
import { Lines, isDebugLine } from './login-log.ts'

/** RFC 4254 5.1; the server's reason travels as words alone. */
const reasons: readonly (readonly [RegExp, number])[] = [
  [/administratively prohibited|forwarding disabled/i, 1],
  [/connect failed/i, 2],
]
const resourceShortage = 4

/** A server's refusal of a channel, as ssh2 has it. */
export function channelOpenFailure(said: string): Error {
  const reason = reasons.find(([pattern]) => pattern.test(said))?.[1] ?? resourceShortage
  return Object.assign(new Error(`Channel open failure: ${said}`), { reason })
}

/** A process that has not ended by itself is killed after so long. */
const killAfterMs = 2000
/** Status of `ssh` where it failed itself; a command may have the same one. */
const ownFailure = 255
/** The process of the login may be seen to end so long after those of its channels. */
const settlingMs = 250
const mostWords = 1000

export interface ChannelProcess {
  program: string
  arguments: string[]
  environment: NodeJS.ProcessEnv
  /** Settles when the login that carries the channel has ended. */
  loginEnded: Promise<void>
  /** Why the server opened no channel, where the login's own process has said it. */
  refusal: () => string | null
}

/** The server has opened the channel. */
const isOpened = (line: string): boolean =>
  /^debug\d: .*(master session id: |channel 0: open confirm rwindow)/.test(line)

class ProcessChannel extends Duplex implements ExecChannel {
  readonly stderr = new PassThrough()
  private readonly child: ChildProcessWithoutNullStreams
  private readonly over: Promise<void>

  constructor(child: ChildProcessWithoutNullStreams, loginEnded: Promise<void>) {
    super({ highWaterMark: 64 * 1024 })
    this.child = child
    child.stdin.on('error', () => undefined)
    child.stdout.on('error', () => undefined)
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause()
    })
    child.stdout.on('end', () => this.push(null))
    this.over = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        void this.ended(code, signal, loginEnded).then(resolve)
      })
    })
  }

  override _read(): void {
    this.child.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // What is written to a channel that has ended is lost; its end is reported by itself.
    if (this.child.stdin.writable) this.child.stdin.write(chunk, () => done())
    else done()
  }

  override _final(done: () => void): void {
    this.child.stdin.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    endProcess(this.child)
    void this.over.then(() => done(error))
  }

  close(): void {
    this.destroy()
  }

  private async ended(code: number | null, signal: string | null, loginEnded: Promise<void>): Promise<void> {
    // A channel that ends with its login has no status of its own.
    const own = code !== ownFailure || !(await settledWithin(loginEnded, settlingMs))
    if (own && !this.destroyed) this.emit('exit', code, signal ?? undefined)
    this.stderr.end()
    if (!this.writableEnded) this.end()
  }
}

/** Ends a process, politely first. */
function endProcess(child: ChildProcessWithoutNullStreams): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill()
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  child.once('exit', () => clearTimeout(timer))
}

async function settledWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Starts the process and waits until the server has opened the channel. @throws `channelOpenFailure`; another error where the login ended */
export function openProcessChannel(options: ChannelProcess): Promise<ExecChannel> {
  const { program, environment, loginEnded, refusal } = options
  // A session of its own: no terminal is asked for anything, and a terminal's Ctrl-C does not reach it.
  const child = spawn(program, options.arguments, { env: environment, detached: true, windowsHide: true })
  const channel = new ProcessChannel(child, loginEnded)
  return new Promise((resolve, reject) => {
    let said = ''
    let isOpen = false
    const lines = new Lines()
    const hear = (texts: readonly string[]): void => {
      for (const line of texts) {
        if (isOpened(line)) {
          isOpen = true
          resolve(channel)
        } else if (isDebugLine(line)) continue
        else if (isOpen) channel.stderr.write(`${line}\n`)
        else said += `${line}\n`
      }
    }
    const fail = async (why: string): Promise<void> => {
      if (isOpen) return
      channel.on('error', () => undefined)
      channel.destroy()
      if (await settledWithin(loginEnded, settlingMs)) reject(new Error('the connection has ended'))
      else reject(channelOpenFailure(refusal() ?? why))
    }
    child.stderr.on('data', (chunk: Buffer) => hear(lines.push(chunk)))
    child.stderr.on('end', () => hear(lines.end()))
    child.once('error', (error) => void fail(error.message))
    child.once('close', () => void fail(said.trim().slice(0, mostWords)))
  })
}
