/** Questions of `ssh` as the helper brings them: whole ones are read, everything else is refused. */
import { describe, expect, test } from 'vitest'
import { readQuestion } from '../../../src-main/link-process/askpass.ts'

const question = (...fields: string[]): Buffer => {
  const body = fields.map((field) => `${field}\0`).join('')
  return Buffer.from(`${Buffer.byteLength(body)}\n${body}`)
}
const hostKey = ['host-key', 'target', 'HOSTNAME', '[login.example]:22', 'ssh-ed25519', 'AAAA']

describe('a question', () => {
  test('is read when it is whole', () => {
    const bytes = question('prompt', 'confirm', 'Grüße?')
    for (let length = 0; length < bytes.length; length++)
      expect(readQuestion(bytes.subarray(0, length))).toBeNull()
    expect(readQuestion(bytes)).toEqual({ kind: 'prompt', hint: 'confirm', text: 'Grüße?' })
    expect(readQuestion(question(...hostKey))).toEqual({
      ...{ kind: 'host-key', role: 'target', reason: 'HOSTNAME', name: '[login.example]:22' },
      ...{ type: 'ssh-ed25519', key: 'AAAA' },
    })
  })

  test.each<[string, Buffer]>([
    ['no length', Buffer.from('prompt\0\0a\0')],
    ['a negative length', Buffer.from('-1\nx')],
    ['more than is allowed', Buffer.from('70000\n')],
    ['a length without an end', Buffer.from('123456789')],
    ['more bytes than it says', Buffer.concat([question('prompt', '', 'a'), Buffer.from('b')])],
    ['another kind', question('file', '', 'a')],
    ['another hint', question('prompt', 'yes', 'a')],
    ['a field too many', question('prompt', '', 'a', 'b')],
    ['a name with a newline', question(...hostKey.with(3, 'a\n@cert-authority * ssh-ed25519 AAAA'))],
    ['a name with a blank', question(...hostKey.with(3, 'a b'))],
    ['a key that is no Base64', question(...hostKey.with(5, 'AA AA'))],
  ])('is refused: %s', (_name, bytes) => {
    expect(readQuestion(bytes)).toBeUndefined()
  })
})
