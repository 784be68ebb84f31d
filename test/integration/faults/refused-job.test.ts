/** Slurm takes no job, and the portal does not say why: the login that is open asks. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { english } from '../../support/english.ts'
import { isOver } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { overSsh } from '../site/ssh.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite()
})
afterAll(() => here.dispose())

const fault = (name: 'slurmctld-down' | 'partition-missing') => (on: boolean) => here.site.setFault(name, on)
const inactive = async (on: boolean): Promise<void> => {
  await overSsh(here.site, `scontrol update PartitionName=viz State=${on ? 'INACTIVE' : 'UP'}`)
}

test.each([
  ['no controller', fault('slurmctld-down'), /^Slurm’s controller does not answer/],
  ['no such partition', fault('partition-missing'), /^The cluster has no partition viz,/],
  ['the partition is inactive', inactive, /^The partition viz takes no jobs now: Slurm calls it INACTIVE\.$/],
])('F7: %s', async (_what, strike, says) => {
  await strike(true)
  try {
    const { failure } = await (await here.client.connect()).until(isOver)
    expect(failure?.kind).toBe('submit-failed')
    expect(english(failure).message).toMatch(says)
    expect(JSON.stringify(failure?.evidence)).toContain('Failed to submit')
  } finally {
    await strike(false)
  }
  expect(await here.site.activeJobs()).toEqual([])
})
