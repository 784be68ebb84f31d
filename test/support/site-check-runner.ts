/** The tests of a list of batches: each on the same site, which is healthy before and after. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createNodePlatform, type NodePlatform } from '../../src-main/shells/node/index.ts'
import type { FaultName } from '../site/faults.ts'
import { startSite } from '../site/index.ts'
import type { Site, SiteOptions } from '../site/types.ts'
import { collectingLogger } from './silent-logger.ts'
import { problemsIn, runCheck, shown } from './site-check.ts'
import { findingsOfFaults } from './site-check-table.ts'

export interface CheckedSite {
  site: Site
  platform: NodePlatform
}

/** Starts a site and a platform for all tests of a file. */
export function withCheckedSite(redisAccess: NonNullable<SiteOptions['redisAccess']> = {}): CheckedSite {
  const checked = {} as CheckedSite
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  beforeAll(async () => {
    checked.platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
    checked.site = await startSite({ desktop: 'plain', redisAccess })
  })
  afterAll(async () => {
    await checked.platform?.dispose()
    await checked.site?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })
  return checked
}

/** One test for each batch: its faults together cause exactly the findings of each. */
export function testBatches(checked: CheckedSite, batches: readonly (readonly FaultName[])[]): void {
  test.each(batches.map((faults) => [faults.join(', '), faults] as const))('%s', async (_name, faults) => {
    const { site, platform } = checked
    try {
      for (const fault of faults) await site.setFault(fault, true)
      const report = await runCheck(platform, site.ready.profile)
      const expected = faults.flatMap((fault) => findingsOfFaults[fault])
      expect(problemsIn(report), shown(report)).toEqual([...expected].sort())
    } finally {
      for (const fault of [...faults].reverse()) await site.setFault(fault, false)
    }
  })
}
