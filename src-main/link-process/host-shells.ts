/**
 * The shells on one host, in channels of one SSH connection: few, reused, and as many as the server allows. Every command of the
 * client on any host runs here.
 */
import { asText } from '../shared/texts/index.ts'
import { pause } from '../domain/retry.ts'
import { excerpt } from '../shared/bounds.ts'
import { knownFacts, VizlinkError } from '../shared/errors.ts'
import {
  HostShell,
  newMark,
  readRun,
  runSections,
  type ExecResult,
  type RunningProgram,
} from '../protocols/ssh/exec.ts'
import { channelRefused, programMissing } from '../protocols/ssh/failures.ts'
import {
  becomeScript,
  emptyMemory,
  knowledgeOf,
  runScript,
  seekingMs,
  type HostCommand,
  type HostKnowledge,
  type HostMemory,
} from '../protocols/ssh/script.ts'
import { openOnSocket, socketIn, socketScript } from '../protocols/ssh/socket-exec.ts'
import { inStep, type JobStep } from '../protocols/slurm/step.ts'
import type { LoginTimer } from '../protocols/ssh/connect.ts'
import type { SshConnection } from '../protocols/ssh/connection.ts'

/** Of one login. A desktop has two, to login host and node. */
const mostShells = 4
/** Start-up files of a login shell may load modules or environments over a slow network, and a person waits. */
const startUpMs = 60_000
/** Where they took longer a moment ago. */
const startUpAgainMs = 15_000
/** A program that was nowhere is not looked for again so soon. */
const missingMs = 60_000
/** Room for what a step's own script prints beside the command's output. */
const stepBytes = 128 * 1024
/** On the host a command is ended a little before our own time is over. */
const marginMs = 500
/** So long after the end of a channel a server may still count it. */
const settlingMs = 2000
/** A program that is reached by a socket is there at once, or not at all. */
const socketMs = 10_000

export interface CommandRun {
  command: HostCommand
  /** Runs in a job, on its node; null: on the host itself. */
  step: JobStep | null
  deadlineMs: number
  maximumBytes: number
  input?: Buffer
}

export interface ProgramStart {
  step: JobStep | null
  timer: LoginTimer
  /** Makes a failure of the last words of a program that did not start. */
  refused: (said: string) => Error
  /** Path of a relay on the host of the shells itself; it is put there first. */
  relayHere: () => Promise<string>
}

/** The host of a login. */
export interface ShellHost {
  /** As failures name it. */
  name: string
  startTimer(ms: number): LoginTimer
  /** A second login, where the server allows no more channels in the first one; null: there is none more. */
  logInAgain: ((timer: LoginTimer) => Promise<SshConnection>) | null
  /** What earlier logins have learned. */
  known: HostKnowledge | null
}

export class HostShells {
  private readonly client: SshConnection
  private readonly host: ShellHost
  private readonly memory: HostMemory
  /** What `learned` has given, as JSON. */
  private reported: string
  /** Of nodes on which steps ran. */
  private readonly nodeMemories: Map<string, HostMemory>
  private readonly idle: HostShell[] = []
  private readonly waiting: (() => void)[] = []
  /** As many channels as the server was seen to allow. */
  private most = mostShells
  private open = 0
  /** Those that are open; a server counts one a while longer. */
  private readonly shells = new Set<HostShell>()
  /** The last shell did not begin in its time. */
  private slow = false
  /** When a channel was last closed: ms of this process's clock. */
  private lastGone = -Infinity
  /** Channels that have become programs. */
  private programs = 0
  /** Shells of a second login: programs have all the channels of this one. */
  private beside: Promise<HostShells> | null = null

  /** @param first the shells of the first login, whose knowledge of the host is shared */
  constructor(client: SshConnection, host: ShellHost, first: HostShells | null = null) {
    this.client = client
    this.host = host
    this.memory = first?.memory ?? emptyMemory(host.known)
    this.reported = JSON.stringify(knowledgeOf(this.memory))
    this.nodeMemories = first?.nodeMemories ?? new Map<string, HostMemory>()
  }

  /** What is known of the host, where that has changed since it was asked for. */
  learned(): HostKnowledge | null {
    const knowledge = knowledgeOf(this.memory)
    const text = JSON.stringify(knowledge)
    if (text === this.reported) return null
    this.reported = text
    return knowledge
  }

  /** Ends the second login, if there is one. */
  close(): void {
    void this.beside?.then(({ client }) => client.end()).catch(() => undefined)
    this.beside = null
  }

  /** @throws VizlinkError no-commands, deadline-exceeded, link-lost */
  async run(run: CommandRun): Promise<ExecResult> {
    const { command, step, deadlineMs, maximumBytes, input } = run
    const inner = newMark()
    const nodeMemory = step ? this.memoryOf(step.node) : null
    const memory = nodeMemory ?? this.memory
    const asked = this.withoutMissing(command, memory)
    const outer =
      step && nodeMemory
        ? inStep(
            step,
            runScript(asked, { mark: inner, memory, limitSeconds: null, input: input !== undefined }),
          )
        : asked
    const timer = this.host.startTimer(
      deadlineMs + seekingTime(asked, memory) + (step ? seekingTime(outer, this.memory) : 0),
    )
    const shell = await this.take(timer)
    if (!shell) return (await this.secondLogin(timer)).run(run)
    try {
      const result = await shell.run(outer, {
        timer,
        maximumBytes: maximumBytes + (step ? stepBytes : 0),
        limitSeconds: Math.max(1, Math.floor((deadlineMs - marginMs) / 1000)),
        ...(input === undefined ? {} : { input }),
      })
      note(outer, this.memory)
      if (nodeMemory) note(asked, nodeMemory)
      return step ? this.readStep(result, inner, memory, { maximumBytes, node: step.node }) : result
    } finally {
      this.give(shell)
    }
  }

  /**
   * Starts a program that is spoken to by the channel. It leaves the last channel that the server allows to commands: then it is
   * reached by a socket, where the server leads to one.
   */
  async become(command: HostCommand, options: ProgramStart): Promise<RunningProgram> {
    const { step, timer, refused } = options
    const inner = step ? newMark() : null
    const outer =
      step && inner !== null ? inStep(step, becomeScript(command, inner, this.memoryOf(step.node))) : command
    const leavesOne = await this.leavesOne(timer)
    if (leavesOne === null) return (await this.secondLogin(timer)).become(command, options)
    const onSocket = leavesOne ? null : await this.openOnSocket(options)
    if (onSocket instanceof HostShell) {
      note(outer, this.memory)
      return onSocket.become(outer, { inner, timer, refused })
    }
    const shell = await this.take(timer)
    if (!shell) return (await this.secondLogin(timer)).become(command, options)
    try {
      const program = await shell.become(outer, { inner, timer, refused })
      this.programs++
      this.wake()
      void program.gone.then(() => this.programs--)
      if (onSocket === null) return program
      return { ...program, whyNoSocket: excerpt(this.client.refusal?.message ?? onSocket) || '-' }
    } catch (error) {
      this.give(shell)
      throw error
    }
  }

  /** Whether commands have a channel beside one that a program takes now. @returns null: programs have them all */
  private async leavesOne(timer: LoginTimer): Promise<boolean | null> {
    const shell = await this.take(timer)
    if (!shell) return null
    try {
      const running = [...this.shells].filter(({ closed }) => !closed)
      if (running.length - this.programs > 1) return true
      const other = this.open < this.most ? await this.openShell(timer) : null
      if (other) this.give(other)
      return other !== null
    } finally {
      this.give(shell)
    }
  }

  /** @returns why there is none: the server leads to no socket, or none can be made */
  private async openOnSocket({ timer, relayHere }: ProgramStart): Promise<HostShell | string> {
    try {
      const command = { script: socketScript(await relayHere()), ownLocale: true }
      const { stdout, stderr } = await this.run({
        ...{ command, step: null, deadlineMs: socketMs, maximumBytes: 1000 },
      })
      const path = socketIn(stdout)
      if (path === null) return stderr || stdout
      const host = { name: this.host.name, memory: this.memory }
      const shell = new HostShell(host, await openOnSocket(this.client, path, timer))
      await shell.untilReady(timer)
      return shell
    } catch (error) {
      const failure = error instanceof VizlinkError ? error.failure : null
      if (failure?.kind === 'deadline-exceeded') throw error
      // Whether the connection is lost is seen by what comes next.
      const said = failure?.evidence.find(({ label }) => label === 'answer')?.value
      return said ?? (error instanceof Error ? error.message : String(error))
    }
  }

  private memoryOf(node: string): HostMemory {
    const memory = this.nodeMemories.get(node) ?? emptyMemory()
    this.nodeMemories.set(node, memory)
    return memory
  }

  /** Leaves out what was nowhere a moment ago. @throws VizlinkError no-commands: it needs that */
  private withoutMissing(command: HostCommand, { missing }: HostMemory): HostCommand {
    const isMissing = (program: string): boolean =>
      performance.now() - (missing.get(program) ?? -missingMs) < missingMs
    const gone = command.needs?.find(isMissing)
    if (gone !== undefined) throw programMissing(gone, this.host.name)
    return { ...command, wants: (command.wants ?? []).filter((program) => !isMissing(program)) }
  }

  /** What a command in a step has said; where the step did not begin, what srun said. */
  private readStep(
    outer: ExecResult,
    mark: string,
    memory: HostMemory,
    { maximumBytes, node }: { maximumBytes: number; node: string },
  ): ExecResult {
    const sections = runSections(mark, maximumBytes)
    sections.push(Buffer.from(outer.stdout))
    if (!sections.complete) return { ...outer, stdout: '', code: outer.code === 0 ? 255 : outer.code }
    const { missing, ...result } = readRun(sections, memory)
    if (missing === null) return result
    throw programMissing(missing, node)
  }

  /** A shell that has nothing to do: an idle one, a new one, or the next that is given back; null: programs have them all. */
  private async take(timer: LoginTimer): Promise<HostShell | null> {
    for (;;) {
      const idle = this.idle.pop()
      if (idle && !idle.closed) return this.started(idle)
      if (idle) continue
      if (this.open < this.most) {
        const shell = await this.openShell(timer)
        if (shell) return this.started(shell)
        continue
      }
      // Programs keep their channels for as long as they run.
      if (this.open > 0 && this.programs >= this.open) return null
      await timer.race(asText('work.channel'), new Promise<void>((resolve) => this.waiting.push(resolve)))
    }
  }

  /** Its start-up files have a time of their own. */
  private async started(shell: HostShell): Promise<HostShell> {
    try {
      await shell.untilReady(this.host.startTimer(this.slow ? startUpAgainMs : startUpMs))
      this.slow = false
      return shell
    } catch (error) {
      this.slow = true
      throw error
    }
  }

  /** @returns null: the server allows no more than there are */
  private async openShell(timer: LoginTimer): Promise<HostShell | null> {
    this.open++
    try {
      const shell = await HostShell.open(this.client, { name: this.host.name, memory: this.memory }, timer)
      this.shells.add(shell)
      void shell.gone.then(() => {
        this.shells.delete(shell)
        this.lastGone = performance.now()
        this.free()
      })
      return shell
    } catch (error) {
      this.free()
      if (!knownFacts(error, 'no-commands', 'no-channel')) throw error
      if (this.open > 0) this.most = this.open
      // A server counts a session until its processes have ended, a moment after its channel.
      else if (performance.now() - this.lastGone > settlingMs) throw error
      else await timer.race(asText('work.channel'), pause(settlingMs / 20))
      return null
    }
  }

  private secondLogin(timer: LoginTimer): Promise<HostShells> {
    const { logInAgain, ...host } = this.host
    if (logInAgain === null) throw channelRefused(host.name)
    this.beside ??= logInAgain(timer).then(
      (client) => {
        client.on('close', () => (this.beside = null))
        return new HostShells(client, { ...host, logInAgain: null }, this)
      },
      (error: unknown) => {
        this.beside = null
        throw error
      },
    )
    return this.beside
  }

  private give(shell: HostShell): void {
    if (!shell.closed) this.idle.push(shell)
    this.wake()
  }

  private free(): void {
    this.open--
    this.wake()
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }
}

/** More time for a command whose programs may have to be looked for. */
const seekingTime = ({ needs = [], wants = [] }: HostCommand, { found }: HostMemory): number =>
  [...needs, ...wants].every((program) => found.has(program)) ? 0 : seekingMs

function note({ needs = [], wants = [] }: HostCommand, { found, missing }: HostMemory): void {
  for (const program of [...needs, ...wants]) if (!missing.has(program)) found.add(program)
}
