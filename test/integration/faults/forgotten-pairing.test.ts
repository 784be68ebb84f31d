/** A host that lost its state and kept its certificate. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite()
})
afterAll(() => here.dispose())

test('F3: it is paired with again, where it is met again and while it streams', async () => {
  await here.leavesNothing(async () => {
    const first = await here.client.connect()
    const { session } = await first.streaming()
    await first.leave('DISCONNECT')
    await here.site.setFault('host-forgets', true)
    const again = await here.client.connect()
    expect((await again.streaming()).session?.jobId).toBe(session?.jobId)
    await here.site.setFault('host-forgets', true)
    await again.until(({ state }) => state === 'reconnecting')
    expect((await again.streaming()).session?.jobId).toBe(session?.jobId)
    await again.leave('END')
  })
})
