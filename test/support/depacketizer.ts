/**
 * Video datagrams back into frames, written for the tests alone: neither the site's packetizer nor the library is used, so
 * that a mistake in one of them does not hide itself. Works on all datagrams of a frame at once; arithmetic is slow and plain.
 */
import { createDecipheriv } from 'node:crypto'

const headerSize = 32

export interface Shard {
  sequence: number
  timestamp: number
  streamIndex: number
  frame: number
  flags: number
  block: number
  lastBlock: number
  percentage: number
  index: number
  dataCount: number
  bytes: Buffer
}

/** Reads the fixed fields of one datagram in clear. */
export function readShard(bytes: Buffer): Shard {
  const info = bytes.readUInt32LE(28)
  return {
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    streamIndex: bytes.readUInt32LE(16) >>> 8,
    frame: bytes.readUInt32LE(20),
    flags: bytes[24] ?? 0,
    block: ((bytes[27] ?? 0) >> 4) & 3,
    lastBlock: (bytes[27] ?? 0) >> 6,
    percentage: (info >>> 4) & 0xff,
    index: (info >>> 12) & 0x3ff,
    dataCount: info >>> 22,
    bytes,
  }
}

/** Takes the 32-byte prefix of an encrypted datagram off; throws if key or bytes are wrong. */
export function openVideo(key: Buffer, datagram: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-gcm', key, datagram.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(datagram.subarray(16, 32))
  return Buffer.concat([decipher.update(datagram.subarray(32)), decipher.final()])
}

/** Product in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1, bit by bit. */
export function multiply(left: number, right: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product & 0x80 ? 0x11d : 0)
    if ((right >> bit) & 1) product ^= left
  }
  return product
}

function inverse(value: number): number {
  for (let candidate = 1; candidate < 256; candidate++) if (multiply(value, candidate) === 1) return candidate
  throw new Error('zero has no inverse')
}

function addMultiple(target: Buffer, source: Buffer, factor: number): void {
  const table = Uint8Array.from({ length: 256 }, (_, value) => multiply(factor, value))
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) ^ (table[source[at] ?? 0] ?? 0)
}

/**
 * The data shards of one FEC block, missing ones rebuilt from parity by Gaussian elimination.
 * @param present shards by their index; parity follows data
 * @returns null where too many are missing
 */
export function rebuildBlock(
  present: ReadonlyMap<number, Buffer>,
  dataCount: number,
  parityCount: number,
): Buffer[] | null {
  const missing = Array.from({ length: dataCount }, (_, index) => index).filter(
    (index) => !present.has(index),
  )
  const equations: { factors: number[]; sum: Buffer }[] = []
  for (let row = 0; row < parityCount && equations.length < missing.length; row++) {
    const parity = present.get(dataCount + row)
    if (!parity) continue
    const coefficient = (column: number): number => inverse((parityCount + column) ^ row)
    const sum = Buffer.from(parity)
    for (let column = 0; column < dataCount; column++) {
      const shard = present.get(column)
      if (shard) addMultiple(sum, shard, coefficient(column))
    }
    equations.push({ factors: missing.map(coefficient), sum })
  }
  if (equations.length < missing.length) return null
  missing.forEach((_, pivot) => {
    const at = equations.findIndex(({ factors }, row) => row >= pivot && factors[pivot] !== 0)
    const [chosen] = equations.splice(at, 1)
    if (!chosen) throw new Error('the matrix is singular')
    equations.splice(pivot, 0, chosen)
    const scale = inverse(chosen.factors[pivot] ?? 0)
    chosen.factors = chosen.factors.map((factor) => multiply(factor, scale))
    const scaled = Buffer.alloc(chosen.sum.length)
    addMultiple(scaled, chosen.sum, scale)
    chosen.sum = scaled
    for (const other of equations) {
      const factor = other.factors[pivot] ?? 0
      if (other === chosen || factor === 0) continue
      other.factors = other.factors.map(
        (value, column) => value ^ multiply(factor, chosen.factors[column] ?? 0),
      )
      addMultiple(other.sum, chosen.sum, factor)
    }
  })
  return Array.from(
    { length: dataCount },
    (_, index) => present.get(index) ?? equations[missing.indexOf(index)]?.sum ?? Buffer.alloc(0),
  )
}

export interface RebuiltFrame {
  frame: number
  /** 1 picture that refers to earlier ones, 2 key frame. */
  type: number
  timestamp: number
  /** The encoded frame without the padding of its last shard. */
  exact: Buffer
  /** The encoded frame with that padding, as moonlight-common-c hands it on. */
  padded: Buffer
}

/** Rebuilds every frame of `datagrams` (in clear), by frame number; null for a frame that cannot be rebuilt. */
export function rebuildFrames(datagrams: readonly Buffer[]): Map<number, RebuiltFrame | null> {
  const frames = new Map<number, Shard[]>()
  for (const shard of datagrams.map(readShard)) {
    frames.set(shard.frame, [...(frames.get(shard.frame) ?? []), shard])
  }
  return new Map([...frames].map(([frame, shards]) => [frame, rebuildFrame(frame, shards)]))
}

function rebuildFrame(frame: number, shards: readonly Shard[]): RebuiltFrame | null {
  const payload: Buffer[] = []
  for (let block = 0; block <= (shards[0]?.lastBlock ?? 0); block++) {
    const own = shards.filter((shard) => shard.block === block)
    const first = own[0]
    if (!first) return null
    const parityCount = Math.ceil((first.dataCount * first.percentage) / 100)
    const present = new Map(own.map((shard) => [shard.index, shard.bytes.subarray(headerSize)]))
    const data = rebuildBlock(present, first.dataCount, parityCount)
    if (!data) return null
    payload.push(...data)
  }
  const content = Buffer.concat(payload)
  const used = content.readUInt16LE(4)
  const padding = (payload[0]?.length ?? 0) - used
  return {
    frame,
    type: content[3] ?? 0,
    timestamp: shards[0]?.timestamp ?? 0,
    exact: content.subarray(8, content.length - padding),
    padded: content.subarray(8),
  }
}
