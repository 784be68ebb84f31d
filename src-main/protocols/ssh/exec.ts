/** A shell on a host, in a channel of an SSH connection: it runs commands one after the other, or becomes a program. */
import { randomBytes } from 'node:crypto'
import { pause } from '../../domain/retry.ts'
import { asText } from '../../shared/texts/index.ts'
import type { Readable } from 'node:stream'
import type { Timer } from './connect.ts'
import type { ClosableChannel, ExecLogin } from './connection.ts'
import { channelRefused, lost, programMissing, unheard } from './failures.ts'
import {
  becomeScript,
  bootCommand,
  bootLine,
  delimiters,
  elsewhereAnswer,
  mostErrors,
  noteFacts,
  probeLine,
  readyDelimiter,
  runScript,
  startUpFiles,
  type HostCommand,
  type HostMemory,
} from './script.ts'
import { Sections } from './sections.ts'

export interface ExecResult {
  stdout: string
  /** Its end, where it is long. */
  stderr: string
  code: number
  /** There was more output than was kept. */
  truncated: boolean
}

/** How a program ended, as its server reports it; nothing yet while it runs, or when the connection ended first. */
export interface ExecEnd {
  value: { code: number | null; signal: string | null } | null
}

/** A channel in which `bootCommand` runs. */
export interface OpenExec {
  channel: ClosableChannel
  errors: Readable
  end: ExecEnd
}

/** Bytes that are kept of what comes in front of the first delimiter, and of what a host says about itself. */
const mostBefore = 16 * 1024
const mostFacts = 64 * 1024
/** How often a shell that has not begun is asked whether it is another one. */
const probeEveryMs = 4000
/** A shell that has not begun is given the end of its input, and so long to say something. */
const lastWordsMs = 500
/** Bytes of an exit status and of the newline before it. */
const lastLine = 16

/** A host, as failures name it, and what it has said about itself. */
export interface ScriptHost {
  name: string
  memory: HostMemory
}

/** Opens a channel for a program. @throws VizlinkError no-commands: the server opens none; deadline-exceeded; link-lost */
async function openExec(client: ExecLogin, timer: Timer, host: string): Promise<OpenExec> {
  const opened = new Promise<OpenExec>((resolve, reject) => {
    client.exec(bootCommand, (error, channel) => {
      if (error) return reject(error)
      const end: ExecEnd = { value: null }
      // A short command's end may lie in the same packet as the answer: it is listened for at once.
      channel.once('exit', (code: number | null, signal?: string) => {
        end.value = { code, signal: signal ?? null }
      })
      resolve({ channel, errors: channel.stderr, end })
    })
  })
  try {
    return await timer.race(asText('work.channel'), opened)
  } catch (error) {
    void opened.then(({ channel }) => channel.close()).catch(() => undefined)
    if (error instanceof Error && 'failure' in error) throw error
    throw isRefused(error) ? channelRefused(host, error) : lost('ssh', error)
  }
}

/** The server's own refusal of a channel; a connection that ends has no reason. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'reason' in error && /channel open failure/i.test(error.message)

export const newMark = (): string => randomBytes(12).toString('hex')

/** A program that a shell has become: standard input and output are its own. */
export interface RunningProgram {
  channel: ClosableChannel
  end: ExecEnd
  /** The last of what it has said of errors. */
  errors(): string
  /** Settles when the channel is closed at both ends. */
  gone: Promise<void>
  /** It has the only channel that the server allows; this is why it could not be reached by a socket. */
  whyNoSocket?: string
}

/** One shell on a host. Commands run one after the other: the caller waits for one before it begins the next. */
export class HostShell {
  private readonly host: ScriptHost
  private readonly opened: OpenExec
  /** Settles when the channel is closed at both ends. */
  readonly gone: Promise<void>
  private onData: (chunk: Buffer) => void = () => undefined
  private over = false
  /** What start-up files say, up to the word of `sh`: it may come before the first command. */
  private readonly before = new Sections([readyDelimiter], [mostBefore])
  private errorText = ''

  /** @param opened just now: what it says has not been read */
  constructor(host: ScriptHost, opened: OpenExec) {
    this.host = host
    this.opened = opened
    const { channel, errors } = opened
    this.onData = (chunk) => void this.before.push(chunk)
    channel.on('data', (chunk: Buffer) => this.onData(chunk))
    // Also what is not looked at is read: the channel would not end.
    errors.on('data', (chunk: Buffer) => {
      this.errorText = (this.errorText + chunk.toString('utf8')).slice(-mostErrors)
    })
    channel.on('error', () => undefined)
    this.gone = new Promise((resolve) =>
      channel.once('close', () => {
        this.over = true
        resolve()
      }),
    )
  }

  /** @throws VizlinkError no-commands: the server opens no channel; deadline-exceeded; link-lost */
  static async open(client: ExecLogin, host: ScriptHost, timer: Timer): Promise<HostShell> {
    return new HostShell(host, await openExec(client, timer, host.name))
  }

  /** No command can be run any more. */
  get closed(): boolean {
    return this.over
  }

  /**
   * Runs a command to its end. The shell is closed where it did not end.
   * @param input for its standard input: then the shell runs nothing more
   * @param maximumBytes output beyond this is cut
   * @param limitSeconds it is ended on the host after so long; its status is 124 then
   * @throws VizlinkError no-commands, deadline-exceeded, link-lost
   */
  async run(
    command: HostCommand,
    options: { timer: Timer; maximumBytes: number; limitSeconds: number; input?: Buffer },
  ): Promise<ExecResult> {
    const { timer, maximumBytes, limitSeconds, input } = options
    const mark = newMark()
    const sections = runSections(mark, maximumBytes)
    const { memory } = this.host
    const script = runScript(command, { mark, memory, limitSeconds, input: input !== undefined })
    let waiting = input
    await this.follow(script, sections, timer, () => {
      // Not before it has begun: what runs in the place of the shell would take it for commands.
      if (waiting && sections.passed >= 2) this.opened.channel.end(waiting)
      if (sections.passed >= 2) waiting = undefined
    })
    if (input !== undefined || !sections.complete) this.close()
    if (!sections.complete) throw this.cutOff(sections)
    const { missing, ...result } = readRun(sections, memory)
    if (missing !== null) throw programMissing(missing, this.host.name)
    return result
  }

  /**
   * The shell becomes a program that is spoken to as soon as it is there; the channel is paused until then.
   * @param inner the mark of a second script, which the first one starts on another host; null: there is none
   * @throws VizlinkError no-commands, deadline-exceeded, link-lost; what `refused` makes of the program's last words
   */
  async become(
    command: HostCommand,
    { inner, timer, refused }: { inner: string | null; timer: Timer; refused: (said: string) => Error },
  ): Promise<RunningProgram> {
    const mark = newMark()
    const between = [mark, ...(inner === null ? [] : [inner])].flatMap((one) => {
      const { facts, begin } = delimiters(one)
      return [facts, begin]
    })
    const sections = new Sections(
      between,
      between.map(() => mostFacts),
    )
    const { channel, end } = this.opened
    const script = becomeScript(command, mark, this.host.memory)
    await this.follow(script, sections, timer, (rest) => {
      if (rest === null) return
      channel.removeAllListeners('data')
      channel.pause()
      if (rest.length > 0) channel.unshift(rest)
    })
    if (sections.complete) return { channel, end, errors: () => this.errorText, gone: this.gone }
    this.close()
    const [missing] = noteFacts(sections.section(1).bytes.toString('utf8'), this.host.memory)
    if (missing !== undefined) throw programMissing(missing, this.host.name)
    throw sections.passed >= 2 && end.value ? refused(this.errorText) : this.cutOff(sections)
  }

  close(): void {
    this.over = true
    this.opened.channel.close()
  }

  /** Writes a script and reads until everything has come or the channel has ended. */
  private async follow(
    script: string,
    sections: Sections,
    timer: Timer,
    onProgress: (rest: Buffer | null) => void,
  ): Promise<void> {
    await this.untilReady(timer)
    const heard = this.hear(sections, timer, { onProgress })
    this.opened.channel.write(bootLine(script))
    await heard
  }

  /**
   * Waits until start-up files are done and `sh` reads its input: their programs would take a script for theirs.
   * @throws VizlinkError no-commands: they take too long, or start something else; link-lost
   */
  async untilReady(timer: Timer): Promise<void> {
    const { before } = this
    if (before.complete) return
    const isElsewhere = (): boolean => elsewhereAnswer.test(before.section(0).bytes.toString('utf8'))
    const probing = setInterval(() => this.opened.channel.write(probeLine), probeEveryMs)
    try {
      await this.hear(before, timer, { until: () => before.complete || isElsewhere() })
    } finally {
      clearInterval(probing)
    }
    if (before.complete) return
    this.close()
    throw isElsewhere() ? this.unheard(before) : this.cutOff(before)
  }

  /** Reads until everything has come or the channel has ended. */
  private async hear(
    sections: Sections,
    timer: Timer,
    {
      onProgress = () => undefined,
      until = () => sections.complete,
    }: { onProgress?: (rest: Buffer | null) => void; until?: () => boolean },
  ): Promise<void> {
    const { channel } = this.opened
    const begun = performance.now()
    const complete = new Promise<void>((resolve) => {
      this.onData = (chunk) => {
        onProgress(sections.push(chunk))
        if (until()) resolve()
      }
    })
    try {
      await timer.race(asText('work.command'), Promise.race([complete, this.gone]))
    } catch (error) {
      if (sections.passed === 0) {
        // Many shells say something only at the end of their input.
        channel.end()
        await Promise.race([this.gone, pause(lastWordsMs)])
      }
      const runsOn = !this.over
      this.close()
      if (sections.passed > 0) throw error
      // Another shell ends at the end of its input, start-up files do not look at it.
      throw this.unheard(sections, this.before.complete || !runsOn ? null : performance.now() - begun)
    } finally {
      this.onData = () => undefined
    }
  }

  /** Why a script did not come to its end. */
  private cutOff(sections: Sections): Error {
    return this.opened.end.value ? this.unheard(sections) : lost('ssh')
  }

  /** @param startsForMs start-up files have run for so long, and do; null: something else came */
  private unheard(sections: Sections, startsForMs: number | null = null): Error {
    const { name, memory } = this.host
    const { value } = this.opened.end
    const before = sections.section(sections.passed === 0 ? 0 : sections.passed).bytes.toString('utf8')
    return unheard({
      host: name,
      files: startUpFiles(memory.shell),
      instead: `${before}\n${this.errorText}`.replaceAll(new RegExp(elsewhereAnswer, 'gm'), ''),
      end: value === null ? null : (value.signal ?? String(value.code)),
      startsForMs,
    })
  }
}

/** What `runScript` prints, with its bounds. */
export function runSections(mark: string, maximumBytes: number): Sections {
  const { facts, begin, errors, end } = delimiters(mark)
  return new Sections(
    [facts, begin, errors, end],
    [mostBefore, mostFacts, maximumBytes, mostErrors + lastLine],
  )
}

/** Reads what `runScript` has printed. @returns `missing`: a program without which it did not run */
export function readRun(sections: Sections, memory: HostMemory): ExecResult & { missing: string | null } {
  const [facts, output, errors] = [1, 2, 3].map((index) => sections.section(index))
  const missing = noteFacts(facts!.bytes.toString('utf8'), memory)
  // The last line is the exit status.
  const [, stderr = '', status = '255'] =
    /^([\s\S]*?)\n?(\d{1,3})$/.exec(errors!.bytes.toString('utf8')) ?? []
  const code = Number(status)
  return {
    stdout: output!.bytes.toString('utf8'),
    stderr,
    code,
    truncated: output!.truncated,
    missing: code === 127 && stderr === '' ? (missing[0] ?? null) : null,
  }
}
