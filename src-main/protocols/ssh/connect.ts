/** One authenticated SSH connection, directly or through another one. */
import { asText, type Text } from '../../shared/texts/index.ts'
import { connect as connectTcp, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ConnectConfig } from 'ssh2'
import { offeredAlgorithms } from './algorithms.ts'
import { createAuthentication, type Prompt } from './authentication.ts'
import {
  deadline,
  hostKeyChanged,
  hostKeyUnknown,
  needsAnswer,
  nothingInCommon,
  refused,
  unreachable,
} from './failures.ts'
import { fingerprint, judgeHostKey, publicLine } from './host-keys.ts'
import { createRemoteAgent, type AskSignature } from './remote-agent.ts'

export interface HopTarget {
  label: string
  address: string
  port: number
  user: string
  hostKeys: readonly string[]
}

export interface HopQuestions {
  verifyHostKey(hop: string, publicKey: string, fingerprint: string): Promise<boolean>
  sign: AskSignature
  answerPrompts(hop: string, title: string, prompts: Prompt[]): Promise<string[] | null>
}

const keepAliveMs = 3000
const keepAlivesMissed = 3

/** Races `work` against a deadline whose clock can pause while people are asked. */
export interface Timer {
  race<T>(what: Text, work: Promise<T>): Promise<T>
}

async function openSocket(target: HopTarget, timer: Timer): Promise<Socket> {
  const socket = connectTcp({ host: target.address, port: target.port, noDelay: true })
  try {
    await timer.race(
      asText('work.reaching', { hop: target.label }),
      new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve)
        socket.once('error', reject)
      }),
    )
    return socket
  } catch (error) {
    socket.destroy()
    throw unreachable(target.label, error)
  }
}

/** Opens a TCP stream to `target` inside an existing connection. */
async function openThrough(client: Client, target: HopTarget, timer: Timer): Promise<Duplex> {
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
    throw unreachable(target.label, error)
  }
}

/**
 * Connects and logs in.
 * @param through the connection of the hop before, or null for the first
 * @throws VizlinkError login-unreachable, host-key-changed, host-key-unknown, auth-refused, needs-answer,
 *   deadline-exceeded
 */
export async function connectHop(
  target: HopTarget,
  through: Client | null,
  publicKeys: readonly string[],
  questions: HopQuestions,
  timer: Timer,
): Promise<Client> {
  const sock = through ? await openThrough(through, target, timer) : await openSocket(target, timer)
  const client = new ssh2.Client()
  // What went wrong in our own terms; the library's error that follows says less.
  const seen: { problem: Error | null } = { problem: null }

  const verify = async (blob: Buffer): Promise<boolean> => {
    const shown = `${publicLine(blob).split(' ')[0] ?? ''} ${fingerprint(blob)}`
    const judgement = judgeHostKey(blob, target.hostKeys)
    if (judgement === 'known') return true
    if (judgement === 'changed') {
      seen.problem = hostKeyChanged(target.label, shown)
      return false
    }
    if (await questions.verifyHostKey(target.label, publicLine(blob), fingerprint(blob))) return true
    seen.problem = hostKeyUnknown(target.label, shown)
    return false
  }

  const configuration: ConnectConfig = {
    sock: sock,
    username: target.user,
    authHandler: createAuthentication({
      user: target.user,
      agent: createRemoteAgent(publicKeys, questions.sign),
      answer: (title, prompts) => questions.answerPrompts(target.label, title, prompts),
      unanswered(prompts) {
        seen.problem = needsAnswer(target.label, prompts)
        client.end()
      },
    }),
    algorithms: offeredAlgorithms(target.hostKeys),
    keepaliveInterval: keepAliveMs,
    keepaliveCountMax: keepAlivesMissed,
    // Our own timer bounds the handshake; it is paused while a question is open.
    readyTimeout: 0,
    hostVerifier: (blob: Buffer, accept: (valid: boolean) => void) => {
      verify(blob).then(accept, () => accept(false))
    },
  }
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    client.on('error', (error: Error & { level?: string }) => {
      // A key that did not sign is no reason to stop: the next one is tried.
      if (error.level !== 'agent') reject(error)
    })
    // Through a jump host the end of a connection comes as the end of one direction; the other is never closed.
    client.once('end', () => sock.destroy())
    client.once('close', () => reject(new Error('the connection was closed')))
  })
  try {
    client.connect(configuration)
    await timer.race(asText('work.loggingIn', { hop: target.label }), ready)
    return client
  } catch (error) {
    client.end()
    sock.destroy()
    if (seen.problem) throw seen.problem
    if (isRefusal(error)) throw refused(target.label, error)
    const missing = /no matching (?:[CS]->[CS] )?(.+)$/.exec((error as Error).message)?.[1]
    if (missing !== undefined) throw nothingInCommon(target.label, missing)
    throw error instanceof Error && 'failure' in error
      ? deadline(asText('work.loggingIn', { hop: target.label }))
      : unreachable(target.label, error)
  }
}

/** No method was left, or the server lost patience ("Too many authentication failures"). */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (
    (error as { level?: string }).level === 'client-authentication' ||
    /authentication failures/i.test(error.message)
  )
}
