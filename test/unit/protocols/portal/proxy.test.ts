/** Which proxy leads where. */
import { expect, test } from 'vitest'
import { allProxyFor, proxyFor, proxyOfScript } from '../../../../src-main/protocols/portal/proxy.ts'
import type { VizlinkError } from '../../../../src-main/shared/errors.ts'

const proxy = 'http://proxy.example:3128/'
const towards = (url: string, environment: Record<string, string>, configured: string | null = null) =>
  String(proxyFor(new URL(url), configured, environment))

test.each<[string, Record<string, string>, string]>([
  ['https://portal.example', {}, 'null'],
  ['https://portal.example', { HTTPS_PROXY: proxy }, proxy],
  ['https://portal.example', { https_proxy: proxy, HTTPS_PROXY: 'http://other.example' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: 'proxy.example:3128' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: '' }, 'null'],
  ['https://portal.example', { HTTP_PROXY: proxy }, 'null'],
  ['http://portal.example', { HTTP_PROXY: proxy }, proxy],
  ['http://portal.example', { HTTPS_PROXY: proxy }, 'null'],
  // This computer's own addresses: the demo, tunnels.
  ['https://127.0.0.1:8443', { HTTPS_PROXY: proxy }, 'direct'],
  ['https://localhost', { HTTPS_PROXY: proxy }, 'direct'],
  ['https://[::1]', { HTTPS_PROXY: proxy }, 'direct'],
  ['https://127.example', { HTTPS_PROXY: proxy }, proxy],
  // NO_PROXY.
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, 'direct'],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example' }, 'direct'],
  ['https://portal.example', { HTTPS_PROXY: proxy, no_proxy: 'a.example, PORTAL.example' }, 'direct'],
  ['https://a.portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example' }, 'direct'],
  ['https://a.portal.example', { HTTPS_PROXY: proxy, NO_PROXY: '.portal.example' }, 'direct'],
  ['https://a.portal.example', { HTTPS_PROXY: proxy, NO_PROXY: '*.portal.example' }, 'direct'],
  ['https://notportal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example:8443' }, proxy],
  ['https://portal.example:8443', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example:8443' }, 'direct'],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'portal.example:443' }, 'direct'],
  ['https://[fd00::1]', { HTTPS_PROXY: proxy, NO_PROXY: 'fd00::1' }, 'direct'],
  ['https://[fd00::1]:8443', { HTTPS_PROXY: proxy, NO_PROXY: '[fd00::1]:8443' }, 'direct'],
  ['https://[fd00::1]:8443', { HTTPS_PROXY: proxy, NO_PROXY: '[fd00::1]:443' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: ' , ,' }, proxy],
  // B36: networks, wildcards, and one variable for everything.
  ['https://10.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, 'direct'],
  ['https://11.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, proxy],
  ['https://10.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.3.2.1/32,10.3.2.2/32' }, 'direct'],
  ['https://10.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '0.0.0.0/0' }, 'direct'],
  ['https://10.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/33' }, proxy],
  ['https://10.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0/8' }, proxy],
  ['https://[fd00::7]', { HTTPS_PROXY: proxy, NO_PROXY: 'fd00::/8' }, 'direct'],
  ['https://[fd00::7]', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8,fe80::/10' }, proxy],
  ['https://portal.example', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, proxy],
  ['https://10.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.*' }, 'direct'],
  ['https://110.3.2.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.*' }, proxy],
  ['https://10.3.2.1:8443', { HTTPS_PROXY: proxy, NO_PROXY: '10.*:443' }, proxy],
  ['https://hpc-portal.example', { HTTPS_PROXY: proxy, NO_PROXY: 'hpc-*' }, 'direct'],
  ['https://a.hpc.example', { HTTPS_PROXY: proxy, NO_PROXY: '*.hpc.*' }, 'direct'],
  ['https://hpc.example', { HTTPS_PROXY: proxy, NO_PROXY: 'h*c.example; other.example' }, 'direct'],
  ['https://hpcxexample', { HTTPS_PROXY: proxy, NO_PROXY: 'h*.example' }, proxy],
  ['https://portal.example', { ALL_PROXY: proxy }, proxy],
  ['http://portal.example', { all_proxy: proxy }, proxy],
  [
    'https://portal.example',
    { ALL_PROXY: proxy, HTTPS_PROXY: 'http://other.example' },
    'http://other.example/',
  ],
  ['https://portal.example', { ALL_PROXY: proxy, NO_PROXY: 'portal.example' }, 'direct'],
  ['https://portal.example', { ALL_PROXY: 'socks5h://proxy.example:1080' }, 'socks5h://proxy.example:1080'],
])('%s with %j', (url, environment, expected) => expect(towards(url, environment)).toBe(expected))

test('the profile’s wins, everywhere', () => {
  const environment = { HTTPS_PROXY: 'http://other.example', NO_PROXY: '*' }
  expect(towards('https://127.0.0.1', environment, proxy)).toBe(proxy)
})

test.each(['socks4://proxy.example', 'socks5://', 'ftp://proxy.example', 'http://', '://'])(
  '%j is no proxy',
  (text) => {
    expect(() => towards('https://portal.example', { HTTPS_PROXY: text })).toThrow(
      expect.objectContaining({ kind: 'bad-profile' }) as VizlinkError,
    )
  },
)

test.each([
  ['PROXY proxy.example:3128; DIRECT', proxy],
  ['DIRECT; PROXY proxy.example:3128', null],
  ['HTTPS proxy.example:3128', 'https://proxy.example:3128/'],
  ['SOCKS proxy.example:1080', 'socks5://proxy.example:1080'],
  ['QUIC proxy.example:443; socks5 [fd00::1]:1080', 'socks5://[fd00::1]:1080'],
  ['PROXY [fd00::1]:3128', 'http://[fd00::1]:3128/'],
  ['PROXY ', null],
  ['PROXY a:b; constructor x', null],
  ['', null],
])('B36: a script that answers %j', (answer, expected) =>
  expect(proxyOfScript(answer)?.href ?? null).toBe(expected),
)
test.each<[string, Record<string, string>, string | null]>([
  ['login.example', {}, null],
  ['login.example', { ALL_PROXY: 'socks5://proxy.example:1080' }, 'socks5://proxy.example:1080'],
  ['login.example', { all_proxy: 'socks5h://u:p@proxy.example' }, 'socks5h://u:p@proxy.example'],
  ['login.example', { ALL_PROXY: 'proxy.example:3128' }, proxy],
  ['login.example', { HTTPS_PROXY: proxy }, null],
  ['login.example', { ALL_PROXY: proxy, NO_PROXY: '.example' }, null],
  ['login.example', { ALL_PROXY: proxy, NO_PROXY: 'login.example:22' }, null],
  ['login.example', { ALL_PROXY: proxy, NO_PROXY: 'login.example:443' }, proxy],
  ['login.example', { ALL_PROXY: proxy, NO_PROXY: 'log*.example' }, null],
  ['10.3.2.1', { ALL_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, null],
  ['11.3.2.1', { ALL_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, proxy],
  ['fd00::7', { ALL_PROXY: proxy, NO_PROXY: 'fd00::/8' }, null],
  ['login.example', { ALL_PROXY: 'socks://proxy.example' }, 'socks://proxy.example'],
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
