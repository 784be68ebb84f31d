/**
 * Cuts sound into GameStream audio datagrams: RTP with one Opus packet each, and two parity datagrams behind every four of
 * them. All packets have one size, as Sunshine's have: a client gives up parity where they differ.
 */
import { createCipheriv } from 'node:crypto'
import { multiply } from '../video/reed-solomon.ts'

const dataType = 97
const parityType = 127
const packetsOfBlock = 4
/** GameStream's matrix for 4 data and 2 parity packets; it is not the one of video. */
const matrix = [
  [0x77, 0x40, 0x38, 0x0e],
  [0xc7, 0xa7, 0x0d, 0x6c],
]

export interface SoundOptions {
  /** Length of a packet in ms: what the client announced. */
  packetMs: number
  /** Session key and its number where sound is encrypted, else null. */
  encryption: { key: Buffer; keyId: number } | null
}

function rtpHeader(type: number, sequence: number, timestamp: number): Buffer {
  const header = Buffer.alloc(12)
  header[0] = 0x80
  header[1] = type
  header.writeUInt16BE(sequence & 0xffff, 2)
  header.writeUInt32BE(timestamp >>> 0, 4)
  return header
}

/** Numbers that run through the whole stream. */
export class SoundPacketizer {
  private sequence = 0
  private block: Buffer[] = []
  private readonly options: SoundOptions

  constructor(options: SoundOptions) {
    this.options = options
  }

  /** Datagrams for one Opus packet: itself, and the parity of its block where it is the last of one. */
  packetize(opus: Buffer): Buffer[] {
    const sequence = this.sequence++
    const { packetMs } = this.options
    const payload = this.encrypt(opus, sequence)
    this.block.push(payload)
    // Sound counts milliseconds, not samples.
    const datagrams = [Buffer.concat([rtpHeader(dataType, sequence, sequence * packetMs), payload])]
    if (this.block.length < packetsOfBlock) return datagrams
    const base = sequence - packetsOfBlock + 1
    const block = this.block
    this.block = []
    return [
      ...datagrams,
      ...matrix.map((row, shard) => {
        const head = Buffer.alloc(12)
        head[0] = shard
        head[1] = dataType
        head.writeUInt16BE(base & 0xffff, 2)
        head.writeUInt32BE((base * packetMs) >>> 0, 4)
        const parity = Buffer.from(payload.map((_, at) => parityByte(row, block, at)))
        return Buffer.concat([rtpHeader(parityType, sequence + 1 + shard, 0), head, parity])
      }),
    ]
  }

  /** AES-128-CBC; the start value is the key's number plus the packet's, big endian. */
  private encrypt(opus: Buffer, sequence: number): Buffer {
    const { encryption } = this.options
    if (encryption === null) return opus
    const start = Buffer.alloc(16)
    start.writeUInt32BE((encryption.keyId + (sequence & 0xffff)) >>> 0, 0)
    const cipher = createCipheriv('aes-128-cbc', encryption.key, start)
    return Buffer.concat([cipher.update(opus), cipher.final()])
  }
}

function parityByte(row: readonly number[], block: readonly Buffer[], at: number): number {
  return row.reduce((sum, factor, index) => sum ^ multiply(factor, block[index]?.[at] ?? 0), 0)
}
