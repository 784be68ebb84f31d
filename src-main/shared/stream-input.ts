/**
 * Input records inside an `input` message of the frame port. Each record is 12 bytes, little endian:
 * u8 kind, u8 action or button, u16 code, i16 a, i16 b, i16 c, i16 d. Positions are absolute in a reference area (c x d).
 */

export const inputRecordSize = 12
/** More records than this in one message are refused. */
export const maximumInputRecords = 256

export type InputRecord =
  /** `code`: Windows virtual key code (GameStream's unit); modifiers: 1 shift, 2 control, 4 alt, 8 meta. */
  | { kind: 'key'; down: boolean; code: number; modifiers: number }
  /** Absolute pointer: x, y inside a reference area of width x height pixels. */
  | { kind: 'position'; x: number; y: number; width: number; height: number }
  /** Relative pointer, pixels. */
  | { kind: 'move'; dx: number; dy: number }
  /** 1 left, 2 middle, 3 right, 4 back, 5 forward. */
  | { kind: 'button'; down: boolean; button: 1 | 2 | 3 | 4 | 5 }
  /** 120 units are one notch; positive is up and right. */
  | { kind: 'scroll'; vertical: number; horizontal: number }

const kinds = { key: 1, position: 2, move: 3, button: 4, scroll: 5 } as const

const clamp16 = (value: number): number => Math.max(-32768, Math.min(32767, Math.round(value)))

/** Packs records into the payload of one input message. */
export function encodeInput(records: readonly InputRecord[]): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(records.length * inputRecordSize)
  const view = new DataView(payload.buffer)
  records.forEach((record, index) => {
    const at = index * inputRecordSize
    const write = (action: number, code: number, a = 0, b = 0, c = 0, d = 0): void => {
      view.setUint8(at, kinds[record.kind])
      view.setUint8(at + 1, action)
      view.setUint16(at + 2, code, true)
      view.setInt16(at + 4, clamp16(a), true)
      view.setInt16(at + 6, clamp16(b), true)
      view.setInt16(at + 8, clamp16(c), true)
      view.setInt16(at + 10, clamp16(d), true)
    }
    if (record.kind === 'key') write(record.down ? 1 : 0, record.code, record.modifiers)
    else if (record.kind === 'position') write(0, 0, record.x, record.y, record.width, record.height)
    else if (record.kind === 'move') write(0, 0, record.dx, record.dy)
    else if (record.kind === 'button') write(record.down ? 1 : 0, record.button)
    else write(0, 0, record.vertical, record.horizontal)
  })
  return payload
}

/** Turns the horizontal wheel in the payload of an input message that is well-formed. */
export function turnHorizontalWheel(payload: Uint8Array): void {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  for (let at = 0; at < payload.byteLength; at += inputRecordSize) {
    if (view.getUint8(at) === kinds.scroll) view.setInt16(at + 6, clamp16(-view.getInt16(at + 6, true)), true)
  }
}

/** Reads the payload of an input message; null if any byte of it is not as specified. */
export function decodeInput(payload: Uint8Array): InputRecord[] | null {
  const count = payload.byteLength / inputRecordSize
  if (!Number.isInteger(count) || count > maximumInputRecords) return null
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const records: InputRecord[] = []
  for (let index = 0; index < count; index++) {
    const at = index * inputRecordSize
    const action = view.getUint8(at + 1)
    const code = view.getUint16(at + 2, true)
    const a = view.getInt16(at + 4, true)
    const b = view.getInt16(at + 6, true)
    const c = view.getInt16(at + 8, true)
    const d = view.getInt16(at + 10, true)
    if (action > 1) return null
    switch (view.getUint8(at)) {
      case kinds.key:
        if (code > 255 || a < 0 || a > 15) return null
        records.push({ kind: 'key', down: action === 1, code, modifiers: a })
        break
      case kinds.position:
        if (c <= 0 || d <= 0) return null
        records.push({ kind: 'position', x: a, y: b, width: c, height: d })
        break
      case kinds.move:
        records.push({ kind: 'move', dx: a, dy: b })
        break
      case kinds.button:
        if (code < 1 || code > 5) return null
        records.push({ kind: 'button', down: action === 1, button: code as 1 | 2 | 3 | 4 | 5 })
        break
      case kinds.scroll:
        records.push({ kind: 'scroll', vertical: a, horizontal: b })
        break
      default:
        return null
    }
  }
  return records
}
