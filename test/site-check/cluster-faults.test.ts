import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { markedProcesses } from '../site/support/processes.ts'
import { problemsIn, runCheck, shown } from '../support/site-check.ts'
import { testBatches, withCheckedSite } from '../support/site-check-runner.ts'
import { batches } from '../support/site-check-table.ts'

const checked = withCheckedSite()

testBatches(checked, batches.cluster)

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
