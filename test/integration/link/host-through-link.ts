/** A host of the demo site, reached as the product reaches it: link process, jump host, node, relay, endpoint. */
import { randomBytes } from 'node:crypto'
import { HostClient, type LaunchResult } from '../../../src-main/protocols/gamestream/host-client.ts'
import { maximumUnacknowledgedBytes as shipped } from '../../../src-main/services/cluster/index.ts'
import { askHost } from '../../../src-main/protocols/gamestream/transport.ts'
import { createIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import type { LinkFacts } from '../../../src-main/shared/model/desktop.ts'
import type { StreamStart } from '../../../src-main/protocols/native.ts'
import { startLink, type RunningLink } from '../../support/running-link.ts'
import type { RunningHost } from '../../support/running-host.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

export interface HostThroughLink {
  servers: SshServers
  link: RunningLink
  relayId: string
  /** Sockets here that lead to the host's ports; RTSP's is a TCP port. */
  local: { http: string; https: string; web: string; rtsp: number }
  /** Pairs the first time, then launches or resumes; the stream goes through the link. */
  launch(options?: { encryptedRtsp?: boolean }): Promise<StreamStart>
  cancel(): Promise<void>
  facts(): Promise<LinkFacts>
  /** The relay dropped frames and has room for a key frame. */
  onKeyFrameWanted(listener: () => void): void
  dispose(): Promise<void>
}

/** Opens the link to a running host; the caller disposes of it before the host. */
export async function reachThroughLink(
  { host }: RunningHost,
  { maximumUnacknowledgedBytes = shipped } = {},
): Promise<HostThroughLink> {
  const servers = await startSshServers()
  const link = await startLink({ identityFile: servers.identityFile })
  const dispose = async (): Promise<void> => {
    await link.dispose()
    await servers.dispose()
  }
  try {
    await link.client.request('login', { hops: servers.hops, keys: link.keys, deadlineMs: 30_000 })
    const { relayId, local } = await link.client.request('open-relay', {
      hopId: null,
      ports: { address: '127.0.0.1', ...host.ports },
      maximumUnacknowledgedBytes,
      deadlineMs: 30_000,
    })
    const identity = await createIdentity()
    const client = new HostClient(local, identity, null)
    /** As a client that knows no encrypted RTSP asks (`corever` 0). */
    const launchPlainly = async (): Promise<LaunchResult> => {
      const key = randomBytes(16).toString('hex')
      const mode = `${video.width}x${video.height}x${video.fps}`
      const appid = await client.desktopApp()
      const query = `uniqueid=${identity.uniqueId}&appid=${appid}&mode=${mode}&rikey=${key}&rikeyid=1&localAudioPlayMode=0&corever=0`
      const tls = { certificatePem: client.pinnedCertificate ?? '', client: identity }
      const { body } = await askHost(local.https, { path: `/launch?${query}` }, tls)
      const sessionUrl = /<sessionUrl0>([^<]+)</.exec(body)?.[1]
      if (!sessionUrl) throw new Error(`launch: ${body}`)
      return { sessionUrl, key, keyId: 1 }
    }
    return {
      servers,
      link,
      relayId,
      local,
      async launch({ encryptedRtsp = true } = {}) {
        if (client.pinnedCertificate === null) await client.claimAndPair()
        const info = await client.serverInfo()
        const { sessionUrl, key, keyId } = await (encryptedRtsp ? client.launch(video) : launchPlainly())
        const encrypted = sessionUrl.startsWith('rtspenc://')
        await link.client.request('prepare-stream', {
          relayId,
          encryptedRtsp: encrypted,
          remoteInputKey: key,
        })
        return {
          address: '127.0.0.1',
          appVersion: info.appVersion,
          gfeVersion: info.gfeVersion,
          rtspSessionUrl: `${encrypted ? 'rtspenc' : 'rtsp'}://127.0.0.1:${local.rtsp}`,
          serverCodecModeSupport: info.codecModeSupport,
          ...video,
          packetSize: 1392,
          supportedVideoFormats: 1,
          // As the product asks: video where the host offers it.
          encryptionFlags: 2,
          remoteInputKey: key,
          remoteInputKeyId: keyId,
        }
      },
      cancel: () => client.cancel(),
      facts: () => link.client.request('link-facts', { relayId }),
      onKeyFrameWanted: (listener) => link.client.onKeyFrameWanted(relayId, listener),
      dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** Twice the usual pace: a host lets go of a client after five seconds, and a stall must show well before. */
const video = { width: 640, height: 360, fps: 60, bitrateKbps: 3000 }
