/** The port on which a browser hands a sign-in over: once, to a page of its own, under this computer's names alone. */
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { openHandOff, type HandOff } from '../../../../src-main/protocols/portal/hand-off.ts'
import { isSettled } from '../../../support/fake-clock.ts'

let open: HandOff | null = null
afterEach(async () => {
  vi.useRealTimers()
  await open?.close()
  open = null
})

const start = async (): Promise<HandOff> =>
  (open = await openHandOff({
    port: 0,
    bothFamilies: false,
    accepts: (query) => query.get('token') === 'right',
  }))

const ask = (port: number, path: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .once('error', reject)
      .end()
  })

const right = '/auth/callback?token=right'

test.each([
  ['another name of the computer', { host: 'evil.example' }, 421],
  ['a picture', { 'sec-fetch-dest': 'image' }, 403],
  ['a frame', { 'sec-fetch-dest': 'iframe' }, 403],
])('%s hands nothing over', async (_what, headers, status) => {
  const handOff = await start()
  expect(await ask(handOff.port, right, headers as Record<string, string>)).toBe(status)
  expect(await isSettled(handOff.arrived)).toBe(false)
  expect(await ask(handOff.port, right, { 'sec-fetch-dest': 'document' })).toBe(303)
  await ask(handOff.port, '/signed-in')
})

test('the first sign-in counts, and no second one', async () => {
  const handOff = await start()
  expect(await ask(handOff.port, '/auth/callback?token=wrong')).toBe(400)
  expect(await ask(handOff.port, right)).toBe(303)
  expect(await ask(handOff.port, right)).toBe(410)
  await ask(handOff.port, '/signed-in')
})

test('the port closes three seconds after a sign-in whose browser asks for nothing more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const handOff = await start()
  await ask(handOff.port, right)
  const closed = handOff.close()
  await vi.advanceTimersByTimeAsync(2900)
  expect(await isSettled(closed)).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  vi.useRealTimers()
  await closed
  open = null
})

test('a connection that asks for nothing is ended after ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const idle = connect((await start()).port, '127.0.0.1')
  const closed = once(idle, 'close')
  idle.on('error', () => undefined)
  // It is admitted.
  while (vi.getTimerCount() === 0) await new Promise(setImmediate)
  await vi.advanceTimersByTimeAsync(9900)
  expect(await ask(open?.port ?? 0, '/nothing')).toBe(404)
  expect(await isSettled(closed)).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  await closed
})
