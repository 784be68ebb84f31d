/** Sessions and endpoints that begin and end in every way, in the release build and in the one with sanitizers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRunningHost, type RunningHost } from '../support/running-host.ts'
import { runScenario } from './support.ts'

let site: RunningHost
beforeAll(async () => {
  site = await startRunningHost()
})
afterAll(() => site.dispose())

describe.each([
  { build: 'the release build', sanitized: false },
  { build: 'the build with sanitizers', sanitized: true },
])('$build survives', ({ sanitized }) => {
  const clean = { code: 0, signal: null }

  test('200 sessions created and destroyed', async () => {
    expect(await runScenario('create-and-destroy', null, sanitized)).toMatchObject(clean)
  })

  test('200 endpoints made and closed: no thread and no socket of them stays', async () => {
    const outcome = await runScenario('endpoints', null, sanitized)
    expect(outcome).toMatchObject(clean)
    expect(outcome.result).toEqual({ threads: 0, sockets: 0 })
  })

  test('a whole stream', async () => {
    const outcome = await runScenario('stream', await site.launch(), sanitized)
    expect(outcome).toMatchObject({ ...clean, result: { code: 0 } })
    expect(outcome.result.framesReceived).toBeGreaterThanOrEqual(20)
  })

  test('a session forgotten while it streams', async () => {
    expect(await runScenario('forget-while-streaming', await site.launch(), sanitized)).toMatchObject(clean)
  })

  test('the end of the process while it streams', async () => {
    const outcome = await runScenario('exit-while-streaming', await site.launch(), sanitized)
    expect(outcome).toMatchObject(clean)
    expect(outcome.result.framesReceived).toBeGreaterThanOrEqual(5)
  })

  // Last: the launch that it leaves unused blocks the next one for ten seconds.
  test('a stop while it connects', async () => {
    const outcome = await runScenario('stop-while-connecting', await site.launch(), sanitized)
    expect(outcome).toMatchObject({ ...clean, result: { interrupted: true } })
  })
})
