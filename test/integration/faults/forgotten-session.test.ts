/** The portal forgets a session whose job runs on: the client remembers it, and can end it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite()
})
afterAll(() => here.dispose())

test('it is taken up again, and ended with its job', async () => {
  await here.leavesNothing(async () => {
    const first = await here.client.connect()
    const { session } = await first.streaming()
    await first.leave('DISCONNECT')
    await here.site.setFault('sessions-forgotten', true)
    const second = await here.client.connect()
    expect((await second.streaming()).session).toMatchObject({ id: session?.id, jobId: session?.jobId })
    expect(await here.site.activeJobs()).toEqual([session?.jobId])
    await second.leave('END')
  })
})

test('one whose job is over is not: a new one is made', async () => {
  await here.leavesNothing(async () => {
    const first = await here.client.connect()
    const { session } = await first.streaming()
    await first.leave('DISCONNECT')
    await here.site.setFault('host-killed', true)
    await here.site.setFault('sessions-forgotten', true)
    const second = await here.client.connect()
    expect((await second.streaming()).session?.jobId).not.toBe(session?.jobId)
    await second.leave('END')
  })
})
