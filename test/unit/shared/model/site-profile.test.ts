/** Addresses in a site profile as people write them. */
import { describe, expect, test } from 'vitest'
import { siteProfileSchema } from '../../../../src-main/shared/model/site-profile.ts'

const parse = (loginHost: object, more: object = {}) =>
  siteProfileSchema.safeParse({
    ...{ version: 1, id: 'site', name: 'Site' },
    ssh: { loginHost, nodes: {}, ...more },
  })

describe('the address of a host', () => {
  test.each<[what: object, read: object]>([
    [{ address: '[2001:db8::1]' }, { address: '2001:db8::1' }],
    [{ address: '[2001:db8::1]:2222' }, { address: '2001:db8::1', port: 2222 }],
    [
      { address: '[::1]:2222', port: 2222 },
      { address: '::1', port: 2222 },
    ],
    [{ address: '[fe80::1%eth0]' }, { address: 'fe80::1%eth0' }],
    [{ address: '[192.0.2.1]:22' }, { address: '192.0.2.1', port: 22 }],
    [
      { address: '2001:db8::1', port: 23 },
      { address: '2001:db8::1', port: 23 },
    ],
    [{ address: 'login.example' }, { address: 'login.example' }],
  ])('%j', (what, read) => expect(parse(what).data?.ssh.loginHost).toEqual({ hostKeys: [], ...read }))

  test.each([{ address: '[::1]:2222', port: 2223 }, { address: '[::1]:70000' }, { address: '[::1]:0' }])(
    '%j is none',
    (what) => expect(parse(what).error?.issues[0]?.path).toEqual(['ssh', 'loginHost', 'address']),
  )

  test('of jump hosts and nodes, too', () => {
    const jumpHosts = [{ address: '[::1]:24', user: 'ada' }]
    const nodes = { byName: { n1: { address: '[::2]:25' }, n2: { address: '[::3]' } } }
    expect(parse({ address: 'a' }, { jumpHosts, nodes }).data?.ssh).toMatchObject({
      jumpHosts: [{ address: '::1', port: 24, user: 'ada' }],
      nodes: { byName: { n1: { address: '::2', port: 25 }, n2: { address: '::3', port: 22 } } },
    })
  })
})
