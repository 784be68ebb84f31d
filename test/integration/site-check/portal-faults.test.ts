import { expect, test } from 'vitest'
import { faultNames } from '../../site/faults.ts'
import { problemsIn, runCheck, shown } from '../../support/site-check.ts'
import { testBatches, withCheckedSite } from '../../support/site-check-runner.ts'
import { batches, faultsApart } from '../../support/site-check-table.ts'

const checked = withCheckedSite()

test('every fault of the demo site is looked at once', () => {
  const all = [...batches.portal, ...batches.cluster].flat()
  expect([...all, ...faultsApart].sort()).toEqual([...faultNames].sort())
})

test('a healthy site has neither warnings nor failures', async () => {
  const report = await runCheck(checked.platform, checked.site.ready.profile)
  expect(problemsIn(report), shown(report)).toEqual([])
  expect(report.exitCode).toBe(0)
})

testBatches(checked, batches.portal)
