/** Which proxy leads where. */
import { expect, test } from 'vitest'
import { allProxyFor, proxyFor } from '../../../../src-main/protocols/portal/proxy.ts'
import type { VizlinkError } from '../../../../src-main/shared/errors.ts'

const proxy = 'http://proxy.example:3128/'
const towards = (url: string, environment: Record<string, string>, configured: string | null = null) =>
  proxyFor(new URL(url), configured, environment)?.href ?? null

test.each<[string, Record<string, string>, string | null]>([
  ['https://portal.example', {}, null],
  ['https://portal.example', { HTTPS_PROXY: proxy }, proxy],
  ['https://portal.example', { https_proxy: proxy, HTTPS_PROXY: 'http://other.example' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: 'proxy.example:3128' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: '' }, null],
  ['https://portal.example', { HTTP_PROXY: proxy }, null],
  ['http://portal.example', { HTTP_PROXY: proxy }, proxy],
  ['http://portal.example', { HTTPS_PROXY: proxy }, null],
  // This computer's own addresses: the demo, tunnels.
  ['https://127.0.0.1:8443', { HTTPS_PROXY: proxy }, null],
  ['https://localhost', { HTTPS_PROXY: proxy }, null],
  ['https://[::1]', { HTTPS_PROXY: proxy }, null],
  ['https://127.example', { HTTPS_PROXY: proxy }, proxy],
  // NO_PROXY.
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, null],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example' }, null],
  ['https://portal.example', { HTTPS_PROXY: proxy, no_proxy: 'a.example, PORTAL.example' }, null],
  ['https://a.portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example' }, null],
  ['https://a.portal.example', { HTTPS_PROXY: proxy, NO_PROXY: '.portal.example' }, null],
  ['https://a.portal.example', { HTTPS_PROXY: proxy, NO_PROXY: '*.portal.example' }, null],
  ['https://notportal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example:8443' }, proxy],
  ['https://portal.example:8443', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example:8443' }, null],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example:443' }, null],
  ['https://[fd00::1]', { HTTPS_PROXY: proxy, NO_PROXY: 'fd00::1' }, null],
  ['https://[fd00::1]:8443', { HTTPS_PROXY: proxy, NO_PROXY: '[fd00::1]:8443' }, null],
  ['https://[fd00::1]:8443', { HTTPS_PROXY: proxy, NO_PROXY: '[fd00::1]:443' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: ' , ,' }, proxy],
])('%s with %j', (url, environment, expected) => expect(towards(url, environment)).toBe(expected))

test('the profile’s wins, everywhere', () => {
  const environment = { HTTPS_PROXY: 'http://other.example', NO_PROXY: '*' }
  expect(towards('https://127.0.0.1', environment, proxy)).toBe(proxy)
})

test.each(['socks5://proxy.example', 'ftp://proxy.example', 'http://', '://'])('%j is no proxy', (text) => {
  expect(() => towards('https://portal.example', { HTTPS_PROXY: text })).toThrow(
    expect.objectContaining({ kind: 'bad-profile' }) as VizlinkError,
  )
})

test.each<[string, Record<string, string>, string | null]>([
  ['login.example', {}, null],
  ['login.example', { ALL_PROXY: 'socks5://proxy.example:1080' }, 'socks5://proxy.example:1080'],
  ['login.example', { all_proxy: 'socks5h://u:p@proxy.example' }, 'socks5h://u:p@proxy.example'],
  ['login.example', { ALL_PROXY: 'proxy.example:3128' }, proxy],
  ['login.example', { HTTPS_PROXY: proxy }, null],
  ['login.example', { ALL_PROXY: proxy, NO_PROXY: '.example' }, null],
  ['login.example', { ALL_PROXY: proxy, NO_PROXY: 'login.example:22' }, null],
  ['fd00::1', { ALL_PROXY: proxy, NO_PROXY: 'fd00::1' }, null],
  ['127.0.0.1', { ALL_PROXY: proxy }, null],
  ['%h', { ALL_PROXY: proxy }, proxy],
])('B52 the way to the SSH server %s with %j', (host, environment, expected) =>
  expect(allProxyFor(host, 22, environment)?.href ?? null).toBe(expected),
)

test('ALL_PROXY that is no address', () =>
  expect(() => allProxyFor('login.example', 22, { ALL_PROXY: 'ftp://proxy.example' })).toThrow(
    'proxy-variable',
  ))
