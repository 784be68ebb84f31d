/** `vizlink connect --host`: one host without a portal, directly or through SSH and the relay. */
import { pause } from '../domain/retry.ts'
import { toFailure, VizlinkError, type Failure } from '../shared/errors.ts'
import type { StreamFacts } from '../shared/model/desktop.ts'
import type { HostSockets } from '../protocols/gamestream/host-client.ts'
import {
  createLinkClient,
  hostPorts,
  type LinkClient,
  loadSigner,
  selectionOf,
  openRelay,
} from '../services/cluster/index.ts'
import { Host, loadIdentity, pairingsOf } from '../services/host/index.ts'
import type { NodePlatform } from '../shells/node/index.ts'
import { parseHostAddress, type HostAddress, type HostAddressOptions } from './host-address.ts'
import { finish, interrupted, reportOf, sayOwnIdentity, videoOf, type VideoOptions } from './output.ts'
import { createCommandPlatform } from './platform.ts'
import { terminalQuestions } from './questions.ts'
import { stopRequested } from './signals.ts'

export interface ConnectHostOptions extends VideoOptions, HostAddressOptions {
  forget: boolean
  seconds: number
  json: boolean
}

const readyMs = 10_000
const firstFrameMs = 10_000
const loginDeadlineMs = 20_000
/** Where pairings with single hosts are kept: no site's id begins like this. */
const pairingsName = '--host'

/** Logs in and opens the relay on the last hop. */
async function openLink(
  { address, port, hops }: HostAddress,
  identityFile: string | null,
  platform: NodePlatform,
): Promise<{ link: LinkClient; relayId: string; local: HostSockets }> {
  const signer = await loadSigner(selectionOf(identityFile), terminalQuestions.askPassphrase)
  const link = createLinkClient(platform.processes.start('link'), {
    ...terminalQuestions,
    sign: (input) => signer.sign(input),
  })
  try {
    await link.request('login', {
      hops,
      keys: signer.keys,
      unusableKeys: signer.unusable,
      deadlineMs: loginDeadlineMs,
    })
    return { link, ...(await openRelay(link, null, null, { ...hostPorts(port), address })) }
  } catch (error) {
    await link.close()
    throw error
  }
}

/** What is known of the host, by the way to it; `pair` claims one that has no owner. */
async function knownHost({ secrets }: NodePlatform, options: ConnectHostOptions) {
  // Whatever jump host leads there, it is the same one.
  const name = `${options.ssh ?? ''} ${options.host}`
  const pairings = pairingsOf(secrets, pairingsName)
  if (options.forget) await pairings.forgetCertificate(name)
  return {
    identity: await loadIdentity(secrets),
    certificate: await pairings.hostCertificate(name),
    async pair(host: Host): Promise<void> {
      if (await host.isPaired()) return
      await host.client.claimAndPair(await pairings.owner(name))
      const certificate = host.client.pinnedCertificate
      // The user has named it.
      if (certificate !== null) await pairings.remember(name, certificate, 'user')
    },
  }
}

/** A host that was set up again is no session to be ended: the user says so. */
function inOwnWords(error: unknown): Failure {
  const failure = toFailure(error)
  return failure.kind === 'certificate-mismatch' ? { ...failure, circumstance: 'named-host' } : failure
}

/**
 * @returns exit status
 * @throws VizlinkError bad-request: wrong usage
 */
export async function connectHost(options: ConnectHostOptions): Promise<number> {
  const way = parseHostAddress(options)
  const video = videoOf(options)
  const stop = stopRequested()
  const steps: { name: string; ms: number }[] = []
  const seen = {
    facts: null as StreamFacts | null,
    failure: null as Failure | null,
    firstFrameMs: null as number | null,
    droppedByRelay: 0,
  }
  await using stack = new AsyncDisposableStack()
  sayOwnIdentity()
  const platform = createCommandPlatform()
  stack.defer(() => platform.dispose())
  const over = new AbortController()
  stack.defer(() => over.abort())
  const started = Date.now()
  const flowing = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<never>()
  // A loss between two steps is met by the next one.
  ended.promise.catch(() => undefined)
  const onLost = (failure: Failure): void => ended.reject(new VizlinkError(failure))
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = Date.now()
    const early = stop.then(() => Promise.reject(interrupted()))
    const value = await Promise.race([ended.promise, early, work()])
    steps.push({ name, ms: Date.now() - from })
    return value
  }
  let running: Host | null = null
  try {
    const known = await knownHost(platform, options)
    const opened =
      way.hops.length === 0
        ? null
        : await step('tunnelling', () => openLink(way, options.identity ?? null, platform))
    if (opened) {
      stack.defer(() => opened.link.close())
      opened.link.onLost((_relayId, failure) => onLost(failure))
      opened.link.onKeyFrameWanted(opened.relayId, () => running?.stream?.requestKeyFrame())
    }
    const host = new Host({
      processes: platform.processes,
      identity: known.identity,
      ways: opened?.local ?? hostPorts(way.port),
      certificate: known.certificate,
      onFacts: (facts) => {
        seen.facts = facts
        if (facts.framesReceived === 0) return
        seen.firstFrameMs ??= Date.now() - started
        flowing.resolve()
      },
      onLost,
    })
    running = host
    await step('waiting-for-host', () => host.waitUntilReady(readyMs, over.signal, async () => undefined))
    await step('pairing', () => known.pair(host))
    await step('launching', () =>
      host.start(video, async (encryptedRtsp, remoteInputKey) => {
        await opened?.link.request('prepare-stream', {
          relayId: opened.relayId,
          encryptedRtsp,
          remoteInputKey,
        })
      }),
    )
    host.stream?.attachCounter()
    const time = (ms: number) => pause(ms, over.signal).catch(() => undefined)
    // The time counts from the first frame. Interrupted, it reports those that came.
    await Promise.race([ended.promise, stop, flowing.promise, time(firstFrameMs)])
    await Promise.race([ended.promise, stop, time(options.seconds * 1000)])
    const facts = await opened?.link.request('link-facts', { relayId: opened.relayId }).catch(() => null)
    seen.droppedByRelay = facts?.droppedFrames ?? 0
  } catch (error) {
    seen.failure = inOwnWords(error)
  } finally {
    // Its last word is the whole count.
    await running?.stop()
  }
  const link = way.hops.length === 0 ? 'none' : 'ssh'
  return finish(reportOf({ video, steps, ...seen, link }), options.json)
}
