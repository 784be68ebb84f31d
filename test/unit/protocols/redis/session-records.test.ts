/** Records are read from Redis under sound names, and not for ever. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SessionRecords } from '../../../../src-main/protocols/redis/session-records.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { isSettled } from '../../../support/fake-clock.ts'

let folder: string
let server: Server | null = null
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-redis-'))))
afterEach(() => {
  vi.useRealTimers()
  server?.close()
  server = null
  rmSync(folder, { recursive: true })
})

/** A Redis that takes a connection and says nothing. */
async function silentRedis(): Promise<{ path: string; met: () => number }> {
  let met = 0
  const path = join(folder, 's')
  server = createServer((socket) => {
    met++
    socket.on('error', () => undefined)
    socket.resume()
  })
  server.listen(path)
  await once(server, 'listening')
  return { path, met: () => met }
}
const open = (path: string, user: string): Promise<SessionRecords> =>
  SessionRecords.open(
    { path, user: null, password: null, tls: null },
    user,
    () => undefined,
    () => undefined,
  )

test.each(['*', 'ada*', '', 'a?', 'ada-1:*', 'DOMAIN\\ada', 'ada\r\nKEYS *'])(
  'the name %j is asked for nowhere',
  async (user) => {
    const { path, met } = await silentRedis()
    expect((await failureOf(open(path, user))).evidence[0]?.value).toContain('name')
    expect(met()).toBe(0)
  },
)

test('a Redis that says nothing is waited for eight seconds', async () => {
  const { path } = await silentRedis()
  const connected = once(server!, 'connection')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const outcome = failureOf(open(path, 'ada'))
  await connected
  await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(7900)
  expect(await isSettled(outcome)).toBe(false)
  await vi.advanceTimersByTimeAsync(8200)
  vi.useRealTimers()
  expect((await outcome).kind).toBe('portal-unreachable')
})
