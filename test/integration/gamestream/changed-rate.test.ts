/** A stream whose line turns out narrow: real hosts of both kinds, the product's library, one page that stays. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { HostClient } from '../../../src-main/protocols/gamestream/host-client.ts'
import { createIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { LineFollower } from '../../../src-main/services/desktop/line-follower.ts'
import { Host } from '../../../src-main/services/host/host.ts'
import type { LineFacts, Pace } from '../../../src-main/shared/model/desktop.ts'
import { encodeInput } from '../../../src-main/shared/stream-input.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import type { Desktop } from '../../site/desktop/index.ts'
import { connectX, requireExtension, type XInput } from '../../site/desktop/x-client.ts'
import type { HostOptions } from '../../site/host/index.ts'
import { H264Encoder } from '../../site/host/capture/encoder.ts'
import { encoderKbps } from '../../site/host/rtsp/announce.ts'
import { startDesktopHost } from '../../support/desktop-host.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { attachViewer } from './stream-viewer.ts'

const asked = { width: 640, height: 360, fps: 30, bitrateKbps: 8000 }
const link = { roundTripMs: 1, unacknowledgedBytes: 0, receivedBytes: 0, sentBytes: 0, droppedFrames: 0 }
const waiting = { timeout: 30_000 }
/** Parity of the demo's host. */
const fecPercentage = 20

/** The keys that an X server takes. */
async function watchKeys({ display, xauthority }: Desktop) {
  const x = await connectX(display, xauthority)
  x.client.on('error', () => undefined)
  const input = await requireExtension<XInput>(x.client, 'xinput')
  const { RawKeyPress = 13, RawKeyRelease = 14 } = input.EventType
  const allMasterDevices = 1
  const mask = [RawKeyPress, RawKeyRelease]
  input.XISelectEvents(x.display.screen[0]?.root ?? 0, [{ deviceId: allMasterDevices, mask }])
  const seen: ('press' | 'release')[] = []
  x.client.on('event', ({ evtype }) => {
    if (evtype === RawKeyPress) seen.push('press')
    else if (evtype === RawKeyRelease) seen.push('release')
  })
  return { seen, close: () => x.client.terminate() }
}

/** Host, stream process and a page, with a line in the test's hands. */
async function startFollowed(options: Partial<HostOptions>) {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-rate-'))
  const running = await startDesktopHost(options)
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
  const ways = running.host.ports
  const identity = await createIdentity()
  const client = new HostClient(ways, identity, null)
  await client.claimAndPair()
  const lost: string[] = []
  const shown: Pace[] = []
  const line = { now: null as LineFacts | null }
  const host = new Host({
    ...{ processes: platform.processes, identity, ways, certificate: client.pinnedCertificate },
    onFacts: () => undefined,
    onLost: ({ reason }) => lost.push(reason),
  })
  const prepare = async (): Promise<void> => undefined
  const follower = new LineFollower({
    ...{ asked, measured: null, before: null, now: () => Date.now() },
    facts: () => Promise.resolve({ ...link, line: line.now }),
    usedKbps: () => line.now?.carriedKbps ?? 0,
    measure: () => Promise.resolve(null),
    changeLive: (kbps) => host.client.changeBitrate(kbps),
    resume: (video) => host.resume(video, prepare),
    report: (pace) => shown.push(pace),
    onLost: ({ reason }) => lost.push(reason),
  })
  await host.start(follower.video, prepare)
  const viewer = await attachViewer(host.stream!)
  await vi.waitUntil(() => viewer.units.length >= 5, { ...waiting, message: 'pictures' })
  const keyboard = await watchKeys(running.desktop)
  return {
    ...{ viewer, lost, shown, line, follower, keys: keyboard.seen },
    statistics: running.host.statistics,
    async [Symbol.asyncDispose]() {
      follower.stop()
      keyboard.close()
      viewer.close()
      await host.stop()
      await platform.dispose()
      await running.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
const narrow = (carriedKbps: number): LineFacts => ({ narrow: true, carriedKbps, pathMs: 20, queueMs: 150 })
const key = (down: boolean, code = 0x41): Uint8Array<ArrayBuffer> =>
  encodeInput([{ kind: 'key', down, code, modifiers: 0 }])

test('a host as Sunshine is resumed: the page keeps its port, pictures continue, no key stays pressed, and what is typed meanwhile arrives', async () => {
  await using followed = await startFollowed({})
  const { viewer, shown, line, statistics, lost, follower, keys } = followed
  viewer.page.sendInput(key(true, 0x42))
  await vi.waitUntil(() => keys.length === 1, { ...waiting, message: 'the key that is held' })
  line.now = narrow(1000)
  follower.start()
  await vi.waitUntil(() => shown.at(-1)?.changingSince, { ...waiting, message: 'the announcement' })
  viewer.page.sendInput(key(true))
  viewer.page.sendInput(key(false))
  await vi.waitUntil(() => shown.at(-1)?.bitrateKbps === 800, { ...waiting, message: 'the change' })
  const before = viewer.units.length
  await vi.waitUntil(() => viewer.units.length >= before + 10, { ...waiting, message: 'pictures' })

  expect(statistics.liveBitrates).toEqual([])
  expect(statistics.wishes).toEqual(
    [8000, 800].map((kbps) => ({
      ...{ width: 640, height: 360, fps: 30 },
      bitrateKbps: encoderKbps(kbps, fecPercentage),
    })),
  )
  const numbers = viewer.units.map(({ frameNumber }) => frameNumber)
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(viewer.configurations).toHaveLength(3)
  await vi.waitUntil(() => keys.length >= 4, { ...waiting, message: 'the key' })
  // What was held is released with the stream that is over.
  expect(keys).toEqual(['press', 'release', 'press', 'release'])
  expect(lost).toEqual([])
  expect(shown.at(-1)).toMatchObject({ why: 'line', lineKbps: 1000, changes: [{ by: 'resume' }] })
})

test('a host that takes it live gets another rate while its stream runs on', async () => {
  await using followed = await startFollowed({ liveBitrate: true })
  const { viewer, shown, line, statistics, lost, follower } = followed
  line.now = narrow(1000)
  follower.start()
  await vi.waitUntil(() => shown.at(-1)?.bitrateKbps === 800, { ...waiting, message: 'the change' })
  const before = viewer.units.length
  await vi.waitUntil(() => viewer.units.length >= before + 10, { ...waiting, message: 'pictures' })
  expect(statistics).toMatchObject({ liveBitrates: [800], wishes: [{ width: 640 }] })
  expect(shown.some(({ changingSince }) => changingSince !== null)).toBe(false)
  expect(lost).toEqual([])
})

test('the demo’s encoder makes as much of a moving picture as its rate allows, also of one that changes', () => {
  const size = { width: 320, height: 180 }
  const encoder = new H264Encoder({
    ...{ ...size, sourceWidth: size.width, sourceHeight: size.height },
    ...{ fps: 30, bitrateKbps: 4000 },
  })
  let seed = 1
  const second = (): number => {
    let bytes = 0
    for (let frame = 0; frame < 30; frame++) {
      const { picture } = encoder.sourcePicture()
      // Noise that changes: more than any rate.
      for (let at = 0; at < picture.length; at++) {
        seed = (seed * 48_271) % 2_147_483_647
        picture[at] = seed & 0xff
      }
      for (const data of encoder.encode(frame === 0)) bytes += data.length
    }
    return (bytes * 8) / 1000
  }
  try {
    second()
    const high = second()
    encoder.setBitrate(1500)
    second()
    const low = second()
    expect(high / low).toBeGreaterThan(2)
  } finally {
    encoder.close()
  }
})
