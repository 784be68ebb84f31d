/** Ways to the portal through proxies of every kind, and what is reported where one does not lead there. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PortalHttp, type PortalWay } from '../../../src-main/protocols/portal/http.ts'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import { selfSigned } from '../../support/certificates.ts'
import { english } from '../../support/english.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startSocksProxy } from '../../support/socks-proxy.ts'
import { startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

let mine: { key: string; cert: string }
let portal: StandIn
let opened: PortalHttp[]
beforeEach(async () => {
  opened = []
  mine = await selfSigned({ name: 'portal.example' })
  portal = await startStandIn((_asked, response) => void response.end('{"ok": true}'), mine)
})
afterEach(async () => {
  await Promise.all(opened.map((http) => http.close()))
  await portal[Symbol.asyncDispose]()
})

const through = (way: PortalWay): PortalHttp => {
  const http = new PortalHttp(mine.cert, { environment: {}, ...way })
  opened.push(http)
  return http
}
const port = (): number => Number(new URL(portal.origin).port)
const url = 'https://portal.example/auth/info'

describe('B36: ALL_PROXY', () => {
  test('of HTTP leads to the portal', async () => {
    await using proxy = await startConnectProxy(port)
    const http = through({ environment: { ALL_PROXY: proxy.origin } })
    expect((await http.send(url)).json).toEqual({ ok: true })
    expect(proxy.asked).toMatchObject([{ target: 'portal.example:443' }])
  })

  test.each(['socks5', 'socks5h'])(
    'of %s leads to the portal, also what looks at its certificate',
    async (scheme) => {
      await using proxy = await startSocksProxy(port)
      const http = through({ environment: { all_proxy: `${scheme}://${proxy.place}` } })
      expect((await http.send(url)).json).toEqual({ ok: true })
      expect((await http.shownCertificate(new URL(url))).trustProblem).toBeNull()
      expect(proxy.asked).toEqual(['portal.example:443', 'portal.example:443'])
    },
  )

  test('of SOCKS with an account: the right one is let in, another one is told so, and its password stays here', async () => {
    await using proxy = await startSocksProxy(port, 'ada:s ecret')
    const right = through({ environment: { ALL_PROXY: `socks5://ada:s%20ecret@${proxy.place}` } })
    expect((await right.send(url)).status).toBe(200)
    for (const account of ['ada:s%20ecre7@', '']) {
      const http = through({ environment: { ALL_PROXY: `socks5://${account}${proxy.place}` } })
      const failure = await failureOf(http.send(url))
      expect(failure).toMatchObject({ kind: 'portal-unreachable', reason: 'proxy-sign-in' })
      expect(failure.evidence).toContainEqual({ label: 'proxy', value: `socks5://${proxy.place}` })
      expect(JSON.stringify(failure)).not.toMatch(/ecre7|ada/)
    }
  })

  test('of SOCKS that refuses, and of one that is not there', async () => {
    await using proxy = await startSocksProxy(() => null)
    for (const place of [proxy.place, '127.0.0.1:1']) {
      const http = through({ environment: { ALL_PROXY: `socks5://${place}` } })
      expect(await failureOf(http.send(url))).toMatchObject({ kind: 'portal-unreachable', reason: 'proxy' })
    }
  })

  test('of SOCKS to a portal of plain http', async () => {
    await using plain = await startStandIn((_asked, response) => void response.end('{"plain": true}'))
    await using proxy = await startSocksProxy(() => Number(new URL(plain.origin).port))
    const http = through({ environment: { ALL_PROXY: `socks5://${proxy.place}` } })
    expect((await http.send('http://portal.example:8080/x')).json).toEqual({ plain: true })
    expect(proxy.asked).toEqual(['portal.example:8080'])
  })
})

describe('B36: the system’s proxy, also of a script', () => {
  test('is used where neither profile nor variables name one', async () => {
    await using proxy = await startConnectProxy(port)
    const asked: string[] = []
    const systemProxy = async (address: string): Promise<string> => {
      asked.push(address)
      return `PROXY ${new URL(proxy.origin).host}; DIRECT`
    }
    const http = through({ systemProxy })
    expect((await http.send(url)).status).toBe(200)
    expect(asked[0]).toBe(url)
    expect(proxy.asked.length).toBe(1)
    const excepted = through({ systemProxy, environment: { NO_PROXY: '*.example' } })
    expect((await failureOf(excepted.send(url))).kind).toBe('portal-unreachable')
    expect(proxy.asked.length).toBe(1)
  })

  test('where this program cannot read it, the failure says so', async () => {
    const failure = await failureOf(through({ systemProxy: null }).send('https://portal.invalid/'))
    expect(failure).toMatchObject({ kind: 'portal-unreachable', reason: 'unreachable-directly' })
    expect(english(failure).nextStep).toMatch(/set HTTPS_PROXY: only the desktop app reads .*scripts \(PAC\)/)
    // The desktop app has read it.
    const known = await failureOf(
      through({ systemProxy: async () => 'DIRECT' }).send('https://portal.invalid/'),
    )
    expect(known).toMatchObject({ reason: 'unreachable' })
  })
})

describe('B36: a proxy that wants an account', () => {
  test('answers 407: who has to change what is reported', async () => {
    await using proxy = await startConnectProxy(() => 407)
    const failure = await failureOf(through({ proxy: proxy.origin }).send(url))
    expect(failure).toMatchObject({ kind: 'portal-unreachable', reason: 'proxy-sign-in' })
    expect(english(failure).nextStep).toContain('http://NAME:PASSWORD@HOST:PORT')
  })

  test('answers a request of plain http with 407', async () => {
    await using proxy = await startStandIn((_asked, response) => void response.writeHead(407).end())
    const failure = await failureOf(through({ proxy: proxy.origin }).send('http://portal.example/x'))
    expect(failure).toMatchObject({ kind: 'portal-unreachable', reason: 'proxy-sign-in' })
  })
})

test('a proxy that is not there is not called a portal that is not there', async () => {
  const failure = await failureOf(through({ proxy: 'http://127.0.0.1:1' }).send(url))
  expect(failure).toMatchObject({ kind: 'portal-unreachable', reason: 'proxy' })
})
