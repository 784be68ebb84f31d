/** One authenticated SSH connection, directly or through another one. */
import { longest } from '../../shared/bounds.ts'
import { VizlinkError } from '../../shared/errors.ts'
import { asText, type Text } from '../../shared/texts/index.ts'
import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ConnectConfig } from 'ssh2'
import { personMs } from '../../domain/person-time.ts'
import { openThroughProxy } from '../proxy-tunnel.ts'
import { openTcp } from '../tcp.ts'
import { offeredAlgorithms } from './algorithms.ts'
import { createAuthentication, titleOf, type Prompt } from './authentication.ts'
import type { ForwardingLogin } from './connection.ts'
import {
  hostKeyRefused,
  hostKeyUnknown,
  needsAnswer,
  notByProxy,
  notForwarded,
  passwordChange,
  unreachable,
} from './failures.ts'
import { fingerprint, judgeHostKey, publicLine } from './host-keys.ts'
import { failureOfLogin, type LoginEnd } from './login-end.ts'
import { overhear } from './overhear.ts'
import type { AskSignature } from './remote-agent.ts'
import { plainText, ServerWords } from './server-words.ts'
import { keepAliveMs, watchSilence } from './silence.ts'

export interface HopTarget {
  label: string
  address: string
  port: number
  user: string
  hostKeys: readonly string[]
  /** Host keys that are never accepted. */
  revokedKeys?: readonly string[] | undefined
  /** Proxy in front of it. */
  proxy?: string | undefined
}

/** The user's keys, as one server may be offered them. */
export interface UserKeys {
  /** Public keys (`type base64`), best first. */
  publicKeys: readonly string[]
  /** Keys that cannot be offered, in words. */
  unusable: readonly string[]
}

export interface HopQuestions {
  verifyHostKey(hop: string, publicKey: string, fingerprint: string): Promise<boolean>
  sign: AskSignature
  answerPrompts(hop: string, title: string, prompts: Prompt[]): Promise<string[] | null>
  /** What the server says to people and wants no answer to. */
  notice(hop: string, text: string): void
}

/** Our clock is paused so long for a server that looks up names and accounts before it judges; sshd itself waits for 120 s. */
const judgingMs = 60_000
/** What a server may say before it greets. */
const mostBeforeGreeting = 4096

/** Races `work` against a deadline whose clock can pause while people are asked. */
export interface Timer {
  race<T>(what: Text, work: Promise<T>): Promise<T>
}

/** One whose clock can be paused for a person who is at work elsewhere. */
export interface LoginTimer extends Timer {
  /** Pauses the clock for so many ms from now; 0 ends a pause. */
  hold(ms: number): void
}

async function openSocket(target: HopTarget, timer: Timer): Promise<Duplex> {
  const given = new AbortController()
  const endpoint = { host: target.address, port: target.port }
  try {
    return await timer.race(
      asText('work.reaching', { hop: target.label }),
      target.proxy === undefined
        ? openTcp(endpoint, given.signal)
        : openThroughProxy(new URL(target.proxy), endpoint, given.signal),
    )
  } catch (error) {
    given.abort()
    throw target.proxy === undefined
      ? unreachable(target.label, error)
      : notByProxy(target.label, new URL(target.proxy), error)
  }
}

/** Opens a TCP stream to `target` inside an existing connection. */
async function openThrough(client: ForwardingLogin, target: HopTarget, timer: Timer): Promise<Duplex> {
  const opened = new Promise<Duplex>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, target.address, target.port, (error, stream) =>
      error ? reject(error) : resolve(stream),
    )
  })
  try {
    return await timer.race(asText('work.reaching', { hop: target.label }), opened)
  } catch (error) {
    // A stream that opens after we gave up must not stay.
    void opened.then((stream) => stream.destroy()).catch(() => undefined)
    throw error instanceof VizlinkError ? unreachable(target.label, error) : notForwarded(target.label, error)
  }
}

interface Greeting {
  seen: boolean
  /** What came in its place, or before it. */
  before: string
}

/** Notices the server's greeting. */
function watchGreeting(sock: Duplex): Greeting {
  const greeting: Greeting = { seen: false, before: '' }
  const look = (chunk: Buffer): void => {
    greeting.before = `${greeting.before}${chunk.toString('latin1')}`.slice(0, mostBeforeGreeting)
    greeting.seen = /^SSH-/m.test(greeting.before)
    if (greeting.seen || greeting.before.length === mostBeforeGreeting) sock.off('data', look)
  }
  sock.on('data', look)
  return greeting
}

/**
 * Connects and logs in.
 * @param through the connection of the hop before, or null for the first
 * @throws VizlinkError login-unreachable, host-key-changed, host-key-unknown, auth-refused, needs-answer,
 *   deadline-exceeded
 */
export async function connectHop(
  target: HopTarget,
  through: ForwardingLogin | null,
  { publicKeys, unusable }: UserKeys,
  questions: HopQuestions,
  timer: LoginTimer,
): Promise<Client> {
  const { label: hop, user } = target
  const sock = through ? await openThrough(through, target, timer) : await openSocket(target, timer)
  const client = new ssh2.Client()
  // What went wrong in our own terms; the library's error that follows says less.
  const seen: { problem: Error | null; stage: LoginEnd['stage'] } = { problem: null, stage: 'greeting' }
  const words = new ServerWords()

  const verify = async (blob: Buffer): Promise<boolean> => {
    const shown = `${publicLine(blob).split(' ')[0] ?? ''} ${fingerprint(blob)}`
    const judgement = judgeHostKey(blob, target.hostKeys)
    if (target.revokedKeys?.includes(publicLine(blob))) {
      seen.problem = hostKeyRefused(hop, shown, 'revoked')
      return false
    }
    if (judgement === 'known') return true
    if (judgement === 'changed') {
      seen.problem = hostKeyRefused(hop, shown, 'changed')
      return false
    }
    if (await questions.verifyHostKey(hop, publicLine(blob), fingerprint(blob))) return true
    seen.problem = hostKeyUnknown(hop, shown)
    return false
  }
  const authentication = createAuthentication({
    user,
    publicKeys,
    sign: questions.sign,
    answer: (title, prompts) => questions.answerPrompts(hop, title, prompts),
    unanswered(prompts) {
      seen.problem = needsAnswer(hop, prompts)
      client.end()
    },
    personAtWork: () => timer.hold(personMs),
  })
  const notice = (text: string): void => {
    const plain = words.add(text)
    if (plain !== '') questions.notice(hop, plain)
  }

  const configuration: ConnectConfig = {
    sock: sock,
    username: user,
    authHandler: authentication.handler,
    algorithms: offeredAlgorithms(target.hostKeys),
    keepaliveInterval: keepAliveMs,
    // Silence is judged by `watchSilence`.
    keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    // Our own timer bounds the handshake; it is paused while a question is open.
    readyTimeout: 0,
    hostVerifier: (blob: Buffer, accept: (valid: boolean) => void) => {
      verify(blob).then(accept, () => accept(false))
    },
  }
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    client.once('handshake', () => {
      seen.stage = 'authentication'
      timer.hold(judgingMs)
    })
    client.on('banner', notice)
    client.on('change password', (prompt) => {
      seen.problem = passwordChange(hop, plainText(prompt, longest.sentence))
      client.end()
    })
    client.on('error', (error: Error & { level?: string }) => {
      // A key that did not sign is no reason to stop: the next one is tried.
      if (error.level !== 'agent') reject(error)
    })
    // Through a jump host the end of a connection comes as the end of one direction; the other is never closed.
    client.once('end', () => sock.destroy())
    client.once('close', () => reject(new Error('the connection was closed')))
  })
  let greeting: Greeting = { seen: false, before: '' }
  try {
    client.connect(configuration)
    greeting = watchGreeting(sock)
    overhear(client, {
      refusal: (methods, partialSuccess) => authentication.heard(methods, partialSuccess),
      notice(name, instructions) {
        timer.hold(personMs)
        notice(titleOf(name, instructions))
      },
      goodbye: (description) => void words.add(description),
    })
    await timer.race(asText('work.loggingIn', { hop }), ready)
    watchSilence(client, sock)
    return client
  } catch (error) {
    client.end()
    sock.destroy()
    if (seen.problem) throw seen.problem
    if (!greeting.seen) words.add(greeting.before)
    if (error instanceof VizlinkError) throw withWords(error, words)
    const stage = greeting.seen && seen.stage === 'greeting' ? 'key-exchange' : seen.stage
    const { tried } = authentication
    throw failureOfLogin({ hop, stage, error, words, tried, unusableKeys: unusable })
  } finally {
    timer.hold(0)
  }
}

/** What took too long, with what the server had said by then. */
function withWords({ failure }: VizlinkError, { evidence }: ServerWords): VizlinkError {
  return new VizlinkError({ ...failure, evidence: [...failure.evidence, ...evidence] })
}
