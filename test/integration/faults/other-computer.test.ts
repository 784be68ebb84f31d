/** A session that another computer of the same user has claimed: nothing of it is lost by looking at it from here. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { english } from '../../support/english.ts'
import { isOver, startTestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite({ nodes: 2 })
})
afterAll(() => here.dispose())

test('F5: this one says so, another session can be opened beside it, and that computer takes it up again', async () => {
  const first = await here.client.connect()
  const { session } = await first.streaming()
  await first.leave('DISCONNECT')
  const other = await startTestClient(here.site.ready.profile, { dataFolder: join(here.home, 'other') })
  try {
    const attempt = await other.connect()
    const { failure } = await attempt.until(isOver)
    expect(failure).toMatchObject({
      ...{ kind: 'pairing-refused', reason: 'other-computer', retryable: false },
      actions: ['another-session'],
    })
    const { message, nextStep } = english(failure)
    expect(`${message} ${nextStep}`).toMatch(/another computer.*The session keeps running\.$/)
    expect(nextStep).not.toMatch(/end the session|administrator|Connect picks/i)
    expect(await here.site.activeJobs()).toEqual([session?.jobId])
    const beside = await other.startNew()
    expect((await beside.streaming()).session?.id).not.toBe(session?.id)
    await beside.leave('END')
  } finally {
    await other.dispose()
  }
  const again = await here.client.connect()
  expect((await again.streaming()).session?.jobId).toBe(session?.jobId)
  await again.leave('END')
})
