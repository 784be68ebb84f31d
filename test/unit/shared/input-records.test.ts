/** Input records of a page: whatever is not as specified is refused as a whole. */
import { expect, test } from 'vitest'
import { decodeInput, turnHorizontalWheel } from '../../../src-main/shared/stream-input.ts'

/** One record from its fields: kind, action, code, four numbers. */
function record(kind: number, action = 0, code = 0, ...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt8(kind, 0)
  bytes.writeUInt8(action, 1)
  bytes.writeUInt16LE(code, 2)
  numbers.forEach((number, index) => bytes.writeInt16LE(number, 4 + 2 * index))
  return bytes
}
const move = record(3, 0, 0, 1, -1)

test('256 records are taken, one more is too many', () => {
  expect(decodeInput(Buffer.concat(Array<Buffer>(256).fill(move)))).toHaveLength(256)
  expect(decodeInput(Buffer.concat(Array<Buffer>(257).fill(move)))).toBeNull()
})

test.each<[string, Buffer]>([
  ['the last key', record(1, 1, 255, 15)],
  ['a pointer in an area', record(2, 0, 0, 5, 6, 1, 1)],
  ['the fifth button', record(4, 1, 5)],
  ['a wheel', record(5, 0, 0, -120, 120)],
])('%s is read', (_what, bytes) => expect(decodeInput(bytes)).toHaveLength(1))

test('F7: the horizontal wheel can be turned; nothing else is touched', () => {
  const records = (horizontal: number): Buffer =>
    Buffer.concat([record(3, 0, 0, 1, -1), record(5, 0, 0, -120, horizontal), record(1, 1, 65, 7), record(5)])
  for (const [horizontal = 0, turned = 0] of [
    [120, -120],
    [-30, 30],
    [-32768, 32767],
    [0, 0],
  ]) {
    const payload = records(horizontal)
    turnHorizontalWheel(payload)
    expect(payload).toEqual(records(turned))
  }
})

test.each<[string, Buffer]>([
  ['a key beyond 255', record(1, 1, 256)],
  ['a modifier that there is not', record(1, 1, 65, 16)],
  ['negative modifiers', record(1, 1, 65, -1)],
  ['an area without width', record(2, 0, 0, 5, 6, 0, 1)],
  ['an area without height', record(2, 0, 0, 5, 6, 1, 0)],
  ['a negative area', record(2, 0, 0, 5, 6, -1, 1)],
  ['button 0', record(4, 1, 0)],
  ['button 6', record(4, 1, 6)],
  ['a third action', record(1, 2, 65)],
  ['kind 0', record(0)],
  ['kind 6', record(6)],
  ['half a record', move.subarray(0, 6)],
  ['a sound one and half a record', Buffer.concat([move, move.subarray(0, 11)])],
  ['a sound one before an unsound one', Buffer.concat([move, record(4, 1, 6)])],
])('%s: nothing of the message is used', (_what, bytes) => expect(decodeInput(bytes)).toBeNull())
