/** Cuts encoded frames into GameStream video datagrams with parity. Layout: one header of 32 bytes, then payload. */
import { createCipheriv } from 'node:crypto'
import { encodeParity } from './reed-solomon.ts'

const frameHeaderSize = 8
const maximumBlocks = 4
const flagPicture = 1
const flagEndOfFrame = 2
const flagStartOfFrame = 4

export interface PacketizerOptions {
  /** The client's packetSize: bytes of a shard without the first 16 of its header. */
  packetSize: number
  /** Parity in per cent of data shards; 0 switches it off. */
  fecPercentage: number
  minimumParity: number
  /** AES-128 key when video is encrypted, else null. */
  key: Buffer | null
}

/** Numbers that run through the whole stream. */
export class Packetizer {
  private sequence = 0
  private streamIndex = 0
  private frameIndex = 0
  private cipherCounter = 0n
  private readonly options: PacketizerOptions

  constructor(options: PacketizerOptions) {
    this.options = options
  }

  /** Index of the latest frame; the first is 1 (a client refuses 0). */
  get frame(): number {
    return this.frameIndex
  }

  /**
   * Datagrams of one frame, in the order in which they are sent.
   * @param timestamp 90 kHz capture time
   */
  packetize(frame: Uint8Array, keyFrame: boolean, timestamp: number): Buffer[] {
    this.frameIndex++
    const payloadSize = this.options.packetSize - 16
    const header = Buffer.alloc(frameHeaderSize)
    header[0] = 0x01
    header[3] = keyFrame ? 2 : 1
    header.writeUInt16LE((frameHeaderSize + frame.length) % payloadSize || payloadSize, 4)
    const content = Buffer.concat([header, frame])
    const shards = Math.ceil(content.length / payloadSize)
    const { count, percentage } = this.blocks(shards)
    const perBlock = Math.ceil(shards / count)
    const datagrams: Buffer[] = []
    for (let block = 0; block < count; block++) {
      const from = block * perBlock
      const upTo = Math.min(shards, from + perBlock)
      datagrams.push(...this.block(content, from, upTo, block, count, percentage, timestamp))
    }
    return this.options.key ? datagrams.map((datagram) => this.encrypt(datagram)) : datagrams
  }

  /** How many FEC blocks a frame needs and whether parity fits. */
  private blocks(shards: number): { count: number; percentage: number } {
    const percentage = this.options.fecPercentage
    if (percentage === 0) return { count: Math.min(maximumBlocks, Math.ceil(shards / 1023)), percentage: 0 }
    const perBlock = Math.floor(25500 / (100 + percentage))
    const count = Math.ceil(shards / perBlock)
    return count <= maximumBlocks ? { count, percentage } : { count: maximumBlocks, percentage: 0 }
  }

  private block(
    content: Buffer,
    from: number,
    upTo: number,
    block: number,
    blocks: number,
    percentage: number,
    timestamp: number,
  ): Buffer[] {
    const payloadSize = this.options.packetSize - 16
    const size = this.options.packetSize + 16
    const dataCount = upTo - from
    let parityCount = Math.ceil((dataCount * percentage) / 100)
    let announced = percentage
    if (percentage > 0 && parityCount < this.options.minimumParity) {
      parityCount = this.options.minimumParity
      // The client computes the parity count from the percentage, so it must reproduce ours.
      announced = Math.floor((100 * parityCount) / dataCount)
    }
    const data: Buffer[] = []
    for (let index = 0; index < dataCount; index++) {
      const shard = Buffer.alloc(size)
      content.copy(
        shard,
        32,
        (from + index) * payloadSize,
        Math.min(content.length, (from + index + 1) * payloadSize),
      )
      shard.writeUInt32LE(((this.streamIndex + index) << 8) >>> 0, 16)
      shard.writeUInt32LE(this.frameIndex, 20)
      shard[24] =
        flagPicture | (index === 0 ? flagStartOfFrame : 0) | (index === dataCount - 1 ? flagEndOfFrame : 0)
      shard[26] = 0x10
      shard[27] = (block << 4) | ((blocks - 1) << 6)
      data.push(shard)
    }
    const shards = [...data, ...encodeParity(data, parityCount)]
    // After the parity only these fields are written: the client can rebuild exactly them.
    shards.forEach((shard, index) => {
      shard[0] = 0x90
      shard.writeUInt16BE(this.sequence & 0xffff, 2)
      shard.writeUInt32BE(timestamp >>> 0, 4)
      shard.writeUInt32LE(this.frameIndex, 20)
      shard[27] = (block << 4) | ((blocks - 1) << 6)
      shard.writeUInt32LE(((announced << 4) | (index << 12) | (dataCount << 22)) >>> 0, 28)
      this.sequence++
    })
    this.streamIndex += shards.length
    return shards
  }

  /** 32 bytes in front: IV (12), frame number (4), tag (16). */
  private encrypt(datagram: Buffer): Buffer {
    const prefix = Buffer.alloc(32)
    prefix.writeBigUInt64LE(this.cipherCounter++, 0)
    prefix[11] = 'V'.charCodeAt(0)
    prefix.writeUInt32LE(this.frameIndex, 12)
    const cipher = createCipheriv('aes-128-gcm', this.options.key ?? Buffer.alloc(16), prefix.subarray(0, 12))
    const body = Buffer.concat([cipher.update(datagram), cipher.final()])
    cipher.getAuthTag().copy(prefix, 16)
    return Buffer.concat([prefix, body])
  }
}
