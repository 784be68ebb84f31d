/** Which algorithms a login offers. */
import { expect, test } from 'vitest'
import { offeredAlgorithms } from '../../../../src-main/protocols/ssh/algorithms.ts'

test.each([
  [[], 'ssh-ed25519'],
  [['ecdsa-sha2-nistp384 AAAA'], 'ecdsa-sha2-nistp384'],
  [['ssh-rsa AAAA', 'ssh-ed25519 AAAA'], 'rsa-sha2-512'],
  [['ssh-dss AAAA'], 'ssh-ed25519'],
])('of %j the type comes first, and all others behind it', (hostKeys, first) => {
  const order = offeredAlgorithms(hostKeys).serverHostKey as string[]
  expect(order[0]).toBe(first)
  expect(new Set(order)).toEqual(new Set(offeredAlgorithms([]).serverHostKey as string[]))
  expect(order).toHaveLength(6)
})

test('Diffie-Hellman groups are left out in Electron alone', () => {
  expect(offeredAlgorithms([], false)).not.toHaveProperty('kex')
  const kex: object = offeredAlgorithms([], true).kex!
  const { remove } = kex as { remove: RegExp }
  expect(remove.test('diffie-hellman-group14-sha256')).toBe(true)
  expect(remove.test('curve25519-sha256')).toBe(false)
})
