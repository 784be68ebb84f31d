/** The recorded H.264 stream as access units. */
import { readFileSync } from 'node:fs'

export interface AccessUnit {
  keyFrame: boolean
  data: Uint8Array
}

const path = new URL('../fixtures/stream/h264-720p30-clear.h264', import.meta.url)

/** 126 units of 1280x720; a unit starts at a 4-byte start code before a parameter set or a slice. */
export function readRecordedStream(): AccessUnit[] {
  const bytes = readFileSync(path)
  const starts: { at: number; keyFrame: boolean }[] = []
  for (let at = bytes.indexOf('00000001', 0, 'hex'); at >= 0; at = bytes.indexOf('00000001', at + 4, 'hex')) {
    const type = (bytes[at + 4] ?? 0) & 31
    if (type === 7 || type === 1) starts.push({ at, keyFrame: type === 7 })
  }
  return starts.map(({ at, keyFrame }, index) => ({
    keyFrame,
    data: new Uint8Array(bytes.subarray(at, starts[index + 1]?.at ?? bytes.length)),
  }))
}

/** Every NAL unit of a type in an access unit, with its header byte. */
export function nalUnits(unit: Uint8Array, type: number): Uint8Array[] {
  const bytes = Buffer.from(unit)
  const found: Uint8Array[] = []
  for (let at = bytes.indexOf('000001', 0, 'hex'); at >= 0;) {
    const next = bytes.indexOf('000001', at + 3, 'hex')
    let end = next < 0 ? bytes.length : next
    while (next >= 0 && bytes[end - 1] === 0) end--
    if (((bytes[at + 3] ?? 0) & 31) === type) found.push(new Uint8Array(bytes.subarray(at + 3, end)))
    at = next
  }
  return found
}
