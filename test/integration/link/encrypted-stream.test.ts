/** Encrypted video through a link, from a host that offers it: the relay reads no more of it than the number of the frame. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { reachThroughLink, type HostThroughLink } from './host-through-link.ts'
import { survivesStall } from './link-stall.ts'
import { startRunningHost, type RunningHost } from '../../support/running-host.ts'
import { arrived, frameNumbers, watchStream, type WatchedStream } from '../../support/watched-stream.ts'

let site: RunningHost
let through: HostThroughLink
beforeAll(async () => {
  site = await startRunningHost({ fps: 60, encryptionMode: 1 })
  through = await reachThroughLink(site, { maximumUnacknowledgedBytes: 64 * 1024 })
})
afterAll(async () => {
  await through.dispose()
  await site.dispose()
})

async function start(): Promise<WatchedStream> {
  const stream = await watchStream(await through.launch())
  onTestFinished(async () => {
    await stream.session.stop()
    site.host.dropVideo(null)
    await through.cancel()
  })
  return stream
}

test('every datagram of the video is sealed, and all frames arrive', async () => {
  let [sealed, clear] = [0, 0]
  site.host.dropVideo((datagram) => {
    // The twelfth byte of the IV in front of a sealed datagram.
    if (datagram[11] === 'V'.charCodeAt(0)) sealed++
    else clear++
    return false
  })
  const stream = await start()
  await arrived(stream, 90)
  const { seen, unbroken } = frameNumbers(stream)
  expect(seen).toEqual(unbroken)
  expect(stream.session.statistics().framesDropped).toBe(0)
  expect(sealed).toBeGreaterThan(90)
  expect(clear).toBe(0)
  expect((await through.facts()).droppedFrames).toBe(0)
})

test('a stall drops whole frames, then a key frame brings the picture back', async () => {
  await survivesStall(site, through, await start())
})
