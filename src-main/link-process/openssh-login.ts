/** Logs in by the system's `ssh`: what it asks goes to the app, and what it says is read into failures. */
import { writeFile } from 'node:fs/promises'
import { bounded, longest } from '../shared/bounds.ts'
import { VizlinkError } from '../shared/errors.ts'
import { personMs } from '../domain/person-time.ts'
import { configurationText, type Asking } from '../protocols/openssh/arguments.ts'
import { OpensshConnection } from '../protocols/openssh/connection.ts'
import { isCertificate, knownLines, plainKey, type HostKeys } from '../protocols/openssh/host-key.ts'
import { failureOfOpenssh } from '../protocols/openssh/login-end.ts'
import { LoginLog, unescaped } from '../protocols/openssh/login-log.ts'
import type { HopQuestions, LoginTimer } from '../protocols/ssh/connect.ts'
import type { SshConnection } from '../protocols/ssh/connection.ts'
import { hostKeyRefused, hostKeyUnknown, needsAnswer } from '../protocols/ssh/failures.ts'
import { fingerprint, judgeHostKey, publicLine } from '../protocols/ssh/host-keys.ts'
import { plainText } from '../protocols/ssh/server-words.ts'
import { listenForQuestions, type AskpassQuestion } from './askpass.ts'
import type { Hop, LinkRequests } from './messages.ts'
import type { PrivateSockets } from './private-sockets.ts'

type Settings = NonNullable<LinkRequests['login']['input']['openssh']>

/** Answers of this login by their prompts: each channel of a computer whose `ssh` cannot share a connection asks again. */
type Answers = Map<string, string>

export class OpensshLogin {
  private readonly settings: Settings
  private readonly sockets: PrivateSockets
  private readonly questions: HopQuestions
  private readonly sharesConnections: boolean

  constructor(
    settings: Settings,
    sockets: PrivateSockets,
    questions: HopQuestions,
    sharesConnections = process.platform !== 'win32',
  ) {
    this.settings = settings
    this.sockets = sockets
    this.questions = questions
    this.sharesConnections = sharesConnections
  }

  /** Connects and logs in, directly or through a connection of the same kind. @throws VizlinkError as `connectHop` does */
  async connect(hop: Hop, through: SshConnection | null, timer: LoginTimer): Promise<SshConnection> {
    const asking = new HopAsking(hop, this.questions, timer, this.sharesConnections ? null : new Map())
    const socket = await listenForQuestions(this.sockets, (question) => asking.answer(question))
    const ways = { askpass: this.settings.askpass, socket: socket.path }
    const before = through instanceof OpensshConnection ? through : null
    const { program, askpass, environment, identityFile } = this.settings
    try {
      const connection = await OpensshConnection.open({
        target: hop,
        start: {
          program,
          ...ways,
          configuration: await this.writtenConfiguration(ways),
          identityFile,
          controlPath: this.sharesConnections ? await this.sockets.reserve('ssh') : null,
          proxyCommand: before?.leadOn() ?? null,
        },
        environment: {
          ...environment,
          // A command of our own leads through the host before.
          ...(before === null ? {} : { SHELL: '/bin/sh' }),
          SSH_ASKPASS: askpass,
          SSH_ASKPASS_REQUIRE: 'force',
          VIZLINK_ASKPASS: socket.path,
        },
        timer,
        signal: asking.signal,
        log: asking.log,
        notice: (text) => this.questions.notice(hop.label, text),
      })
      connection.on('close', () => socket.close())
      asking.loggedIn = true
      return connection
    } catch (error) {
      socket.close()
      if (asking.problem) throw asking.problem
      if (error instanceof VizlinkError)
        throw new VizlinkError({
          ...error.failure,
          evidence: [...error.failure.evidence, ...asking.log.evidence],
        })
      const { log, shownKey } = asking
      throw failureOfOpenssh({ hop: hop.label, log, shownKey, refusal: before?.refusal ?? null })
    }
  }

  /** @returns the file of `ssh` for one host */
  private async writtenConfiguration(asking: Asking): Promise<string> {
    const path = await this.sockets.reserve('ssh_config')
    await writeFile(path, configurationText(asking, this.settings.configurationFiles), { mode: 0o600 })
    return path
  }
}

/** What is asked while one host is logged in to. */
class HopAsking {
  readonly log = new LoginLog()
  private readonly ending = new AbortController()
  private seenProblem: VizlinkError | null = null
  /** The last key that the host has shown, in words. */
  shownKey = ''
  loggedIn = false
  private readonly hop: Hop
  private readonly questions: HopQuestions
  private readonly timer: LoginTimer
  private readonly answers: Answers | null

  constructor(hop: Hop, questions: HopQuestions, timer: LoginTimer, answers: Answers | null) {
    this.hop = hop
    this.questions = questions
    this.timer = timer
    this.answers = answers
  }

  /** What went wrong in our own terms; `ssh` says less. */
  get problem(): VizlinkError | null {
    return this.seenProblem
  }

  /** Aborts with the problem. */
  get signal(): AbortSignal {
    return this.ending.signal
  }

  answer(question: AskpassQuestion): Promise<string | null> {
    // Without an answer `ssh` asks again, until its end reaches it.
    if (this.seenProblem) return Promise.resolve(null)
    return question.kind === 'prompt' ? this.answerPrompt(question) : this.answerHostKey(question)
  }

  private async answerPrompt({ hint, text }: { hint: string; text: string }): Promise<string | null> {
    const shown = plainText(unescaped(text), longest.sentence - 1)
    this.timer.hold(personMs)
    if (hint === 'none') {
      this.questions.notice(this.hop.label, shown)
      return null
    }
    const known = this.loggedIn ? this.answers?.get(text) : undefined
    if (known !== undefined) return `${known}\n`
    const prompts = [{ text: `${shown} `, echo: hint === 'confirm' }]
    const answers = await this.questions.answerPrompts(this.hop.label, '', prompts).catch(() => null)
    const answer = answers?.[0]
    if (answer === undefined || /[\0\n]/.test(answer)) {
      return this.fail(needsAnswer(this.hop.label, prompts))
    }
    this.log.tried.answered = this.log.tried.proofGiven = true
    this.answers?.set(text, answer)
    this.timer.hold(personMs)
    return `${answer}\n`
  }

  private fail(problem: VizlinkError): null {
    this.seenProblem ??= problem
    this.ending.abort(problem)
    return null
  }

  private async answerHostKey(question: AskpassQuestion & { kind: 'host-key' }): Promise<string | null> {
    const { role, reason, name, type, key } = question
    const isTarget = role === 'target'
    const { hostKeys, revokedKeys = [], authorities = [] } = this.hop
    const known: HostKeys = isTarget
      ? { accepted: hostKeys, revoked: revokedKeys, authorities }
      : { accepted: [], revoked: [], authorities: [] }
    const lines = knownLines(known, name)
    if (reason !== 'HOSTNAME' || key === 'NONE') return lines
    const blob = plainKey(Buffer.from(key, 'base64'))
    if (blob === null) return lines
    const line = publicLine(blob)
    const shown = `${line.split(' ')[0] ?? ''} ${fingerprint(blob)}`
    const label = isTarget ? this.hop.label : bounded(name, longest.line)
    this.shownKey = shown
    if (known.revoked.includes(line)) {
      return this.fail(hostKeyRefused(label, shown, 'revoked'))
    }
    // ssh itself judges a certificate by the authorities.
    if (isCertificate(type) && known.authorities.length > 0) return lines
    const judgement = judgeHostKey(blob, known.accepted)
    if (judgement === 'known') return lines
    if (judgement === 'changed') {
      return this.fail(hostKeyRefused(label, shown, 'changed'))
    }
    if (await this.questions.verifyHostKey(label, line, fingerprint(blob))) return `${lines}${name} ${line}\n`
    return this.fail(hostKeyUnknown(label, shown))
  }
}
