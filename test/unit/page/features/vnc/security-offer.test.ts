/** What VNC servers offer, as it arrives in pieces. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SecurityOffer } from '../../../../../src-renderer/features/vnc/security-offer.ts'

const version = (minor: number): number[] => [...Buffer.from(`RFB 003.${String(minor).padStart(3, '0')}\n`)]
const words = (types: number[]): number[] => types.flatMap((type) => [0, 0, type >> 8, type & 255])
const veNCrypt = (types: number[]): number[] => [0, 2, 0, types.length, ...words(types)]

/** What is read of bytes that arrive in pieces of this size. */
function read(bytes: number[], piece = 4096): string[] | null {
  const offer = new SecurityOffer()
  for (let at = 0; at < bytes.length; at += piece) offer.take(Uint8Array.from(bytes.slice(at, at + piece)))
  return offer.unusable()
}

describe('B42: a server that offers nothing that can be used', () => {
  test.each<[string, number[], string[]]>([
    ['TLS alone, as TigerVNC names it', [...version(8), 1, 19, ...veNCrypt([258])], ['TLSVnc']],
    [
      'certificates alone',
      [...version(8), 1, 19, ...veNCrypt([260, 261, 262])],
      ['X509None', 'X509Vnc', 'X509Plain'],
    ],
    ['what Tight calls TLS', [...version(7), 1, 18], ['TLS']],
    ['RSA with encryption', [...version(8), 2, 5, 129], ['RA2', 'RA2_256']],
    ['what has no name here', [...version(8), 1, 77], ['77']],
    ['VeNCrypt inside VeNCrypt', [...version(8), 1, 19, ...veNCrypt([19])], ['19']],
  ])('%s', (_what, bytes, expected) => {
    for (const piece of [1, 5, 4096]) expect(read(bytes, piece)).toEqual(expected)
  })
})

test.each<[string, number[]]>([
  ['nothing yet', []],
  ['no VNC server', [...Buffer.from('SSH-2.0-OpenSSH_9.2\r\n more')]],
  ['half a list', [...version(8), 3, 5]],
  ['no type, and its reason', [...version(8), 0, 0, 0, 0, 3, 65, 66, 67]],
  ['a password', [...version(8), 1, 2]],
  ['B44: TigerVNC’s own choice', [...version(8), 2, 19, 2, ...veNCrypt([258, 2])]],
  ['name and password', [...version(8), 1, 19, ...veNCrypt([262, 256])]],
  ['half a list of VeNCrypt', [...version(8), 1, 19, ...veNCrypt([258, 259]).slice(0, -1)]],
  ['an old server', [...version(3), 0, 0, 0, 18]],
])('%s is not called unusable', (_what, bytes) => expect(read(bytes)).toBeNull())

test('whatever comes, no more than two kilobytes are kept', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      const offer = new SecurityOffer()
      offer.take(bytes)
      const before = offer.unusable()
      offer.take(Uint8Array.from(version(8)))
      if (bytes.length >= 2048) expect(offer.unusable()).toEqual(before)
    }),
  )
})
