/** A site and a client on it with temporary folders of their own, so that what they leave can be seen. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadIdentity } from '../../src-main/services/host/pairings.ts'
import { createNodePlatform } from '../../src-main/shells/node/index.ts'
import { startSite } from '../site/index.ts'
import type { Site, SiteOptions } from '../site/types.ts'
import { footprint, sameFootprint, type Footprint } from './footprint.ts'
import { collectingLogger } from './silent-logger.ts'
import { startTestClient, type TestClient, type TestClientOptions } from './test-client.ts'

export interface TestSite {
  site: Site
  client: TestClient
  /** In the place of the user's folder of data; the client's lies in it, as the command line would make it. */
  home: string
  look(): Promise<Footprint>
  /** Runs `work`, then waits until the machine is as it was before. */
  leavesNothing<T>(work: () => Promise<T>): Promise<T>
  dispose(): Promise<void>
}

/** Starts both; everything after it in this process makes its temporary files in the site's folder. */
export async function startTestSite(
  options: SiteOptions & Omit<TestClientOptions, 'dataFolder'> = {},
): Promise<TestSite> {
  const { limits, logger, access, pairing, handOffPort, statusPace, ...siteOptions } = options
  const usual = process.env.TMPDIR
  const temporary = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  const home = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  const data = join(home, 'vizlink')
  process.env.TMPDIR = temporary
  const site = await startSite({ desktop: 'plain', strip: true, nodes: 1, ...siteOptions })
  // A client keeps its identity once it has one: that is no leftover.
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: data })
  await loadIdentity(platform.secrets).finally(() => platform.dispose())
  const client = await startTestClient(site.ready.profile, {
    dataFolder: data,
    ...(limits ? { limits } : {}),
    ...(logger ? { logger } : {}),
    ...(handOffPort === undefined ? {} : { handOffPort }),
    ...(access ? { access } : {}),
    ...(pairing ? { pairing } : {}),
    ...(statusPace ? { statusPace } : {}),
  })
  const look = (): Promise<Footprint> => footprint(site, { temporary, data })
  return {
    site,
    client,
    home,
    look,
    async leavesNothing(work) {
      const before = await look()
      const result = await work()
      await sameFootprint(before, look)
      return result
    },
    async dispose() {
      await client.dispose()
      await site.dispose()
      if (usual === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = usual
      for (const folder of [temporary, home]) rmSync(folder, { recursive: true, force: true })
    },
  }
}
