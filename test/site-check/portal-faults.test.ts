import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FindingId } from '../../src-main/shared/model/site-check.ts'
import { findingIds } from '../../src-main/site-check/rules/report.ts'
import { faultNames } from '../site/faults.ts'
import { watchRedis } from './redis-watch.ts'
import { problemsIn, runCheck, shown } from '../support/site-check.ts'
import { testBatches, withCheckedSite } from '../support/site-check-runner.ts'
import { batches, faultsApart, findingsOfFaults } from '../support/site-check-table.ts'

/** With Redis by TLS; the other files have it without. */
const checked = withCheckedSite({ tls: true })

test('every fault of the demo site is looked at once', () => {
  const all = [...batches.portal, ...batches.cluster].flat()
  expect([...all, ...faultsApart].sort()).toEqual([...faultNames].sort())
})

test('every finding that a look can make is made by a fault', () => {
  const made = new Set(Object.values(findingsOfFaults).flatMap((all) => all.map((one) => one.split(' ')[0])))
  expect(findingIds.filter((id) => !made.has(id))).toEqual([
    // A portal that is not there, or is installed in another form of the web server: tests of their own.
    'services.portal',
    'routes.dashboard',
    'routes.cae',
    'redis.backup',
    'tls.chain',
    // Never testable.
    'sign-in.login',
    'sign-in.user-header',
    'sign-in.published-secret',
    'sign-in.logout',
    'sign-in.unprotected-calls',
    'host.ports',
    'host.web-user',
    'host.vnc-password',
  ] satisfies FindingId[])
})

/** Methods of the requests that the portal's web server was sent, each once. */
const methodsAsked = (since: number): string[] => [
  ...new Set(
    webServerLog()
      .slice(since)
      .map((line) => line.split(' ')[0]!),
  ),
]
const webServerLog = (): string[] =>
  readFileSync(join(checked.site.directory, 'nginx', 'access.log'), 'utf8')
    .trim()
    .split('\n')

test('a healthy site has neither warnings nor failures; it is asked by GET, and its Redis by read commands alone', async () => {
  await using watch = await watchRedis(checked.site)
  const before = webServerLog().length
  const report = await runCheck(checked.platform, checked.site.ready.profile)
  expect(problemsIn(report), shown(report)).toEqual([])
  expect(report.exitCode).toBe(0)
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
  expect(webServerLog().length).toBeGreaterThan(before + 10)
  expect(methodsAsked(before)).toEqual(['GET'])
  expect(await watch.commands()).toEqual({ done: ['auth', 'info', 'quit', 'scan'], refused: ['config|get'] })
})

testBatches(checked, batches.portal)

test('where every path without a route gets 502, dead services differ from missing routes', async () => {
  const { site, platform } = checked
  const faults = ['start-page-down', 'auth-portal-down', 'websocket-down', 'cae-automation-down'] as const
  for (const fault of faults) await site.setFault(fault, true)
  try {
    const report = await runCheck(platform, site.ready.profile)
    expect(problemsIn(report), shown(report)).toEqual([
      'routes.pages warning',
      'services.auth-portal fail',
      'services.cae-automation warning',
      'services.websocket warning',
    ])
  } finally {
    for (const fault of [...faults].reverse()) await site.setFault(fault, false)
  }
})
