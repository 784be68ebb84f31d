/** A GameStream host of the demo site on a desktop of its own, and what a stream session needs to start on it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostClient } from '../../src-main/protocols/gamestream/host-client.ts'
import { createIdentity } from '../../src-main/protocols/gamestream/identity.ts'
import type { StreamStart } from '../../src-main/protocols/native.ts'
import { startDesktop } from '../site/desktop/index.ts'
import { startHost, type Host, type HostOptions } from '../site/host/index.ts'
import { giveBackBasePorts, takeBasePort } from '../site/support/ports.ts'

export interface RunningHost {
  host: Host
  /** Pairs the first time, then launches or resumes: options for one `StreamSession.start`. */
  launch(): Promise<StreamStart>
  /** Ends the running app at the host, so that the next launch is a fresh one. */
  cancel(): Promise<void>
  dispose(): Promise<void>
}

const video = { width: 640, height: 360, fps: 30, bitrateKbps: 3000 }

/** Starts desktop and host; the caller disposes of them. */
export async function startRunningHost(
  options: Partial<Omit<HostOptions, 'basePort' | 'desktop'>> = {},
): Promise<RunningHost> {
  const directory = mkdtempSync(join(tmpdir(), 'vizlink-host-'))
  const desktop = await startDesktop({ width: 640, height: 360, content: 'plain', directory })
  const basePort = await takeBasePort()
  const host = await startHost({ basePort, desktop, fps: video.fps, strip: true, ...options })
  const client = new HostClient(host.ports, await createIdentity(), null)
  return {
    host,
    async launch() {
      if (client.pinnedCertificate === null) await client.claimAndPair()
      const info = await client.serverInfo()
      const launch = await client.launch(video)
      return {
        address: '127.0.0.1',
        appVersion: info.appVersion,
        gfeVersion: info.gfeVersion,
        rtspSessionUrl: launch.sessionUrl,
        serverCodecModeSupport: info.codecModeSupport,
        ...video,
        packetSize: 1392,
        supportedVideoFormats: 1,
        // As the product asks: video where the host offers it.
        encryptionFlags: 2,
        remoteInputKey: launch.key,
        remoteInputKeyId: launch.keyId,
      }
    },
    cancel: () => client.cancel(),
    async dispose() {
      await host.dispose()
      await desktop.dispose()
      giveBackBasePorts([basePort])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
