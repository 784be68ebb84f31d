/** Sessions and endpoints that begin and end in every way, in the release build and in the one with sanitizers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRunningHost, type RunningHost } from '../support/running-host.ts'
import { racesOf, runScenario, type Build } from './support.ts'

let site: RunningHost
beforeAll(async () => {
  site = await startRunningHost()
})
afterAll(() => site.dispose())

describe.each<{ name: string; build: Build }>([
  { name: 'the release build', build: 'release' },
  { name: 'the build with sanitizers', build: 'asan' },
])('$name survives', ({ build }) => {
  const clean = { code: 0, signal: null }

  test('200 sessions created and destroyed', async () => {
    expect(await runScenario('create-and-destroy', null, build)).toMatchObject(clean)
  })

  test('200 endpoints made and closed: no thread and no socket of them stays', async () => {
    const outcome = await runScenario('endpoints', null, build)
    expect(outcome).toMatchObject(clean)
    expect(outcome.result).toEqual({ threads: 0, sockets: 0 })
  })

  test('an endpoint with datagrams both ways', async () => {
    const outcome = await runScenario('endpoint-traffic', null, build)
    expect(outcome).toMatchObject({ ...clean, result: { unacknowledged: 0 } })
  })

  test('a whole stream', async () => {
    const outcome = await runScenario('stream', await site.launch(), build)
    expect(outcome).toMatchObject({ ...clean, result: { code: 0 } })
    expect(outcome.result.framesReceived).toBeGreaterThanOrEqual(20)
  })

  test('a session forgotten while it streams', async () => {
    expect(await runScenario('forget-while-streaming', await site.launch(), build)).toMatchObject(clean)
  })

  test('the end of the process while it streams', async () => {
    const outcome = await runScenario('exit-while-streaming', await site.launch(), build)
    expect(outcome).toMatchObject(clean)
    expect(outcome.result.framesReceived).toBeGreaterThanOrEqual(5)
  })

  // Last: the launch that it leaves unused blocks the next one for ten seconds.
  test('a stop while it connects', async () => {
    const outcome = await runScenario('stop-while-connecting', await site.launch(), build)
    expect(outcome).toMatchObject({ ...clean, result: { interrupted: true } })
  })
})

describe('threads share nothing without a lock', () => {
  test.each(['create-and-destroy', 'endpoints', 'endpoint-traffic'])('%s', async (scenario) => {
    const outcome = await runScenario(scenario, null, 'tsan')
    expect(outcome).toMatchObject({ code: 0, signal: null })
    expect(racesOf(outcome)).toEqual([])
  })

  test.each(['stream', 'sound', 'forget-while-streaming'])('%s', async (scenario) => {
    const outcome = await runScenario(scenario, await site.launch(), 'tsan')
    expect(outcome).toMatchObject({ code: 0, signal: null })
    expect(racesOf(outcome)).toEqual([])
  })
})
