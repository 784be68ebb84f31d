/** The demo's host streams: looked at by a client that shares nothing with the product's library. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createIdentity, type ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import { createPictureDecoder, readStrip, type Strip } from './picture.ts'
import { handshake, launch, nvhttp, startRawStream, type RawStream } from './raw-stream.ts'
import { askWebApi, pairByRecordedUser } from './recorded-user.ts'
import { recordedExchange } from '../../support/recordings.ts'
import { observeX, type XObserver } from '../../support/x-observer.ts'

let running: DesktopHost
let identity: ClientIdentity
let x: XObserver
let stream: RawStream

beforeAll(async () => {
  running = await startDesktopHost({ encryptionMode: 1 })
  identity = await createIdentity()
  await pairByRecordedUser(running.host, identity)
  x = await observeX(running.desktop)
})
afterAll(async () => {
  x.close()
  await running.dispose()
})

const frames = (count: number): Promise<unknown> =>
  vi.waitUntil(() => stream.frames.length >= count, { timeout: 30_000, message: `${count} frames` })

/** Goodbye, and the app ended, so that the next launch is a fresh one. */
async function endStream(): Promise<void> {
  stream.control.disconnect()
  await vi.waitUntil(async () => (await nvhttp(running.host, identity, '/cancel')).includes('<cancel>1'), {
    timeout: 30_000,
    message: 'the app ends',
  })
  stream.close()
}

describe.each([
  ['in clear', false],
  ['encrypted', true],
])('%s', (_how, encrypted) => {
  beforeEach(async () => {
    const launched = await launch(running.host, identity, { encrypted })
    stream = await startRawStream(running.host, launched, await handshake(running.host, launched))
    await frames(2)
  })
  afterEach(endStream)

  test('every picture decodes, and the counter in it goes up by one', async () => {
    await frames(40)
    expect(stream.frames.map(({ frame }) => frame)).toEqual(stream.frames.map((_, index) => index + 1))
    expect(stream.frames[0]?.type).toBe(2)
    expect(stream.frames.filter(({ type }) => type === 2)).toHaveLength(1)
    const decoder = createPictureDecoder()
    const strips = stream.frames.map(({ exact }) => {
      const picture = decoder.decode(exact)
      expect([picture.width, picture.height]).toEqual([640, 360])
      return readStrip(picture)
    })
    decoder.close()
    const first = strips[0]?.counter ?? -1
    expect(strips.map((strip) => strip?.counter)).toEqual(strips.map((_, index) => first + index))
    // What every session of the real host begins with: HDR is off.
    expect(stream.messages[0]).toEqual({ type: 0x010e, payload: Buffer.alloc(27) })
  })
})

describe('a client', () => {
  beforeAll(async () => {
    const launched = await launch(running.host, identity)
    stream = await startRawStream(running.host, launched, await handshake(running.host, launched))
    await frames(1)
  })
  afterAll(endStream)

  /** The strip of the newest picture. */
  function latestStrip(): Strip | null {
    const decoder = createPictureDecoder()
    try {
      return stream.frames.map(({ exact }) => readStrip(decoder.decode(exact))).at(-1) ?? null
    } finally {
      decoder.close()
    }
  }
  const int16 = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 2)
    values.forEach((value, index) => bytes.writeInt16BE(value, index * 2))
    return bytes
  }
  const key = (code: number): Buffer => Buffer.from([0, code, 0x80, 0, 0, 0])
  const expectX = (state: object): Promise<void> =>
    expect.poll(() => x.state(), { timeout: 10_000, interval: 20 }).toMatchObject(state)

  test('gets a key frame when it asks for one', async () => {
    const before = stream.frames.length
    stream.say(0x0302, Buffer.alloc(2), 1)
    await vi.waitUntil(() => stream.frames.slice(before).some(({ type }) => type === 2), {
      timeout: 30_000,
      message: 'a key frame',
    })
    expect(running.host.statistics.keyFrames).toBeGreaterThanOrEqual(2)
  })

  test('moves the pointer, to a place and by a distance', async () => {
    // The place is in the client's picture: twice as large as the desktop here.
    stream.input(5, int16(400, 200, 0, 1279, 719))
    await expectX({ x: 200, y: 100 })
    stream.input(7, int16(30, -20))
    await expectX({ x: 230, y: 80 })
    stream.input(5, int16(-50, 9999, 0, 1279, 719))
    await expectX({ x: 0, y: 359 })
  })

  test('presses buttons and keys, and finds the echo in the picture', async () => {
    const before = await vi.waitUntil(latestStrip, { timeout: 30_000, message: 'a strip' })
    stream.input(8, Buffer.from([1]))
    await expectX({ buttons: [1] })
    stream.input(9, Buffer.from([1]))
    await expectX({ buttons: [] })
    stream.input(3, key(0x41))
    await expect.poll(async () => (await x.state()).keys.length, { timeout: 10_000, interval: 20 }).toBe(1)
    stream.input(4, key(0x41))
    await expectX({ keys: [] })
    const after = await vi.waitUntil(
      () => {
        const strip = latestStrip()
        return strip && strip.keys !== before.keys && strip.buttons !== before.buttons ? strip : null
      },
      { timeout: 30_000, message: 'the echo' },
    )
    expect([after.buttons - before.buttons, after.keys - before.keys]).toEqual([1, 1])
  })

  test('a wheel notch is a press of the fourth button', async () => {
    const before = await vi.waitUntil(latestStrip, { timeout: 30_000, message: 'a strip' })
    stream.input(0x0a, Buffer.concat([int16(120, 120), Buffer.alloc(2)]))
    await vi.waitUntil(() => latestStrip()?.buttons === before.buttons + 1, {
      timeout: 30_000,
      message: 'the echo',
    })
  })

  test.each(['launch', 'resume', 'cancel'])(
    '%s is refused while it streams, in the recorded words',
    async (call) => {
      const recorded = recordedExchange(`connected/${call}-while-connected`)
      const query = new URL(/^GET (\S+)/.exec(recorded.request)?.[1] ?? '', 'http://host').searchParams
      const body = await nvhttp(running.host, identity, `/${call}`, Object.fromEntries(query))
      expect(body).toBe(recorded.response.slice(recorded.response.indexOf('\r\n\r\n') + 4))
    },
  )

  test('leaves nothing pressed behind', async () => {
    stream.input(3, key(0x10))
    stream.input(3, key(0x42))
    stream.input(8, Buffer.from([3]))
    await expectX({ buttons: [3] })
    await expect.poll(async () => (await x.state()).keys.length, { timeout: 10_000, interval: 20 }).toBe(2)
    stream.control.disconnect()
    await expectX({ buttons: [], keys: [] })
  })
})

test('closing the app notifies the client and frees the host', async () => {
  const launched = await launch(running.host, identity)
  stream = await startRawStream(running.host, launched, await handshake(running.host, launched))
  await frames(1)
  expect(await nvhttp(running.host, identity, '/serverinfo')).toContain('SUNSHINE_SERVER_BUSY')
  await askWebApi(running.host, 'close-while-connected/api-apps-close')
  await vi.waitUntil(() => stream.messages.find(({ type }) => type === 0x0109), {
    timeout: 30_000,
    message: 'the goodbye',
  })
  expect(stream.messages.at(-1)?.payload.toString('hex')).toBe('80030023')
  await stream.control.disconnected
  await vi.waitUntil(
    async () => (await nvhttp(running.host, identity, '/serverinfo')).includes('SUNSHINE_SERVER_FREE'),
    { timeout: 30_000, message: 'a free host' },
  )
  stream.close()
})
