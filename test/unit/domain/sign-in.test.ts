/** What a portal says about its sign-in, and what is made of it. */
import { describe, expect, test } from 'vitest'
import { decideSignIn, pastedToken } from '../../../src-main/domain/sign-in.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'

const origin = 'https://portal.example'
const decide = (login_url: string, sso_type = 'saml', sso_enabled = true) =>
  decideSignIn({ sso_enabled, sso_type, login_url }, [origin, 'https://auth.example:4430'])

describe('decideSignIn', () => {
  test('without single sign-on the type does not matter', () => {
    expect(decide('https://evil.example/', 'saml', false)).toEqual({ kind: 'test' })
  })

  test.each([
    ['/auth/saml/login', 'https://auth.example:4430/auth/saml/login'],
    ['https://portal.example/auth/saml/login?x=1', 'https://portal.example/auth/saml/login?x=1'],
    ['https://PORTAL.example:443/a/../b', 'https://portal.example/b'],
  ])('%s is opened', (address, href) => {
    for (const type of ['saml', 'oidc'])
      expect(decide(address, type)).toEqual({ kind: 'browser', url: new URL(href) })
  })

  test.each([
    'https://evil.example/auth/saml/login',
    '//evil.example/auth',
    '\\\\evil.example\\auth',
    'https://portal.example@evil.example/',
    'https://user@portal.example/',
    'https://portal.example.evil.example/',
    'https://portal.example:8443/',
    'http://portal.example/auth',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,x',
    'https://[',
  ])('%j is not', (address) => {
    expect(decide(address)).toMatchObject({
      kind: 'token',
      why: asText('desktop.ask.foreignPage'),
    })
  })

  test.each([
    ['/auth/saml/login', 'https://hub.example/hpc/auth/saml/login'],
    ['/hpc/auth/saml/login', 'https://hub.example/hpc/auth/saml/login'],
    ['https://hub.example/auth/saml/login', 'https://hub.example/auth/saml/login'],
  ])('at a portal below a path, %s is opened there', (login_url, href) => {
    const says = { sso_enabled: true, sso_type: 'saml', login_url }
    expect(decideSignIn(says, ['https://hub.example', 'https://hub.example/hpc'])).toEqual({
      kind: 'browser',
      url: new URL(href),
    })
  })

  test('an unknown type is named, without what could break a line', () => {
    expect(decide('/x', 'ldap\n<b>')).toEqual({
      kind: 'token',
      why: asText('desktop.ask.unknownSignIn', { type: 'ldapb' }),
    })
    expect(decide('/x', '\u202e')).toMatchObject({ why: { values: { type: 'no name' } } })
  })
})

test.each([
  ['  abc.def.ghi \n', 'abc.def.ghi'],
  ['Bearer abc.def.ghi', 'abc.def.ghi'],
  ['http://localhost:4431/auth/callback?token=abc.def.ghi', 'abc.def.ghi'],
  ['http://localhost:4431/auth/callback?token=abc.def.ghi&x=1#y', 'abc.def.ghi'],
  ['http://localhost:4431/auth/callback', 'http://localhost:4431/auth/callback'],
  ['', ''],
  ['abc.d\nef.\r\n  ghi', 'abc.def.ghi'],
  ['\ufeffabc.def\u200b.ghi', 'abc.def.ghi'],
  ['"abc.def.ghi",', 'abc.def.ghi'],
  ['\u201cabc.def.ghi\u201d', 'abc.def.ghi'],
  ['{"token": "abc.def.ghi", "user": {"username": "ada"}}', 'abc.def.ghi'],
  ['Authorization: Bearer abc.def\n.ghi', 'abc.def.ghi'],
  ['http://localhost:4431/auth/call\nback?token=abc.def\n.ghi', 'abc.def.ghi'],
])('%j pasted', (text, token) => expect(pastedToken(text)).toBe(token))
