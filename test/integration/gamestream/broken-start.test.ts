/** A start that broke off between launch and handshake, at a host that takes several clients: it still waits for that one's key. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HostClient } from '../../../src-main/protocols/gamestream/host-client.ts'
import { createIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { Host } from '../../../src-main/services/host/host.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import type { StreamFacts } from '../../../src-main/shared/model/desktop.ts'
import { startDesktopHost } from '../../support/desktop-host.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

const video = { width: 640, height: 360, fps: 30, bitrateKbps: 3000 }

test('F2: the next one begins again until the host waits for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-start-'))
  const running = await startDesktopHost({ channels: 5 })
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
  const ways = running.host.ports
  const identity = await createIdentity()
  const client = new HostClient(ways, identity, null)
  const flowing = Promise.withResolvers<StreamFacts>()
  await client.claimAndPair()
  const host = new Host({
    ...{ processes: platform.processes, identity, ways, certificate: client.pinnedCertificate },
    onFacts: (facts) => facts.framesReceived > 0 && flowing.resolve(facts),
    onLost: ({ reason }) => flowing.reject(new Error(reason)),
  })
  try {
    const abandoned = await client.launch(video)
    const keys: string[] = []
    await host.start(video, async (_encrypted, key) => void keys.push(key))
    host.stream?.attachCounter()
    expect((await flowing.promise).framesReceived).toBeGreaterThan(0)
    expect(keys.length).toBeGreaterThan(1)
    expect(new Set([abandoned.key, ...keys]).size).toBe(keys.length + 1)
  } finally {
    await host.stop()
    await platform.dispose()
    await running.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
})
