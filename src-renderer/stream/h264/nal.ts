/** NAL units in an Annex B stream, and their emulation prevention bytes (ITU-T H.264 clause 7.3.1 and Annex B). */

export const nalType = { slice: 1, idr: 5, sps: 7, pps: 8 } as const

export interface NalUnit {
  type: number
  /** First byte after the start code. */
  start: number
  /** One past the last byte; zero bytes that belong to the next start code are not included. */
  end: number
}

/** Finds the start code at or after `from`: index of its `00 00 01`, or the length. */
function findStartCode(data: Uint8Array, from: number): number {
  for (let at = from; at + 2 < data.length; at++) {
    if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) return at
  }
  return data.length
}

/** The NAL units before the first slice (parameter sets, SEI, delimiter); slices are long and never scanned. */
export function leadingNalUnits(data: Uint8Array): NalUnit[] {
  const units: NalUnit[] = []
  let code = findStartCode(data, 0)
  while (code < data.length) {
    const start = code + 3
    const type = (data[start] ?? 0) & 31
    if (start >= data.length || (type >= nalType.slice && type <= nalType.idr)) break
    code = findStartCode(data, start)
    let end = code
    while (end > start && data[end - 1] === 0) end--
    units.push({ type, start, end })
  }
  return units
}

/** The payload without emulation prevention bytes: 00 00 03 -> 00 00. */
export function removeEmulationPrevention(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(data.length)
  let length = 0
  let zeros = 0
  for (const byte of data) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    result[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return result.slice(0, length)
}

/** The payload with emulation prevention bytes. */
export function addEmulationPrevention(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const result: number[] = []
  let zeros = 0
  for (const byte of data) {
    if (zeros >= 2 && byte <= 3) {
      result.push(3)
      zeros = 0
    }
    result.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return Uint8Array.from(result)
}
