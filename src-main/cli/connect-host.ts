/** `vizlink connect --host`: one host without a portal, directly or through SSH and the relay. */
import { fail, toFailure, type Failure } from '../shared/errors.ts'
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
import { answerQuestion } from './questions.ts'

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
  const match = /^([a-z_][\w-]{0,31})@([\w.-]{1,253})(?::(\d{1,5}))?$/.exec(text)
  if (!match?.[1] || !match[2]) throw usage('--ssh and --jump want USER@HOST or USER@HOST:PORT.')
  return { label: text, address: match[2], port: Number(match[3] ?? 22), user: match[1], hostKeys }
}

/** Logs in and opens the relay on the last hop. */
async function openLink(
  options: ConnectHostOptions,
  ssh: string,
  platform: NodePlatform,
): Promise<{ link: LinkClient; relayId: string; local: LocalHostPorts }> {
  const signer = await loadSigner(options.identity ?? null)
  const link = createLinkClient(platform.processes.start('link'), {
    sign: (input) => signer.sign(input),
    verifyHostKey: (input) =>
      new Promise((resolve) => {
        const answer = (_id: string, values: string[] | null): boolean => (resolve(values !== null), true)
        const keyType = input.publicKey.split(' ')[0] ?? ''
        void answerQuestion(
          { answer },
          { type: 'host-key', id: input.hop, hop: input.hop, keyType, fingerprint: input.fingerprint },
        )
      }),
    answerPrompts: async () => null,
  })
  try {
    const hops = [options.jump, ssh].flatMap((text) =>
      text === undefined ? [] : [parseHop(text, options.hostKey ?? [])],
    )
    await link.request('login', { hops, keys: signer.keys, deadlineMs })
    const { address, port } = parseAddress(options.host)
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

/** @returns exit status */
export async function connectHost(options: ConnectHostOptions): Promise<number> {
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
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = Date.now()
    const value = await work()
    steps.push({ name, ms: Date.now() - from })
    return value
  }
  try {
    const { address, port } = parseAddress(options.host)
    const { ssh } = options
    if (ssh === undefined && address !== '127.0.0.1') {
      throw usage('Without --ssh only a host on 127.0.0.1 is connected to: GameStream alone is not secure.')
    }
    const opened = ssh === undefined ? null : await step('tunnelling', () => openLink(options, ssh, platform))
    if (opened) stack.defer(() => opened.link.close())
    let end: () => void = () => undefined
    const lost = new Promise<void>((resolve) => (end = resolve))
    const host = new HostSide({
      processes: platform.processes,
      identity: await createIdentity(),
      ports: opened?.local ?? hostPorts(port),
      certificate: null,
      onFacts: (facts) => {
        seen.facts = facts
        if (facts.framesReceived > 0) seen.firstFrameMs ??= Date.now() - started
      },
      onLost: (failure) => {
        seen.failure = failure
        end()
      },
    })
    stack.defer(() => host.stop())
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
    await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, options.seconds * 1000))])
  } catch (error) {
    seen.failure = toFailure(error)
  }
  const link =
    options.ssh === undefined ? { channel: 'none', kind: 'none' } : { channel: 'ssh2', kind: 'single' }
  return finish(reportOf({ video, steps, ...seen, link }), options.json)
}
