import { expect, test } from 'vitest'
import { faultNames } from '../../site/faults.ts'
import { watchRedis } from '../../support/redis-watch.ts'
import { exitOfHealthy, problemsIn, runCheck, shown } from '../../support/site-check.ts'
import { testBatches, withCheckedSite } from '../../support/site-check-runner.ts'
import { batches, faultsApart } from '../../support/site-check-table.ts'

/** With Redis by TLS; the other files have it without. */
const checked = withCheckedSite({ tls: true })

test('every fault of the demo site is looked at once', () => {
  const all = [...batches.portal, ...batches.cluster].flat()
  expect([...all, ...faultsApart].sort()).toEqual([...faultNames].sort())
})

test('a healthy site has neither warnings nor failures; of Redis it is asked by read commands alone', async () => {
  await using watch = await watchRedis(checked.site)
  const report = await runCheck(checked.platform, checked.site.ready.profile)
  expect(problemsIn(report), shown(report)).toEqual([])
  expect(report.exitCode).toBe(exitOfHealthy(report))
  const passed = report.findings.filter(({ result }) => result === 'pass').map(({ id }) => id)
  expect(passed).toEqual(
    expect.arrayContaining([
      'services.redis',
      'redis.tls',
      'redis.password',
      'redis.sessions',
      'redis.persistence',
    ]),
  )
  expect(await watch.commands()).toEqual({ done: ['auth', 'info', 'quit', 'scan'], refused: ['config|get'] })
})

testBatches(checked, batches.portal)
