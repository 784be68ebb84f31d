/** `vizlink connect --host`: one host without a portal, directly or through SSH and the relay. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fail, toFailure, VizlinkError, type Failure } from '../shared/errors.ts'
import type { StreamFacts } from '../shared/model/connection.ts'
import type { Hop } from '../link-process/messages.ts'
import { createIdentity } from '../protocols/gamestream/identity.ts'
import type { LocalHostPorts } from '../protocols/gamestream/host-client.ts'
import { hostPorts } from '../services/connection/cluster-side.ts'
import { HostSide } from '../services/connection/host-side.ts'
import { loadSigner } from '../services/link/key-signer.ts'
import { createLinkClient, type LinkClient } from '../services/link/link-client.ts'
import { createLogger, createNodePlatform, type NodePlatform } from '../shells/node/index.ts'
import { finish, reportOf, videoOf, type VideoOptions } from './output.ts'
import { answerOf } from './questions.ts'

export interface ConnectHostOptions extends VideoOptions {
  host: string
  ssh?: string
  jump?: string
  identity?: string
  hostKey?: string[]
  seconds: number
  json: boolean
}

const readyMs = 10_000
const deadlineMs = 20_000
const maximumUnacknowledgedBytes = 1024 * 1024

function usage(text: string): Error {
  return fail('bad-request', { message: text, nextStep: 'See vizlink connect --help.', retryable: false })
}

function parseAddress(text: string): { address: string; port: number } {
  const match = /^([\d.]{7,15}):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (!match?.[1] || port < 1024 || port > 65_000)
    throw usage('--host wants an IPv4 address and a base port, for instance 127.0.0.1:47989.')
  return { address: match[1], port }
}

function parseHop(text: string, hostKeys: string[]): Hop {
  const match = /^(\w[\w.+-]{0,63})@([\w.-]{1,253})(?::(\d{1,5}))?$/.exec(text)
  const port = Number(match?.[3] ?? 22)
  if (!match?.[1] || !match[2] || port < 1 || port > 65_535)
    throw usage('--ssh and --jump want USER@HOST or USER@HOST:PORT.')
  return { label: text, address: match[2], port, user: match[1], hostKeys }
}

interface Way {
  address: string
  port: number
  /** Empty: the host is on this computer. */
  hops: Hop[]
}

/** What the options say. @throws VizlinkError bad-request */
function parseWay(options: ConnectHostOptions): Way {
  const { ssh, jump, identity, hostKey = [] } = options
  const { address, port } = parseAddress(options.host)
  if (ssh === undefined) {
    if (jump !== undefined || identity !== undefined || hostKey.length > 0)
      throw usage('--jump, --identity and --host-key belong to --ssh.')
    if (address !== '127.0.0.1')
      throw usage('Without --ssh only a host on 127.0.0.1 is connected to: GameStream alone is not secure.')
    return { address, port, hops: [] }
  }
  const names = jump === undefined ? [ssh] : [jump, ssh]
  return { address, port, hops: names.map((name) => parseHop(name, hostKey)) }
}

/** Logs in and opens the relay on the last hop. */
async function openLink(
  { address, port, hops }: Way,
  identity: string | null,
  platform: NodePlatform,
): Promise<{ link: LinkClient; relayId: string; local: LocalHostPorts }> {
  const signer = await loadSigner(identity)
  const link = createLinkClient(platform.processes.start('link'), {
    sign: (input) => signer.sign(input),
    verifyHostKey: async ({ hop, publicKey, fingerprint }) => {
      const keyType = publicKey.split(' ')[0] ?? ''
      return (await answerOf({ type: 'host-key', id: randomUUID(), hop, keyType, fingerprint })) !== null
    },
    answerPrompts: (input) => answerOf({ type: 'prompts', id: randomUUID(), ...input }),
  })
  try {
    await link.request('login', { hops, keys: signer.keys, deadlineMs })
    const ports = { ...hostPorts(port), address }
    const { relayId, local } = await link.request('open-relay', {
      hopId: null,
      ports,
      maximumUnacknowledgedBytes,
      deadlineMs,
    })
    return { link, relayId, local }
  } catch (error) {
    await link.close()
    throw error
  }
}

/**
 * @returns exit status
 * @throws VizlinkError bad-request: wrong usage
 */
export async function connectHost(options: ConnectHostOptions): Promise<number> {
  const way = parseWay(options)
  const video = videoOf(options)
  const platform = createNodePlatform({ logger: createLogger({ level: 'warn' }) })
  const steps: { name: string; ms: number }[] = []
  const seen: { facts: StreamFacts | null; failure: Failure | null; firstFrameMs: number | null } = {
    facts: null,
    failure: null,
    firstFrameMs: null,
  }
  await using stack = new AsyncDisposableStack()
  stack.defer(() => platform.dispose())
  const started = Date.now()
  const ended = Promise.withResolvers<never>()
  // A loss between two steps is met by the next one.
  ended.promise.catch(() => undefined)
  const onLost = (failure: Failure): void => ended.reject(new VizlinkError(failure))
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = Date.now()
    const value = await Promise.race([ended.promise, work()])
    steps.push({ name, ms: Date.now() - from })
    return value
  }
  let side: HostSide | null = null
  try {
    const opened =
      way.hops.length === 0
        ? null
        : await step('tunnelling', () => openLink(way, options.identity ?? null, platform))
    if (opened) {
      stack.defer(() => opened.link.close())
      opened.link.onLost((_relayId, failure) => onLost(failure))
    }
    const host = new HostSide({
      processes: platform.processes,
      identity: await createIdentity(),
      ports: opened?.local ?? hostPorts(way.port),
      certificate: null,
      onFacts: (facts) => {
        seen.facts = facts
        if (facts.framesReceived > 0) seen.firstFrameMs ??= Date.now() - started
      },
      onLost,
    })
    side = host
    await step('waiting-for-host', () =>
      host.waitUntilReady(readyMs, new AbortController().signal, async () => undefined),
    )
    await step('pairing', () => host.client.claimAndPair())
    await step('launching', () =>
      host.start(video, async (encryptedRtsp, remoteInputKey) => {
        await opened?.link.request('prepare-stream', {
          relayId: opened.relayId,
          encryptedRtsp,
          remoteInputKey,
        })
      }),
    )
    host.attachCounter()
    const time = new AbortController()
    stack.defer(() => time.abort())
    const over = delay(options.seconds * 1000, undefined, { signal: time.signal })
    await Promise.race([ended.promise, over.catch(() => undefined)])
  } catch (error) {
    seen.failure = toFailure(error)
  } finally {
    // Its last word is the whole count.
    await side?.stop()
  }
  const link = way.hops.length === 0 ? { channel: 'none', kind: 'none' } : { channel: 'ssh2', kind: 'single' }
  return finish(reportOf({ video, steps, ...seen, link }), options.json)
}
