/** Input messages of the control stream (type 0206): BE32 size, LE32 kind, body. Every length is checked. */

export type InputEvent =
  | { kind: 'key'; down: boolean; code: number; modifiers: number }
  | { kind: 'move'; dx: number; dy: number }
  | { kind: 'position'; x: number; y: number; width: number; height: number }
  | { kind: 'button'; down: boolean; button: number }
  | { kind: 'scroll'; amount: number }
  | { kind: 'horizontal-scroll'; amount: number }
  | { kind: 'text'; text: string }
  /** Known kinds that this host does nothing with (gamepads, touch, pen, haptics). */
  | { kind: 'ignored' }

const bodySizes = new Map([
  [0x0d, 2],
  [0x0c, 26],
  [0x55000002, 28],
  [0x55000003, 32],
  [0x55000004, 8],
  [0x55000005, 24],
  [0x55000006, 16],
  [0x55000007, 4],
])

/** A place in a picture that has a size. */
function parsePosition(body: Buffer): InputEvent | null {
  const width = body.readInt16BE(6) + 1
  const height = body.readInt16BE(8) + 1
  if (width < 1 || height < 1) return null
  return { kind: 'position', x: body.readInt16BE(0), y: body.readInt16BE(2), width, height }
}

/** Reads one input message's payload; null if malformed or unknown. */
export function parseInput(payload: Buffer): InputEvent | null {
  if (payload.length < 8 || payload.readUInt32BE(0) !== payload.length - 4) return null
  const magic = payload.readUInt32LE(4)
  const body = payload.subarray(8)
  switch (magic) {
    case 3:
    case 4:
      if (body.length !== 6) return null
      return { kind: 'key', down: magic === 3, code: body.readUInt16LE(1) & 0xff, modifiers: body[3] ?? 0 }
    case 7:
      return body.length === 4 ? { kind: 'move', dx: body.readInt16BE(0), dy: body.readInt16BE(2) } : null
    case 5:
      return body.length === 10 ? parsePosition(body) : null
    case 8:
    case 9:
      return body.length === 1 ? { kind: 'button', down: magic === 8, button: body[0] ?? 0 } : null
    case 0x0a:
      return body.length === 6 ? { kind: 'scroll', amount: body.readInt16BE(0) } : null
    case 0x55000001:
      return body.length === 2 ? { kind: 'horizontal-scroll', amount: body.readInt16BE(0) } : null
    case 0x17:
      return body.length >= 1 && body.length <= 32 ? { kind: 'text', text: body.toString('utf8') } : null
    default:
      return bodySizes.get(magic) === body.length ? { kind: 'ignored' } : null
  }
}
