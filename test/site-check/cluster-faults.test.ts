import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { markedProcesses } from '../site/support/processes.ts'
import { problemsIn, runCheck, shown } from '../support/site-check.ts'
import { testBatches, withCheckedSite } from '../support/site-check-runner.ts'
import { batches } from '../support/site-check-table.ts'

const checked = withCheckedSite()

testBatches(checked, batches.cluster)

test('what one node of two lacks is found, and that node is named', async () => {
  const { site, platform } = checked
  await site.setFault('node-programs-missing', true)
  try {
    const report = await runCheck(platform, site.ready.profile)
    expect(problemsIn(report), shown(report)).toEqual(['job.programs fail'])
    const [first, last] = Object.keys(site.ready.nodes)
    const finding = report.findings.find(({ id }) => id === 'job.programs')
    expect(finding?.seen).toBe(`${last}: not there: Xorg`)
    const image = report.findings.find(({ id }) => id === 'images.node')
    expect(image?.seen).toContain(`${first}, ${last}: `)
  } finally {
    await site.setFault('node-programs-missing', false)
  }
})

test.each([
  ['scontrol', /^scontrol ended: (124|137): no answer in \d+ s$/],
  ['sinfo', /is UP; sinfo ended: (124|137): no answer in \d+ s$/],
])(
  '%s that says nothing: the check says so, and leaves nothing that runs on the login host',
  async (name, seen) => {
    const { site, platform } = checked
    // Before Slurm's own program in the login host's path.
    const program = join(site.directory, 'controller', 'bin', name)
    writeFileSync(program, '#!/bin/sh\nsleep 3600\n', { mode: 0o755 })
    try {
      const report = await runCheck(platform, site.ready.profile)
      expect(problemsIn(report), shown(report)).toEqual(['slurm.controller fail'])
      expect(report.findings.find(({ id }) => id === 'slurm.controller')?.seen).toMatch(seen)
      expect(report.findings.find(({ id }) => id === 'slurm.partition')?.result).toBe('not-testable')
      await expect
        .poll(() => markedProcesses(site.directory, /^sleep 3600$|\/(scontrol|sinfo)\b/))
        .toEqual([])
    } finally {
      rmSync(program)
    }
  },
)
