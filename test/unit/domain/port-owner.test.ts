import { describe, expect, test } from 'vitest'
import { judgeOwnership, parseListeners } from '../../../src-main/domain/port-owner.ts'

const line = (address: string, uid: number, state = '0A'): string =>
  `   7: ${address} ${'0'.repeat(address.length - 5)}:0000 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 735910 1 000000000ae0947f 100 0 0 10 0`

describe('parseListeners', () => {
  // 47984 = BB70, 47989 = BB75.
  test.each([
    ['every address', '00000000:BB75', 1],
    ['loopback', '0100007F:BB75', 1],
    ['every address of IPv6', `${'0'.repeat(32)}:BB75`, 1],
    ['loopback as IPv6 sees it', '0000000000000000FFFF00000100007F:BB75', 1],
    ['another address of the node', '0A01A8C0:BB75', 0],
    ['IPv6’s own loopback', '00000000000000000000000001000000:BB75', 0],
  ])('%s', (_name, address, count) => {
    expect(parseListeners(`1000\n${line(address, 995)}\n`)).toEqual(
      Array.from({ length: count }, () => ({ port: 47_989, uid: 995 })),
    )
  })

  test.each([
    ['a connection', line('0100007F:BB75', 995, '01')],
    ['a greeting', 'Welcome to the cluster'],
    ['a cut line', line('0100007F:BB75', 995).slice(0, 60)],
    ['nothing', ''],
  ])('not %s', (_name, text) => expect(parseListeners(text)).toEqual([]))
})

describe('judgeOwnership', () => {
  const ports = { https: 47_984, http: 47_989, web: 47_990, rtsp: 48_010 }
  const owned = Object.values(ports).map((port) => ({ port, uid: 995 }))
  const owners = new Set([995, 1000])
  test.each([
    ['all of the job’s', owned, { verdict: 'owned' }],
    ['the user’s own', owned.map((one) => ({ ...one, uid: 1000 })), { verdict: 'owned' }],
    [
      'one of somebody else',
      [...owned.slice(1), { port: ports.https, uid: 1001 }],
      { verdict: 'foreign', port: ports.https, uid: 1001 },
    ],
    [
      'somebody else beside it',
      [...owned, { port: ports.web, uid: 1001 }],
      { verdict: 'foreign', port: ports.web, uid: 1001 },
    ],
    ['of root', owned.map((one) => ({ ...one, uid: 0 })), { verdict: 'foreign', port: ports.https, uid: 0 }],
    ['others elsewhere', [...owned, { port: 22, uid: 0 }], { verdict: 'owned' }],
    [
      'nobody at HTTP',
      owned.filter(({ port }) => port !== ports.http),
      { verdict: 'missing', port: ports.http },
    ],
  ])('%s', (_name, listeners, expected) => {
    expect(judgeOwnership(ports, listeners, owners)).toEqual(expected)
  })
})
