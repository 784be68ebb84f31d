/** Several sessions at once: each on a node of its own, with a host, a relay and an end of its own. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evidenceLines } from '../../support/english.ts'
import { longTest } from '../../support/long-run.ts'
import { isOver } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite({ nodes: 2 })
})
afterAll(() => here.dispose())

/** Waits until pictures have come that were not there before. */
const continues = async (stream: Awaited<ReturnType<TestSite['client']['connect']>>): Promise<void> => {
  const before = stream.snapshot.stream?.framesReceived ?? 0
  await stream.until(
    ({ state, stream: facts }) => state === 'open' && (facts?.framesReceived ?? 0) > before + 5,
  )
}

test('two clicks on Connect are one session; a new one beside it is asked for, and each ends by itself', async () => {
  await here.leavesNothing(async () => {
    const [first, same] = await Promise.all([here.client.connect(), here.client.connect()])
    expect(same.snapshot.desktopId).toBe(first.snapshot.desktopId)
    const one = (await first.streaming()).session
    const second = await here.client.startNew()
    const other = (await second.streaming()).session
    expect(new Set([one?.id, other?.id, one?.node, other?.node]).size).toBe(4)
    expect((await here.site.activeJobs()).sort()).toEqual([one?.jobId, other?.jobId].sort())
    // Both send at once.
    await Promise.all([continues(first), continues(second)])

    const again = await here.client.connect(one?.id)
    expect(again.snapshot.desktopId).toBe(first.snapshot.desktopId)

    await first.leave('END')
    expect(await here.site.activeJobs()).toEqual([other?.jobId])
    await continues(second)
    await second.leave('END')
  })
})

test('of two that were left a certain one is resumed, and the other stays as it is', async () => {
  await here.leavesNothing(async () => {
    const first = await here.client.connect()
    const one = (await first.streaming()).session
    const second = await here.client.startNew()
    const other = (await second.streaming()).session
    await Promise.all([first.leave('DISCONNECT'), second.leave('DISCONNECT')])

    const resumed = await here.client.connect(one?.id)
    expect((await resumed.streaming()).session).toMatchObject({ id: one?.id, node: one?.node })
    const rest = await here.client.connect(other?.id)
    expect((await rest.streaming()).session).toMatchObject({ id: other?.id, node: other?.node })
    expect(await here.site.activeJobs()).toHaveLength(2)
    await Promise.all([resumed.leave('END'), rest.leave('END')])
  })
})

longTest(
  'ports-clash: the second host cannot bind, its client says so, and the first one’s picture continues',
  async () => {
    await here.leavesNothing(async () => {
      const first = await here.client.connect()
      await first.streaming()
      await here.site.setFault('ports-clash', true)
      try {
        const second = await here.client.startNew()
        const { state, failure } = await second.until(isOver)
        expect([state, failure?.kind]).toEqual(['failed', 'job-ended-early'])
        const evidence = evidenceLines(failure).join('\n')
        expect(evidence).toMatch(/EADDRINUSE/)
        await continues(first)
      } finally {
        await here.site.setFault('ports-clash', false)
      }
      await first.leave('END')
    })
  },
)
