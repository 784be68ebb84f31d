/** Whole streams through link process, jump host, node and relay, over real sshd. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { askHost } from '../../../src-main/protocols/gamestream/transport.ts'
import type { StreamSession, StreamStart } from '../../../src-main/protocols/native.ts'
import { encodeInput } from '../../../src-main/shared/stream-input.ts'
import { reachThroughLink, type HostThroughLink } from './host-through-link.ts'
import { survivesStall } from './link-stall.ts'
import { startRunningHost, type RunningHost } from '../../support/running-host.ts'
import { arrived, frameNumbers, watchStream, type WatchedStream } from '../../support/watched-stream.ts'

/** The smallest bound that the relay takes: a stall shows soon. */
const maximumUnacknowledgedBytes = 64 * 1024
let site: RunningHost
let through: HostThroughLink
let session: StreamSession | null = null
beforeAll(async () => {
  site = await startRunningHost({ fps: 60 })
  through = await reachThroughLink(site, { maximumUnacknowledgedBytes })
})
afterEach(async () => {
  await session?.stop()
  session = null
  site.host.dropVideo(null)
  await through.cancel()
})
afterAll(async () => {
  await through.dispose()
  await site.dispose()
})

async function start(options: StreamStart): Promise<WatchedStream> {
  const stream = await watchStream(options)
  session = stream.session
  through.onKeyFrameWanted(() => stream.session.requestKeyFrame())
  return stream
}

describe.each([{ encryptedRtsp: true }, { encryptedRtsp: false }])(
  'with encrypted RTSP: $encryptedRtsp',
  (options) => {
    test('all frames arrive, in order, the first a key frame', async () => {
      const launched = await through.launch(options)
      expect(launched.rtspSessionUrl).toMatch(options.encryptedRtsp ? /^rtspenc:/ : /^rtsp:/)
      const stream = await start(launched)
      await arrived(stream, 90)
      expect(stream.frames[0]?.keyFrame).toBe(true)
      const { seen, unbroken } = frameNumbers(stream)
      expect(seen).toEqual(unbroken)
      expect(stream.session.statistics().framesDropped).toBe(0)
      const facts = await through.facts()
      expect(facts).toMatchObject({ droppedFrames: 0 })
      expect(facts.receivedBytes).toBeGreaterThan(90 * 1000)
      expect(facts.unacknowledgedBytes).toBeLessThan(maximumUnacknowledgedBytes)
      await vi.waitUntil(async () => (await through.facts()).roundTripMs !== null, {
        timeout: 30_000,
        message: 'the round trip is measured',
      })
    })

    test('input and requests for a key frame reach the host', async () => {
      const stream = await start(await through.launch(options))
      await arrived(stream, 2)
      const { inputs, keyFrames } = site.host.statistics
      expect(
        stream.session.sendInput(
          Buffer.from(encodeInput([{ kind: 'position', x: 10, y: 20, width: 640, height: 360 }])),
        ),
      ).toBe(1)
      stream.session.requestKeyFrame()
      await vi.waitUntil(
        () => site.host.statistics.inputs === inputs + 1 && site.host.statistics.keyFrames > keyFrames,
        { timeout: 30_000, message: 'both' },
      )
    })
  },
)

test('several links to one host run side by side, each with sockets and ports of its own', async () => {
  const { client } = through.link
  const ports = { address: '127.0.0.1', ...site.host.ports }
  const other = await client.request('open-relay', {
    hopId: null,
    ports,
    maximumUnacknowledgedBytes,
    deadlineMs: 30_000,
  })
  const all = [
    ...Object.values(through.local),
    ...Object.values(other.local),
    ...Object.values(site.host.ports),
  ]
  expect(new Set(all).size).toBe(all.length)
  for (const { http } of [through.local, other.local]) {
    expect((await askHost(http, { path: '/serverinfo' }, null)).body).toContain('appversion')
  }
  await client.request('close-relay', { relayId: other.relayId })
  await expect(askHost(other.local.http, { path: '/serverinfo' }, null)).rejects.toThrow()
})

test('parity stays on the node: nothing that the channel makes useless is carried', async () => {
  let sent = 0
  site.host.dropVideo((datagram) => {
    sent += datagram.length
    return false
  })
  const stream = await start(await through.launch())
  const before = (await through.facts()).receivedBytes
  sent = 0
  await arrived(stream, stream.frames.length + 60)
  expect((await through.facts()).receivedBytes - before).toBeLessThan(sent)
})

test('a stall drops whole frames, then a key frame brings the picture back', async () => {
  await survivesStall(site, through, await start(await through.launch()))
})

test('a network that loses most frames is reported, and its end, too', async () => {
  const stream = await start(await through.launch())
  await arrived(stream, 10)
  let datagrams = 0
  site.host.dropVideo(() => datagrams++ % 10 !== 0)
  await vi.waitUntil(() => stream.quality.at(-1) === 1, { timeout: 60_000, message: 'it is poor' })
  site.host.dropVideo(null)
  await vi.waitUntil(() => stream.quality.at(-1) === 0, { timeout: 60_000, message: 'it is good again' })
})

test('a second stream on the same link is latched again', async () => {
  const first = await start(await through.launch())
  await arrived(first, 5)
  await first.session.stop()
  const second = await start(await through.launch())
  await arrived(second, 30)
  const { seen, unbroken } = frameNumbers(second)
  expect(seen).toEqual(unbroken)
})
