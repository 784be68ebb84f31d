/** The page's two ways to the app: what gets lost is reported in time, and a gone app is not knocked at without rest. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createElectronTransport } from '../../../../src-renderer/api/electron-transport.ts'
import { createWebSocketTransport } from '../../../../src-renderer/api/web-socket-transport.ts'
import type { TransportState } from '../../../../src-renderer/api/transport.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { isSettled } from '../../../support/fake-clock.ts'

/** A WebSocket of a page; the test is the app at its other end. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  readonly sent: string[] = []
  constructor() {
    super()
    FakeSocket.all.push(this)
  }
  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(code = 1006): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
}

const page = (): EventTarget & { setTimeout: typeof setTimeout } =>
  Object.assign(new EventTarget(), {
    setTimeout: ((work: () => void, ms: number) => setTimeout(work, ms)) as typeof setTimeout,
  })

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('window', page())
  vi.stubGlobal('location', { href: 'http://127.0.0.1:1/', origin: 'http://127.0.0.1:1' })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})
const latest = (): FakeSocket => FakeSocket.all.at(-1)!

function watched() {
  const transport = createWebSocketTransport()
  const states: TransportState[] = []
  transport.onState((state) => states.push(state))
  return { transport, states }
}

test('a call that is not answered fails after two minutes', async () => {
  const { transport } = watched()
  latest().open()
  const outcome = failureOf(transport.call('app.info', null))
  await vi.advanceTimersByTimeAsync(119_000)
  expect(await isSettled(outcome)).toBe(false)
  await vi.advanceTimersByTimeAsync(2000)
  await outcome
})

test('calls under way fail as soon as the app is gone', async () => {
  const { transport } = watched()
  latest().open()
  const outcome = failureOf(transport.call('app.info', null))
  await vi.advanceTimersByTimeAsync(0)
  latest().close()
  await outcome
})

test('an app that is gone is tried with longer and longer pauses, and given up after a minute', () => {
  const { states } = watched()
  latest().open()
  const tries: number[] = []
  const began = performance.now()
  latest().close()
  while (states.at(-1) !== 'disconnected' && tries.length < 100) {
    const before = FakeSocket.all.length
    while (FakeSocket.all.length === before) vi.advanceTimersByTime(100)
    tries.push(performance.now() - began)
    latest().close()
  }
  expect(tries.slice(0, 6)).toEqual([200, 700, 1700, 3700, 7700, 11_700])
  expect(tries.at(-1)).toBeGreaterThan(60_000)
  expect(tries.at(-1)).toBeLessThan(64_100)
})

test('an app that refuses the page is not asked again', () => {
  const { states } = watched()
  latest().open()
  latest().close(1008)
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.all.length).toBe(1)
  expect(states.at(-1)).toBe('disconnected')
})

function electron() {
  const transport = createElectronTransport({
    call: () => Promise.resolve(null),
    onEvent: () => () => undefined,
  })
  const post = (source: unknown, origin: string, portId = 'p'): void => {
    const port = { close: () => undefined }
    const data = { type: 'vizlink-frame-port', portId }
    window.dispatchEvent(Object.assign(new Event('message'), { source, origin, data, ports: [port] }))
  }
  const take = () => transport.takeFramePort({ portId: 'p', path: null })
  return { post, take }
}

test('a picture’s port that does not come is waited for ten seconds', async () => {
  const outcome = failureOf(electron().take())
  await vi.advanceTimersByTimeAsync(9900)
  expect(await isSettled(outcome)).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect((await outcome).kind).toBe('deadline-exceeded')
})

test('a port is taken from the page’s own window alone', async () => {
  const { post, take } = electron()
  post({}, location.origin)
  post(window, 'https://evil.example')
  const port = take()
  post(null, location.origin)
  post({}, location.origin)
  expect(await isSettled(port)).toBe(false)
  post(window, location.origin)
  expect((await port).kind).toBe('message-port')
})
