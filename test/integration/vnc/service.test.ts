/** VNC desktops through losses at the worst moment, several of them at once, and a portal that moves. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { failureOf } from '../../support/failure-of.ts'
import { goneJob, runningJob, startVncBench } from './vnc-bench.ts'
import { someFailure } from '../../support/some-failure.ts'

let bench: Awaited<ReturnType<typeof startVncBench>>
beforeEach(async () => void (bench = await startVncBench()))
afterEach(() => bench[Symbol.asyncDispose]())

const { failure: linkLost } = someFailure('link-lost')
const posts = () => bench.portal.asked.filter(({ method }) => method === 'POST').length

test('the channel that found the server is the first page’s, unless it will soon be closed for want of one', async () => {
  const desktopId = await bench.start()
  await bench.until(desktopId, 'open')
  await bench.openPort(desktopId)
  expect(bench.asked('open-channel')).toHaveLength(1)

  bench.service.get(desktopId).send('DISCONNECT')
  await bench.until(desktopId, 'ended')
  const hidden = await bench.start()
  await bench.until(hidden, 'open')
  bench.now += 25_000
  await bench.openPort(hidden)
  expect(bench.asked('close-channel')).toEqual([{ channelId: 'channel-2' }])
  expect(bench.asked('open-channel')).toHaveLength(3)
  expect(bench.service.get(hidden).snapshot).toMatchObject({ state: 'open', epoch: 1 })
})

test('a channel that was closed because no page came is no loss, and no page gets it', async () => {
  const desktopId = await bench.start()
  await bench.until(desktopId, 'open')
  bench.say({ type: 'channel-ended', channelId: 'channel-1', byFarEnd: false })
  await bench.openPort(desktopId)
  expect(bench.asked('open-channel')).toHaveLength(2)
  expect(bench.asked('close-channel')).toEqual([])
  expect(bench.service.get(desktopId).snapshot).toMatchObject({ state: 'open', epoch: 1 })
})

test('a channel whose end comes with the reply that opened it: the way is made again before anything is called ready', async () => {
  bench.behind = ({ name }, nth, say) => {
    if (name === 'open-channel' && nth === 1)
      say({ type: 'channel-ended', channelId: 'channel-1', byFarEnd: true })
  }
  const desktopId = await bench.start()
  expect(await bench.until(desktopId, 'open')).toMatchObject({ epoch: 1 })
  expect(bench.asked('open-channel')).toHaveLength(2)
  // The one that is lost later is, too.
  bench.say({ type: 'channel-ended', channelId: 'channel-2', byFarEnd: true })
  await bench.until(desktopId, 'open', 2)
  expect(bench.asked('open-channel')).toHaveLength(3)
})

test('a login that is lost once the server was found, and before the desktop is ready, is made again', async () => {
  bench.behind = ({ name }, nth, say) => {
    if (name === 'open-channel' && nth === 1) say({ type: 'lost', relayId: null, failure: linkLost })
  }
  const desktopId = await bench.start()
  expect(await bench.until(desktopId, 'open')).toMatchObject({ epoch: 1 })
  expect(bench.asked('login')).toHaveLength(2)
  expect(bench.sessions.size).toBe(1)
})

test('a listed session that is opened while another desktop begins has its own; that one gives way if it finds the same', async () => {
  bench.add('vnc-ada-1')
  const signedIn = Promise.withResolvers<void>()
  bench.signIn = signedIn.promise
  const any = await bench.start()
  const certain = await bench.start({ sessionId: 'vnc-ada-1' })
  expect(certain).not.toBe(any)
  expect([await bench.start({ sessionId: 'vnc-ada-1' }), await bench.start()]).toEqual([certain, certain])
  signedIn.resolve()
  expect(await bench.until(certain, 'open')).toMatchObject({ session: { id: 'vnc-ada-1' } })
  expect(await bench.until(any, 'ended')).toMatchObject({ failure: null })
  expect(posts()).toBe(0)
})

test('sessions of their own: two that are asked for at once are two, a second apart, and are not taken by one that looks for any', async () => {
  bench.add('vnc-ada-1')
  const started = await Promise.all([1, 2].map(() => bench.start({ newSession: true })))
  const ready = started.map((id) => bench.until(id, 'open'))
  const made = (await Promise.all(ready)).map(({ session }) => session?.id)
  expect(new Set([...made, 'vnc-ada-1'])).toEqual(new Set(bench.sessions.keys()))
  expect(bench.sessions.size).toBe(3)
  expect(await bench.start()).toBe(bench.service.snapshots().at(-1)?.desktopId)
})

test('tried again: one that was there opens its session, one that never was asks for what it was asked for', async () => {
  bench.add('vnc-ada-1')
  bench.job = goneJob
  const own = await bench.start({ newSession: true })
  expect((await bench.until(own, 'failed')).failure?.kind).toBe('job-ended-early')
  bench.job = runningJob
  const again = await bench.service.retry(own)
  const { session } = await bench.until(again, 'open')
  // What never came to be is ended, and not found by the next.
  expect([...bench.sessions.keys()]).toEqual(['vnc-ada-1', session?.id])
  expect(posts()).toBe(2)

  bench.portOwner = 995
  bench.say({ type: 'channel-ended', channelId: 'channel-1', byFarEnd: true })
  expect((await bench.until(again, 'failed')).failure?.kind).toBe('certificate-mismatch')
  bench.portOwner = 1000
  const third = await bench.service.retry(again)
  expect((await bench.until(third, 'open')).session?.id).toBe(session?.id)
  expect(posts()).toBe(2)
  expect(bench.service.snapshots().map(({ desktopId }) => desktopId)).toEqual([third])
})

test('the app quits while a desktop that failed is being closed: the session that was made for it is gone first', async () => {
  const removal = Promise.withResolvers<void>()
  bench.removal = removal.promise
  bench.job = goneJob
  await bench.start()
  await vi.waitUntil(() => (bench.portal.asked.some(({ method }) => method === 'DELETE') ? true : null), {
    timeout: 30_000,
    message: 'it is being ended',
  })
  setImmediate(removal.resolve)
  await bench.service.dispose()
  expect(bench.sessions.size).toBe(0)
})

test('the end of a session whose desktop had failed: its job goes', async () => {
  bench.add('vnc-ada-1')
  bench.portOwner = 995
  await bench.until(await bench.start(), 'failed')
  expect(bench.sessions.size).toBe(1)
  await bench.end('vnc-ada-1')
  expect(bench.sessions.size).toBe(0)
})

test('the web server’s form changes while the client runs: the next call finds the dashboard', async () => {
  bench.add('vnc-ada-1')
  bench.base = '/dashboardapi'
  expect(await bench.list()).toMatchObject([{ id: 'vnc-ada-1' }])
  bench.base = '/api/api'
  expect((await failureOf(bench.list())).kind).toBe('portal-error')
  expect(await bench.list()).toMatchObject([{ id: 'vnc-ada-1' }])
})
