/** The demo's host sends sound: looked at by a client that shares nothing with the product's library, and decoded. */
import { createDecipheriv } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { AV_CHANNEL_ORDER_NATIVE, AV_CODEC_ID_OPUS, Codec, CodecContext, Frame, Packet } from 'node-av'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createIdentity, type ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { multiply } from '../../support/depacketizer.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import { handshake, launch, nvhttp, startRawStream, type RawStream } from './raw-stream.ts'
import { pairByRecordedUser } from './recorded-user.ts'

let running: DesktopHost
let identity: ClientIdentity
let stream: RawStream
let sound: Socket

beforeAll(async () => {
  running = await startDesktopHost({ encryptionMode: 1 })
  identity = await createIdentity()
  await pairByRecordedUser(running.host, identity)
})
afterAll(() => running.dispose())
afterEach(async () => {
  stream.control.disconnect()
  await vi.waitUntil(
    async () => ((await nvhttp(running.host, identity, '/cancel')).includes('<cancel>1') ? true : null),
    { timeout: 30_000, message: 'the app ends' },
  )
  stream.close()
  await new Promise<void>((resolve) => sound.close(resolve))
})

/** Samples of silence in an Opus packet, for each of two channels; null where anything is heard, or it is no packet. */
function silentSamples(opus: Buffer): number | null {
  const codec = Codec.findDecoder(AV_CODEC_ID_OPUS)
  if (!codec) throw new Error('FFmpeg has no Opus decoder')
  const context = new CodecContext()
  context.allocContext3(codec)
  context.sampleRate = 48_000
  context.channelLayout = { order: AV_CHANNEL_ORDER_NATIVE, nbChannels: 2, mask: 3n }
  const packet = new Packet()
  const frame = new Frame()
  try {
    if (context.open2Sync(codec, null) < 0) throw new Error('the Opus decoder does not open')
    packet.alloc()
    frame.alloc()
    packet.data = opus
    if (context.sendPacketSync(packet) < 0 || context.receiveFrameSync(frame) < 0) return null
    const planes = frame.data ?? []
    const silent = planes.length === 2 && planes.every((plane) => plane.every((byte) => byte === 0))
    return silent ? frame.nbSamples : null
  } finally {
    packet.free()
    frame.free()
    context.freeContext()
  }
}

interface Options {
  /** Bits of x-nv-general.featureFlags and x-ss-general.encryptionEnabled that the client sets. */
  features: number
  encryption: number
  packetMs: number
}

/** Datagrams of the sound socket, from the first on, until there are `count` of them. */
async function listen(count: number, { features, encryption, packetMs }: Options) {
  const launched = await launch(running.host, identity)
  const answers = await handshake(running.host, launched, (_name, request) =>
    request
      .replace(/featureFlags:1\d\d /, `featureFlags:${features} `)
      .replace(/encryptionEnabled:\d+ /, `encryptionEnabled:${encryption} `)
      .replace(/packetDuration:\d+ /, `packetDuration:${packetMs} `),
  )
  stream = await startRawStream(running.host, launched, answers)
  const datagrams: Buffer[] = []
  sound = createSocket('udp4')
  sound.on('message', (bytes) => datagrams.push(bytes))
  sound.send(`${answers.pingPayload}\0\0\0\x01`, running.host.ports.audio, '127.0.0.1')
  await vi.waitUntil(() => (datagrams.length >= count ? true : null), {
    timeout: 30_000,
    message: `${count} datagrams`,
  })
  return { key: launched.key, datagrams: datagrams.slice(0, count) }
}

/** The session's key number in `launch`. */
const keyId = -7
function open(key: Buffer, sequence: number, bytes: Buffer): Buffer {
  const start = Buffer.alloc(16)
  start.writeInt32BE(keyId + sequence)
  const decipher = createDecipheriv('aes-128-cbc', key, start)
  return Buffer.concat([decipher.update(bytes), decipher.final()])
}

test.each([
  ['in clear', { features: 135, encryption: 1, packetMs: 5 }, false],
  ['encrypted by the flag of sound alone', { features: 167, encryption: 1, packetMs: 5 }, true],
  ['encrypted by the list of streams alone', { features: 135, encryption: 5, packetMs: 5 }, true],
  ['in packets of 10 ms', { features: 135, encryption: 1, packetMs: 10 }, false],
])('%s: blocks of four packets with two of parity', async (_how, options, encrypted) => {
  const { key, datagrams } = await listen(24, options)
  for (let block = 0; block < 4; block++) {
    const base = block * 4
    const six = datagrams.slice(block * 6, block * 6 + 6)
    const data = six.slice(0, 4)
    data.forEach((datagram, index) => {
      const sequence = base + index
      expect([datagram[0], datagram[1]]).toEqual([0x80, 97])
      expect(datagram.readUInt16BE(2)).toBe(sequence)
      expect(datagram.readUInt32BE(4)).toBe(sequence * options.packetMs)
      expect(datagram.readUInt32BE(8)).toBe(0)
      const payload = datagram.subarray(12)
      const opus = encrypted ? open(key, sequence, payload) : payload
      expect(opus).toHaveLength(options.packetMs * 12)
      expect(silentSamples(opus)).toBe(options.packetMs * 48)
    })
    six.slice(4).forEach((datagram, shard) => {
      expect([datagram[0], datagram[1], datagram.readUInt16BE(2)]).toEqual([0x80, 127, base + 4 + shard])
      expect([datagram[12], datagram[13], datagram.readUInt16BE(14)]).toEqual([shard, 97, base])
      expect([datagram.readUInt32BE(16), datagram.readUInt32BE(20)]).toEqual([base * options.packetMs, 0])
      const row = shard === 0 ? [0x77, 0x40, 0x38, 0x0e] : [0xc7, 0xa7, 0x0d, 0x6c]
      const parity = Buffer.from(data[0]!.subarray(12)).map((_, at) =>
        row.reduce((sum, factor, index) => sum ^ multiply(factor, data[index]![12 + at]!), 0),
      )
      expect(datagram.subarray(24).toString('hex')).toBe(Buffer.from(parity).toString('hex'))
    })
  }
})
