/** Strings of SSH's binary formats: whatever is cut off or too long is none. */
import { expect, test } from 'vitest'
import { typeOfBlob, WireReader, wireString } from '../../../../src-main/protocols/ssh/wire.ts'

test('parts are read in their order, and nothing beyond the end', () => {
  const bytes = Buffer.concat([Buffer.from([9]), wireString(Buffer.from('ab')), Buffer.from([0, 0, 0, 7])])
  const whole = new WireReader(bytes, 1)
  expect([whole.string()?.toString(), whole.number(), whole.number(), whole.string()]).toEqual([
    ...['ab', 7, null, null],
  ])
  for (let length = 1; length < 7; length++) {
    const cut = new WireReader(bytes.subarray(0, length), 1)
    expect([cut.string(), cut.string()]).toEqual([null, null])
  }
  expect(new WireReader(Buffer.from([0xff, 0xff, 0xff, 0xff, 1])).string()).toBeNull()
})

test('a string that is cut off hides what follows', () => {
  const reader = new WireReader(Buffer.from([0, 0, 0, 9, 0, 0, 0, 1, 65]))
  expect([reader.string(), reader.number(), reader.string()]).toEqual([null, null, null])
})

test('the kind of a key', () => {
  expect(typeOfBlob(Buffer.concat([wireString(Buffer.from('ssh-ed25519')), Buffer.alloc(4)]))).toBe(
    'ssh-ed25519',
  )
  for (const none of [
    Buffer.alloc(0),
    Buffer.alloc(3),
    Buffer.from([0, 0, 0, 5, 65]),
    wireString(Buffer.alloc(65)),
  ])
    expect(typeOfBlob(none)).toBe('')
})
