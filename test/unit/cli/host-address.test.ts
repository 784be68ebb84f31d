/** What the options of `vizlink connect --host` say about the way. */
import { expect, test } from 'vitest'
import { parseHostAddress } from '../../../src-main/cli/host-address.ts'

const hopsOf = (ssh: string, hostKey: string[] = []) =>
  parseHostAddress({ host: '127.0.0.1:47989', ssh, hostKey }).hops

test.each([
  ['ada@login', 'ada', 'login', 22],
  ['first.last@login:2222', 'first.last', 'login', 2222],
  ['user@domain@login', 'user@domain', 'login', 22],
  ['DOMAIN\\user@login', 'DOMAIN\\user', 'login', 22],
  ['4711@login', '4711', 'login', 22],
])('B14 %s', (text, user, address, port) => expect(hopsOf(text)).toMatchObject([{ user, address, port }]))

test.each(['@login', '-l@login', 'a b@login', "a'b@login", 'ada@', 'ada@login:0'])('%s is refused', (text) =>
  expect(() => hopsOf(text)).toThrow('option-user-at-host'),
)

test('a host key as ssh-keyscan prints it', () => {
  expect(hopsOf('ada@login', ['login ssh-ed25519 AAAA'])[0]?.hostKeys).toEqual(['ssh-ed25519 AAAA'])
})
