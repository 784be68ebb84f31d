/** How long the site check waits: for each command on the cluster, for each answer of the portal, for each of its looks. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PortalRequest } from '../../../src-main/protocols/portal/http.ts'
import type { HostCommand } from '../../../src-main/protocols/ssh/script.ts'
import { checkSite } from '../../../src-main/site-check/check.ts'
import { get } from '../../../src-main/site-check/gather/service-sight.ts'
import type { CommandOptions } from '../../../src-main/services/cluster/access.ts'
import type { SiteCheckReport } from '../../../src-main/shared/model/site-check.ts'
import { isSettled, startFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'
import { portalAnswer } from '../../support/portal-answer.ts'
import { loaded, platformOf, standingLogin } from './site-without-portal.ts'

let folder: string
let clock: FakeClock
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-check-deadlines-'))
  clock = startFakeClock()
})
afterEach(() => {
  clock.restore()
  rmSync(folder, { recursive: true })
})

/** A check at a site without a portal, by a login that is open. */
const check = (ways: Parameters<typeof standingLogin>[0]): Promise<SiteCheckReport> =>
  checkSite({ loaded, platform: platformOf(folder), version: '1.0.0', standing: standingLogin(ways) })

test('a command has 15, 20 or 40 seconds, on the login host and on the node', async () => {
  const asked: string[] = []
  const run =
    (where: string) =>
    async (_command: HostCommand, _bytes: number, options?: CommandOptions): Promise<never> => {
      asked.push(`${where} ${options?.deadlineMs ?? 'for ever'}`)
      throw new Error('no answer')
    }
  await check({
    onLogin: run('login'),
    openNode: async () => ({ run: run('node'), close: async () => undefined }),
  })
  // Redis, the login host itself, Slurm; the node.
  expect(asked.sort()).toEqual(['login 15000', 'login 20000', 'login 40000', 'node 40000'])
})

test('what does not answer at all is given up', async () => {
  const silent = (): Promise<never> => new Promise(() => undefined)
  const report = check({ onLogin: silent, openNode: silent })
  // What Slurm says is waited for first.
  await clock.pass(344_000)
  expect(await isSettled(report)).toBe(false)
  await clock.pass(2000)
  const { findings } = await report
  const reasonOf = (id: string) => findings.find((one) => one.id === id)?.reason
  expect(reasonOf('slurm.controller')).toEqual(asText('site-check-reasons.late', { seconds: 45 }))
  // A person may be asked on the way there.
  expect(reasonOf('gpu.driver')).toEqual(asText('site-check-reasons.late', { seconds: 300 }))
})

test('each answer of the portal has eight seconds', async () => {
  const limits: unknown[] = []
  const send = async (_url: string, options: PortalRequest = {}) => {
    limits.push(options.deadlineMs)
    return portalAnswer()
  }
  await get({ send }, 'https://portal.example/')
  expect(limits).toEqual([8000])
})
