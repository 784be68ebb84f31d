/** How streams end at the demo's host when the client does not say goodbye, and that the next client is served. */
import { createSocket } from 'node:dgram'
import { afterEach, beforeAll, afterAll, expect, test, vi } from 'vitest'
import { createIdentity, type ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import { handshake, launch, nvhttp, startRawStream, type RawStream } from './raw-stream.ts'
import { pairByRecordedUser } from './recorded-user.ts'
import { observeX } from '../../support/x-observer.ts'

let running: DesktopHost
let identity: ClientIdentity
const open: RawStream[] = []

beforeAll(async () => {
  running = await startDesktopHost()
  identity = await createIdentity()
  await pairByRecordedUser(running.host, identity)
})
afterEach(async () => {
  for (const stream of open) {
    stream.control.disconnect()
    stream.close()
  }
  open.length = 0
  await vi.waitUntil(async () => (await nvhttp(running.host, identity, '/cancel')).includes('<cancel>1'), {
    timeout: 30_000,
    message: 'the app ends',
  })
})
afterAll(() => running.dispose())

async function stream(path: '/launch' | '/resume' = '/launch'): Promise<RawStream> {
  const launched = await launch(running.host, identity, { path })
  const started = await startRawStream(running.host, launched, await handshake(running.host, launched))
  open.push(started)
  return started
}

const frames = (of: RawStream, count = 2): Promise<unknown> =>
  vi.waitUntil(() => of.frames.length >= count, { timeout: 30_000, message: `${count} frames` })
const resume = (): Promise<string> =>
  launch(running.host, identity, { path: '/resume' }).then(
    () => 'resumed',
    (error: Error) => error.message,
  )
const busy = /status_code="503" status_message="The host&apos;s concurrent stream limit/

test('a client that falls silent is gone after five seconds; its keys are released and it can resume', async () => {
  const x = await observeX(running.desktop)
  const silent = await stream()
  await frames(silent)
  silent.input(3, Buffer.from([0, 0x41, 0x80, 0, 0, 0]))
  await expect.poll(async () => (await x.state()).keys.length, { timeout: 10_000, interval: 20 }).toBe(1)
  silent.control.goSilent()
  expect(await resume()).toMatch(busy)
  await vi.waitUntil(async () => (await x.state()).keys.length === 0, {
    timeout: 30_000,
    message: 'the host gives up',
  })
  expect(await nvhttp(running.host, identity, '/serverinfo')).toContain('SUNSHINE_SERVER_BUSY')
  const again = await stream('/resume')
  await frames(again)
  expect(again.frames[0]).toMatchObject({ frame: 1, type: 2 })
  x.close()
})

test('a launch whose control stream never comes is forgotten after ten seconds', async () => {
  const launched = await launch(running.host, identity)
  const { pingPayload } = await handshake(running.host, launched)
  const socket = createSocket('udp4')
  let received = 0
  socket.on('message', () => received++)
  socket.send(Buffer.from(`${pingPayload}\0\0\0\u0001`, 'latin1'), running.host.ports.video, '127.0.0.1')
  await vi.waitUntil(() => received > 0, { timeout: 30_000, message: 'video without control' })
  expect(await resume()).toMatch(busy)
  const launchedAgain = await vi.waitUntil(
    () => launch(running.host, identity, { path: '/resume' }).catch(() => null),
    { timeout: 30_000, message: 'the host gives up' },
  )
  // And it sends nothing more to the client that pinged.
  const sent = running.host.statistics.framesSent
  socket.close()
  const answers = await handshake(running.host, launchedAgain)
  expect(running.host.statistics.framesSent).toBe(sent)
  const started = await startRawStream(running.host, launchedAgain, answers)
  open.push(started)
  await frames(started)
})

test('who shakes hands twice gets one stream', async () => {
  const launched = await launch(running.host, identity)
  const { pingPayload } = await handshake(running.host, launched)
  const socket = createSocket('udp4')
  const before = running.host.statistics.framesSent
  socket.send(Buffer.from(`${pingPayload}\0\0\0\u0001`, 'latin1'), running.host.ports.video, '127.0.0.1')
  await vi.waitUntil(() => running.host.statistics.framesSent > before, {
    timeout: 30_000,
    message: 'a first stream',
  })
  socket.close()
  const started = await startRawStream(running.host, launched, await handshake(running.host, launched))
  open.push(started)
  await frames(started, 20)
  expect(started.frames.map(({ frame }) => frame)).toEqual(started.frames.map((_, index) => index + 1))
})

test('a host that ends says goodbye', async () => {
  const last = await stream()
  await frames(last)
  await running.dispose()
  await last.control.disconnected
  expect(last.messages.at(-1)).toEqual({ type: 0x0109, payload: Buffer.from('80030023', 'hex') })
  last.close()
  open.length = 0
  running = await startDesktopHost()
  await pairByRecordedUser(running.host, identity)
})
