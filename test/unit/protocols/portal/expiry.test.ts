import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { expiryOf } from '../../../../src-main/protocols/portal/auth.ts'

const token = (claims: string): string => `h.${Buffer.from(claims).toString('base64url')}.s`

test.each<[string, number | null]>([
  [token('{"sub":"alice","exp":1795466167}'), 1795466167000],
  [token('{"exp":"1795466167"}'), 1795466167000],
  [token('{"exp":1795466167.25}'), 1795466167250],
  [token('{"exp":NaN}'), null],
  [token('{"exp":1e300}'), null],
  [token('{"sub":"alice"}'), null],
  [token('null'), null],
  [token('{'), null],
  ['no token', null],
  ['..', null],
  ['', null],
])('expiryOf(%j)', (text, expected) => expect(expiryOf(text)).toBe(expected))

test('never throws', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      for (const one of [text, token(text)]) expect(['number', 'object']).toContain(typeof expiryOf(one))
    }),
  )
})
