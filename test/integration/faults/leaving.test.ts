/** Leaving at any moment: whatever is under way is given up, nothing of it stays, a session of this attempt is ended. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stepNames } from '../../../src-main/shared/model/desktop.ts'
import { fewOf, longRun } from '../../support/long-run.ts'
import { descendantsOf } from '../../support/process-table.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { said } from '../../support/texts.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite()
})
afterAll(() => here.dispose())

const moments = longRun ? [...stepNames, 'open'] : ['queued', 'pairing', 'open']
test.each(moments)('cancelled in %s', async (step) => {
  await here.leavesNothing(async () => {
    const attempt = await here.client.connect()
    await attempt.until(({ state }) => state === step)
    const { state, failure, endedBecause } = await attempt.leave('CANCEL')
    expect([state, failure, said(endedBecause)]).toEqual(['ended', null, 'You cancelled.'])
  })
})

test.each(fewOf(['tunnelling', 'waiting-for-host', 'launching'], 1))(
  'disconnected in %s: the job stays, another connect continues with it',
  async (step) => {
    await here.leavesNothing(async () => {
      const attempt = await here.client.connect()
      await attempt.until(({ state }) => state === step)
      const { session } = await attempt.leave('DISCONNECT')
      expect(await here.site.activeJobs()).toEqual([session?.jobId])
      const again = await here.client.connect()
      expect((await again.streaming()).session).toMatchObject({ id: session?.id, jobId: session?.jobId })
      // A session that was there before is not this attempt's to cancel, but it is the user's to end.
      await again.leave('CANCEL')
      expect(await here.site.activeJobs()).toEqual([session?.jobId])
      const last = await here.client.connect()
      await last.streaming()
      await last.leave('END')
    })
  },
)

test('disconnected while it reconnects: the job alone stays', async () => {
  await here.leavesNothing(async () => {
    const stream = await here.client.connect()
    const { session } = await stream.streaming()
    await here.site.setFault('relay-killed', true)
    await stream.until(({ state }) => state === 'reconnecting')
    expect((await stream.leave('DISCONNECT')).state).toBe('ended')
    expect(await here.site.activeJobs()).toEqual([session?.jobId])
    expect(descendantsOf(process.pid).filter(({ argv }) => /-process/.test(argv.join(' ')))).toEqual([])
    const again = await here.client.connect()
    await again.streaming()
    await again.leave('END')
  })
})
