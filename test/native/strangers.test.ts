/** Datagrams of others for the library's sockets while a stream runs: a picture that is disturbed at most, here not even that. */
import { createSocket } from 'node:dgram'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { encodeInput } from '../../src-main/shared/stream-input.ts'
import { portsOf } from '../support/listening-ports.ts'
import { startRunningHost } from '../support/running-host.ts'
import { arrived, frameNumbers, watchStream } from '../support/watched-stream.ts'

/** ENet's DISCONNECT for the client's only peer: two bits of its number are the session's, all of which are tried. */
const disconnects = [0, 1, 2, 3].map((session) => {
  const datagram = Buffer.alloc(10)
  datagram.writeUInt16BE(session << 12)
  // Unsequenced, on the channel of the peer itself.
  datagram[2] = 4 | 0x40
  datagram[3] = 0xff
  return datagram
})

/** A whole frame in one clear datagram, as the host sends them (RTP, then NV_VIDEO_PACKET): the next one after `last`. */
function nextPicture(last: Buffer): Buffer {
  const datagram = Buffer.alloc(last.length, 0x41)
  last.copy(datagram, 0, 0, 32)
  datagram.writeUInt16BE((last.readUInt16BE(2) + 1) & 0xffff, 2)
  datagram.writeUInt32LE(last.readUInt32LE(16) + 256, 16)
  datagram.writeUInt32LE(last.readUInt32LE(20) + 1, 20)
  // Picture data, start and end of a frame; one data shard without parity; the header of a P frame.
  datagram[24] = 7
  datagram.writeUInt32LE(1 << 22, 28)
  Buffer.from([1, 0, 0, 1, 0, 4, 0, 0]).copy(datagram, 32)
  return datagram
}

const modes = [
  ['clear', 0],
  ['encrypted', 1],
] as const

describe.each(modes)('a stream with %s video', (_name, encryptionMode) => {
  test('is not touched by datagrams of others', async () => {
    await using stack = new AsyncDisposableStack()
    const site = await startRunningHost({ fps: 60, encryptionMode })
    stack.defer(() => site.dispose())
    let last: Buffer | null = null
    site.host.dropVideo((datagram) => {
      last = Buffer.from(datagram)
      return false
    })
    const before = new Set(portsOf([process.pid]).map(({ port }) => port))
    const stream = await watchStream(await site.launch())
    stack.defer(() => stream.session.stop())
    await arrived(stream, 10)
    const ports = portsOf([process.pid])
      .filter(({ protocol, port }) => protocol === 'udp' && !before.has(port))
      .map(({ port }) => port)
    expect(ports).toHaveLength(3)
    // The kernel does not say whose a datagram is: one of the same user is as good.
    const stranger = createSocket('udp4')
    stack.defer(() => void stranger.close())
    const { inputs } = site.host.statistics
    const count = stream.frames.length
    for (let round = 0; round < 60; round++) {
      for (const datagram of [...disconnects, ...(last ? [nextPicture(last)] : [])])
        for (const port of ports) stranger.send(datagram, port, '127.0.0.1')
      await delay(10)
    }
    await arrived(stream, count + 60)
    const { seen, unbroken } = frameNumbers(stream)
    expect(seen).toEqual(unbroken)
    expect(stream.session.statistics().framesDropped).toBe(0)
    stream.session.sendInput(
      Buffer.from(encodeInput([{ kind: 'position', x: 1, y: 2, width: 640, height: 360 }])),
    )
    await vi.waitUntil(() => site.host.statistics.inputs > inputs, {
      timeout: 30_000,
      message: 'input arrives',
    })
  })
})
