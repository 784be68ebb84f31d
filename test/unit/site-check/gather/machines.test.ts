/** Machines are distinguished by their addresses, and what is open on one is read from the kernel's list. */
import { expect, test } from 'vitest'
import { isLoginHost, readSockets } from '../../../../src-main/site-check/gather/machines.ts'

const printed = (text: string) => ({
  lines: [...text.matchAll(/^@@([a-z-]+) ?(.*)$/gm)].map(([, name = '', rest = '']) => ({
    name,
    text: rest,
  })),
})

test.each<[string, string, string, string[], boolean]>([
  ['the same word', 'portal.invalid', 'portal.invalid', [], true],
  ['a name and its address', 'localhost', '127.0.0.1', [], true],
  ['two machines', '127.0.0.1', '127.0.0.2', [], false],
  ['the portal’s address is one of the login host’s own', '192.0.2.7', '127.0.0.1', ['192.0.2.7'], true],
  ['everybody has a loopback', '127.0.0.1', '127.0.0.2', ['127.0.0.1', '192.0.2.7'], false],
  ['a name without an address', 'portal.invalid', 'login.invalid', ['192.0.2.7'], false],
])('%s', async (_what, portal, loginHost, own, expected) => {
  expect(await isLoginHost(portal, loginHost, own)).toBe(expected)
})

test.each([
  ['0100007F:1F44', { port: 8004, open: false }],
  ['0200007F:1F44', { port: 8004, open: false }],
  ['00000000:1B21', { port: 6945, open: true }],
  ['0502A8C0:1B21', { port: 6945, open: true }],
  ['00000000000000000000000000000000:1B21', { port: 6945, open: true }],
  ['00000000000000000000000001000000:1B21', { port: 6945, open: false }],
  ['0000000000000000FFFF00000100007F:1B21', { port: 6945, open: false }],
])('a socket at %s', (socket, expected) => {
  expect(readSockets(printed(`@@listens ${socket}`)).listening).toEqual([expected])
})

test('a host whose list cannot be read says nothing about its ports', () => {
  expect(readSockets(printed('@@addresses 192.0.2.7 127.0.0.1 2001:db8::1 \n'))).toEqual({
    addresses: ['192.0.2.7', '2001:db8::1'],
    listening: null,
  })
})
