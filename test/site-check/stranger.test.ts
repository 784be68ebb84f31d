/** What the site check finds on a site of others, as its user and as its administrator. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SiteProcess } from '../../scripts/demo/site-process.ts'
import { isProblem } from '../../src-main/shared/model/site-check-words.ts'
import type { WordedReport } from '../../src-main/shared/model/site-check.ts'
import { createNodePlatform } from '../../src-main/shells/node/index.ts'
import { collectingLogger } from '../support/silent-logger.ts'
import { runCheck, shown } from '../support/site-check.ts'
import { noStranger, onStranger, startStranger } from '../support/strange-site.ts'

let site: SiteProcess
const folder = mkdtempSync(join(tmpdir(), 'vizlink-test-'))

/** `id result: what was seen` of warnings and failures. */
const foundIn = ({ findings }: WordedReport): string[] =>
  findings
    .filter(isProblem)
    .map(({ id, result, seen }) => `${id} ${result}: ${seen}`)
    .sort()

const routes: unknown[] = [
  expect.stringMatching(/^routes\.cae-automation warning: GET \/cae\/automation\/health: 200 page/),
  // The login host is not the controller: no user sees whether the service runs.
  expect.stringMatching(/^services\.websocket warning: .*the service does not run, or no route leads to it$/),
]

describe.skipIf(noStranger)(onStranger, () => {
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
  beforeAll(async () => {
    site = await startStranger()
  })
  afterAll(async () => {
    await platform.dispose()
    await site.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  test('its user: routes that are missing, nodes that refuse; what they hide is not testable', async () => {
    const report = await runCheck(platform, site.ready.profile)
    expect(foundIn(report), shown(report)).toEqual([
      routes[0],
      routes[1],
      expect.stringMatching(
        /^ssh\.node warning: viz-node001: .* did not accept your key .*viz-node002: .* did not accept your key/,
      ),
    ])
    for (const id of ['gpu.encoder', 'job.programs', 'storage.home', 'images.node']) {
      const finding = report.findings.find((one) => one.id === id)
      expect([id, finding?.result, finding?.reason]).toEqual([
        id,
        'not-testable',
        expect.stringContaining('did not accept your key'),
      ])
    }
  })

  test('its administrator, by another login shell: how the nodes differ, each by its name', async () => {
    const report = await runCheck(platform, site.ready.operatorProfile ?? '')
    expect(foundIn(report), shown(report)).toEqual([
      'gpu.encoder warning: viz-node002: NVIDIA A100-PCIE-40GB, driver 550.90.07: no NVENC',
      // The login host has no image to compare with.
      'images.same warning: viz-node002: sunshine_desktop.sif: 0 bytes on viz-node001, 11 here',
      'job.programs fail: viz-node001: not there: xxd',
      ...routes,
    ])
    const passed = report.findings.filter(({ result }) => result === 'pass').map(({ id }) => id)
    expect(passed).toEqual(
      expect.arrayContaining([
        ...['slurm.controller', 'slurm.partition', 'slurm.nodes', 'ssh.login', 'ssh.node'],
        ...['storage.home', 'storage.scratch', 'storage.shared', 'job.log-folder', 'images.node'],
      ]),
    )
  })
})
