/** Checks for the page: one at a time for each site, and none that outlives the app. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SiteCheckSnapshot } from '../../../src-main/shared/model/site-check.ts'
import { SiteCheckService } from '../../../src-main/site-check/index.ts'
import { loaded, platformOf, standingLogin } from './site-without-portal.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-check-service-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** A site without a portal, whose login answers nothing until `answer` is called. */
function site() {
  const answered = Promise.withResolvers<never>()
  const seen: SiteCheckSnapshot[] = []
  let logins = 0
  const service = new SiteCheckService(platformOf(folder), {
    version: '1.0.0',
    profileOf: () => loaded,
    findCluster: () => {
      logins++
      const wait = (): Promise<never> => answered.promise
      return standingLogin({ onLogin: wait, openNode: wait })
    },
    onChange: (snapshot) => seen.push(snapshot),
  })
  answered.promise.catch(() => undefined)
  return { service, seen, logins: () => logins, answer: () => answered.reject(new Error('no answer')) }
}

test('a check that is asked for twice runs once, and its report stays', async () => {
  const { service, seen, logins, answer } = site()
  service.run('site')
  service.run('site')
  answer()
  await expect.poll(() => seen.at(-1)?.report).toBeTruthy()
  expect(logins()).toBe(1)
  expect(service.get('site')).toMatchObject({ progress: null, failure: null })
  service.run('site')
  expect(logins()).toBe(2)
  await service.dispose()
})

test('the end of the app waits for what runs, and says nothing more', async () => {
  const { service, seen, answer } = site()
  service.run('site')
  let over = false
  const ended = service.dispose().then(() => (over = true))
  const before = seen.length
  await new Promise((resolve) => setImmediate(resolve))
  expect(over).toBe(false)
  answer()
  await ended
  expect(seen.length).toBe(before)
})
