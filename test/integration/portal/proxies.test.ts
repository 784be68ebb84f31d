/** Ways to the portal through proxies of every kind, and what is reported where one does not lead there. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PortalHttp, type PortalHttpOptions } from '../../../src-main/protocols/portal/http.ts'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import { selfSigned } from '../../support/certificates.ts'
import { english } from '../../support/english.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startSocksProxy } from './socks-proxy.ts'
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

const through = (way: PortalHttpOptions): PortalHttp => {
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

  test('of SOCKS with an account: the right one is let in, another one is reported, and its password stays here', async () => {
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

test('a proxy behind TLS leads there where an authority of this computer knows it, and nowhere else', async () => {
  const shown = await selfSigned()
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-'))
  writeFileSync(join(folder, 'computer.pem'), shown.cert)
  const asked: string[] = []
  const proxy = createServer(shown, (client) => {
    client.on('error', () => undefined)
    client.once('data', (bytes: Buffer) => {
      asked.push(bytes.toString().split('\r\n')[0]!)
      client.end('HTTP/1.1 200 ok\r\n\r\nbehind it')
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  // Node.js takes authorities of a computer only at a program's start.
  const module = join(import.meta.dirname, '../../../src-main/protocols/proxy-tunnel.ts')
  const script = `import { openThroughProxy } from ${JSON.stringify(module)}
    const proxy = new URL('https://127.0.0.1:${(proxy.address() as AddressInfo).port}')
    await openThroughProxy(proxy, { host: 'login.example', port: 22 }).then(
      (socket) => socket.pipe(process.stdout),
      ({ code }) => console.log(code),
    )`
  const seenWith = async (env: Record<string, string>): Promise<string> =>
    (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env })).stdout
  try {
    expect(await seenWith({})).toBe('DEPTH_ZERO_SELF_SIGNED_CERT\n')
    expect(asked).toEqual([])
    expect(await seenWith({ NODE_EXTRA_CA_CERTS: join(folder, 'computer.pem') })).toBe('behind it')
    expect(asked).toEqual(['CONNECT login.example:22 HTTP/1.1'])
  } finally {
    proxy.close()
    rmSync(folder, { recursive: true })
  }
})
