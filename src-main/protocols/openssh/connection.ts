/**
 * An SSH connection that a process of the system's `ssh` keeps (ControlMaster). Each channel is a process of its own that joins it;
 * where `ssh` cannot share a connection (Windows) each channel has a login of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { asText } from '../../shared/texts/index.ts'
import { personMs } from '../../domain/person-time.ts'
import { pause } from '../../domain/retry.ts'
import type { LoginTimer } from '../ssh/connect.ts'
import type { ClosableChannel, ExecChannel, SshConnection } from '../ssh/connection.ts'
import {
  commandArguments,
  forwardArguments,
  loginArguments,
  proxyCommandThrough,
  socketArguments,
  type OpensshStart,
  type OpensshTarget,
} from './arguments.ts'
import { isDebugLine, Lines, type LoginLog } from './login-log.ts'
import { channelOpenFailure, openProcessChannel } from './process-channel.ts'
import { connectSocket, leadSocket } from './socket-channel.ts'

export interface OpensshOptions {
  target: OpensshTarget
  start: OpensshStart
  environment: NodeJS.ProcessEnv
  timer: LoginTimer
  /** Ends the attempt: a question has no answer. */
  signal: AbortSignal
  /** The login's steps and words, as they come; `notice` gets what is for people. */
  log: LoginLog
  notice: (text: string) => void
}

/** How often it is looked for the socket of a login. */
const lookMs = 25
/** A process that has not ended by itself is killed after so long. */
const killAfterMs = 2000
/** Standard error may say something so long after the end. */
const settlingMs = 250
/** The last words of a login that ends. */
const mostWords = 1000

/**
 * Ends `ssh` with the process that started it, also where that is killed: its end closes standard input. `ssh` without a session
 * reads none.
 */
const guarded = `exec 3<&0 </dev/null
"$@" 3<&- & ssh=$!
{ cat <&3; kill "$ssh"; } >/dev/null 2>&1 & guard=$!
wait "$ssh"; status=$?
kill "$guard"
exit "$status"`

/** As ssh2 does it: with an error there is no channel. */
const withoutChannel =
  <C>(opened: (error: Error | undefined, channel: C) => void) =>
  (error: unknown): void =>
    void Reflect.apply(opened, undefined, [error])

const onWindows = process.platform === 'win32'

export class OpensshConnection extends EventEmitter implements SshConnection {
  private readonly options: OpensshOptions
  private readonly child: ChildProcess
  /** Settles when the login has ended. */
  private readonly ended: Promise<void>
  /** Sockets here that lead to sockets of the host, by the path there. */
  private readonly sockets = new Map<string, Promise<string>>()
  private over = false
  private ready = false
  private lastWords = ''
  /** The last channel that the server did not open, in its words. */
  private refused: string | null = null

  private constructor(options: OpensshOptions) {
    super()
    this.options = options
    const { target, start, environment } = options
    const line = [start.program, ...loginArguments(target, start)]
    const [program = '', ...words] = onWindows ? line : ['/bin/sh', '-c', guarded, 'sh', ...line]
    // A session of its own: no terminal is asked for anything, and a terminal's Ctrl-C does not reach it.
    const child = spawn(program, words, {
      env: environment,
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    this.child = child
    child.stdin.on('error', () => undefined)
    const lines = new Lines()
    child.stderr.on('data', (chunk: Buffer) => this.hear(lines.push(chunk)))
    child.stderr.on('end', () => this.hear(lines.end()))
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => this.hear([error.message]))
      child.once('error', () => resolve())
      child.once('close', () => resolve())
      // A program that leads to the host may keep standard error open.
      child.once('exit', () => setTimeout(resolve, settlingMs))
    })
    void this.ended.then(() => {
      this.over = true
      child.stdin.destroy()
      this.killAll()
    })
  }

  /** Logs in. @throws VizlinkError deadline-exceeded; an Error where `ssh` ended, for which the log has the reason */
  static async open(options: OpensshOptions): Promise<OpensshConnection> {
    const connection = new OpensshConnection(options)
    try {
      const { timer, target } = options
      await timer.race(asText('work.loggingIn', { hop: target.label }), connection.started())
      connection.ready = true
      void connection.ended.then(() => {
        if (connection.lastWords !== '') connection.emit('error', new Error(connection.lastWords))
        connection.emit('close')
      })
      return connection
    } catch (error) {
      connection.end()
      throw error
    } finally {
      options.timer.hold(0)
    }
  }

  /** Leads to a host behind this one, for `ssh`. */
  leadOn(): string {
    this.refused = null
    return proxyCommandThrough(this.options.target, this.options.start)
  }

  /** Why the last channel was not opened, as the server said it; null: it did not. */
  get refusal(): Error | null {
    return this.refused === null ? null : channelOpenFailure(this.refused)
  }

  exec(command: string, opened: (error: Error | undefined, channel: ExecChannel) => void): void {
    const { target, start } = this.options
    this.open(commandArguments(target, start, command), opened)
  }

  forwardOut(
    _fromAddress: string,
    _fromPort: number,
    address: string,
    port: number,
    opened: (error: Error | undefined, channel: Duplex) => void,
  ): void {
    const { target, start } = this.options
    this.open(forwardArguments(target, start, { address, port }), opened)
  }

  /** Where channels share a login. That the server refuses is seen by the end of the channel. */
  openssh_forwardOutStreamLocal(
    path: string,
    opened: (error: Error | undefined, channel: ClosableChannel) => void,
  ): void {
    this.socketTo(path)
      .then(connectSocket)
      .then((channel) => opened(undefined, channel), withoutChannel(opened))
  }

  end(): void {
    if (this.over) return
    this.child.stdin?.destroy()
    if (onWindows) this.child.kill()
    const timer = setTimeout(() => this.killAll(), killAfterMs)
    void this.ended.then(() => clearTimeout(timer))
  }

  /** A socket of this computer that leads to one of the host; it is there as long as the login. */
  private socketTo(path: string): Promise<string> {
    const { target, start, environment } = this.options
    const known = this.sockets.get(path)
    if (known) return known
    const { controlPath } = start
    if (controlPath === null) return Promise.reject(new Error('each channel has a login of its own'))
    const own = `${controlPath}-${this.sockets.size + 1}`
    const words = socketArguments(target, start, { own, path })
    const made = leadSocket(start.program, words, environment).then(() => own)
    this.sockets.set(path, made)
    return made
  }

  private open(words: string[], opened: (error: Error | undefined, channel: ExecChannel) => void): void {
    const { start, environment } = this.options
    this.refused = null
    openProcessChannel({
      program: start.program,
      arguments: words,
      environment,
      loginEnded: this.ended,
      refusal: () => this.refused,
    }).then((channel) => opened(undefined, channel), withoutChannel(opened))
  }

  private hear(lines: readonly string[]): void {
    for (const line of lines) {
      const refused = /channel \d+: open failed: (.*)$/.exec(line)?.[1]
      if (refused !== undefined) this.refused = refused
      else if (this.ready && !isDebugLine(line)) this.lastWords = line.slice(0, mostWords)
      if (line.startsWith('debug1: Entering interactive session')) this.emit('entered')
    }
    if (this.ready) return
    const { log, timer, notice } = this.options
    const text = log.hear(lines)
    if (text !== '' || log.waitsForPerson) timer.hold(personMs)
    if (text !== '') notice(text)
  }

  /** Settles when channels can be opened. */
  private async started(): Promise<void> {
    const { controlPath } = this.options.start
    const entered = new Promise<void>((resolve) => this.once('entered', resolve))
    for (;;) {
      this.options.signal.throwIfAborted()
      if (this.over) throw new Error('ssh has ended')
      if (controlPath !== null && existsSync(controlPath)) return
      if (controlPath === null && (await Promise.race([entered.then(() => true), pause(lookMs)]))) return
      if (controlPath !== null) await pause(lookMs)
    }
  }

  private killAll(): void {
    const { pid } = this.child
    if (pid === undefined) return
    try {
      if (onWindows) this.child.kill('SIGKILL')
      else process.kill(-pid, 'SIGKILL')
    } catch {
      // It is gone.
    }
  }
}
