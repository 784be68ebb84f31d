/** The browser shell against a page, a program or a site that is not ours: each is refused, and the server lives on. */
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startBrowserShell, type BrowserShell } from '../../../src-main/shells/browser/index.ts'
import { contentSecurityPolicy } from '../../../src-main/shells/page-headers.ts'
import { maximumCallBytes } from '../../../src-main/shared/contract.ts'
import { createFakeApp, type FakeApp } from '../../support/fake-app.ts'
import { closed, form, shellClient, type ShellClient } from '../../support/shell-client.ts'
import { collectingLogger, type CollectingLogger } from '../../support/silent-logger.ts'

let folder: string
let shell: BrowserShell
let app: FakeApp
let logger: CollectingLogger
let port: number
let hostname: string
let clock: number
let attached: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vizlink-shell-test-'))
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'renderer', 'assets', 'page-1234.js'), 'export {}')
  await writeFile(join(folder, 'renderer', 'page.map'), 'unknown type')
  await writeFile(join(folder, 'outside.svg'), 'outside')
  await symlink(join(folder, 'outside.svg'), join(folder, 'renderer', 'link.svg'))
  attached = []
  clock = Date.now()
  logger = collectingLogger()
  app = createFakeApp({
    answers: { echo: (input) => input },
    attach: (portId, _upgrade, socket) => {
      if (portId !== 'good') return false
      attached.push(portId)
      socket.destroy()
      return true
    },
  })
  shell = await startBrowserShell({ app, rendererFolder: join(folder, 'renderer'), logger, now: () => clock })
  hostname = new URL(shell.origin).hostname
  port = Number(new URL(shell.origin).port)
})

afterEach(async () => {
  await shell.dispose()
  await rm(folder, { recursive: true, force: true })
})

const ask: ShellClient['ask'] = (...input) => shellClient(shell).ask(...input)
const newToken = (): Promise<string> => shellClient(shell).newToken()
const redeem: ShellClient['redeem'] = (...input) => shellClient(shell).redeem(...input)
const signIn = (): Promise<string> => shellClient(shell).signIn()
const openSocket: ShellClient['openSocket'] = (...input) => shellClient(shell).openSocket(...input)

/** Proves that the server still serves the page that is signed in. */
async function expectAlive(): Promise<void> {
  const cookie = await signIn()
  expect((await ask('/', { headers: { cookie } })).status).toBe(200)
}

test.skipIf(process.platform !== 'linux')(
  'the address is the shell’s own: no other server on this machine gets its cookie by chance',
  async () => {
    expect(hostname).toMatch(/^127\./)
    expect(hostname).not.toBe('127.0.0.1')
    const other = await startBrowserShell({ app: createFakeApp(), rendererFolder: folder, logger })
    expect(new URL(other.origin).hostname).not.toBe(hostname)
    await other.dispose()
    const elsewhere = connect(port, '127.0.0.1')
    await expect(once(elsewhere, 'connect')).rejects.toThrow('ECONNREFUSED')
  },
)

describe('signing in', () => {
  test('the file is private, and what it does leaves no secret in a URL', async () => {
    const path = await shell.openUrlFile()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700)
    const page = await readFile(path, 'utf8')
    expect(page).toContain('method="post"')
    expect(path).not.toContain(/value="([^"]+)"/.exec(page)?.[1])
    expect(page).not.toMatch(/\?token/)
  })

  test('a token gives a cookie that scripts and other sites never see, once', async () => {
    const token = await newToken()
    const first = await redeem(token)
    expect(first.status).toBe(200)
    const cookie = first.headers['set-cookie']?.[0] ?? ''
    expect(cookie).toMatch(/^vizlink-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(first.body).not.toContain(token)
    expect((await redeem(token)).status).toBe(403)
    await expectAlive()
  })

  test('the file is gone after use', async () => {
    const path = await shell.openUrlFile()
    const token = /value="([^"]+)"/.exec(await readFile(path, 'utf8'))?.[1] ?? ''
    await redeem(token)
    await expect
      .poll(() =>
        stat(path).then(
          () => true,
          () => false,
        ),
      )
      .toBe(false)
  })

  test('a token lives for 30 seconds', async () => {
    const early = await newToken()
    clock += 29_000
    expect((await redeem(early)).status).toBe(200)
    const late = await newToken()
    clock += 30_001
    expect((await redeem(late)).status).toBe(403)
  })

  test.each([
    ['no token', 'token='],
    ['a wrong token', `token=${'A'.repeat(43)}`],
    ['something else', 'x=1'],
  ])('%s is refused', async (_what, body) => {
    await newToken()
    expect((await ask('/session', { method: 'POST', headers: form, body })).status).toBe(403)
  })

  test('a right token from another site, for another host or of another type is refused', async () => {
    const token = await newToken()
    expect((await redeem(token, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await redeem(token, { host: `evil.example:${port}` })).status).toBe(403)
    expect((await redeem(token, { 'content-type': 'text/plain' })).status).toBe(413)
    expect((await ask(`/session?token=${token}`, { headers: { origin: 'null' } })).status).toBe(403)
    const large = await ask('/session', {
      method: 'POST',
      headers: form,
      body: `token=${'A'.repeat(100_000)}`,
    }).then(
      ({ status }) => status,
      () => 'cut off',
    )
    expect([413, 'cut off']).toContain(large)
    expect((await redeem(token)).status).toBe(200)
  })
})

describe('files', () => {
  test('come with every protective header', async () => {
    const cookie = await signIn()
    const page = await ask('/', { headers: { cookie } })
    expect(page.status).toBe(200)
    expect(page.headers).toMatchObject({
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
    })
    const script = await ask('/assets/page-1234.js', { headers: { cookie, origin: shell.origin } })
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-embedder-policy': 'require-corp',
      'cache-control': 'private, max-age=31536000, immutable',
    })
    expect(contentSecurityPolicy).toContain("default-src 'none'")
    expect(contentSecurityPolicy).not.toMatch(/unsafe|\*/)
  })

  test('are refused without a cookie, for another host, from another origin', async () => {
    const cookie = await signIn()
    const value = cookie.split('=')[1] ?? ''
    for (const headers of [
      {},
      { cookie: `vizlink-${port}=${'A'.repeat(43)}` },
      { cookie: `vizlink-${port}=` },
      { cookie: `other=${value}` },
      { cookie, host: `localhost:${port}` },
      { cookie, host: `evil.example:${port}` },
      { cookie, origin: 'https://evil.example' },
      { cookie, origin: 'null' },
      { cookie, host: `127.0.0.1:${port}` },
      { cookie, origin: `http://127.0.0.1:${port}` },
      { cookie, origin: `http://${hostname}:${port + 1}` },
    ]) {
      const answer = await ask('/', { headers: headers })
      expect(answer.status, JSON.stringify(Object.keys(headers))).toBe(403)
      expect(answer.body).not.toContain('page')
    }
    await expectAlive()
  })

  test('outside the folder, of unknown kinds and by other methods there are none', async () => {
    const cookie = await signIn()
    for (const path of [
      '/../outside.svg',
      '/%2e%2e/outside.svg',
      '/..%2foutside.svg',
      '/assets/../../outside.svg',
      '/assets/..%5c..%5coutside.svg',
      '/link.svg',
      '/page.map',
      '/assets',
      '/assets/',
      '/%00index.html',
      '/%',
      '//etc/passwd',
      '/index.html/',
      `/${'a'.repeat(3000)}.js`,
    ]) {
      expect((await ask(path, { headers: { cookie } })).status, path.slice(0, 40)).toBe(404)
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      expect((await ask('/', { method, headers: { cookie } })).status, method).toBe(405)
    }
    await expectAlive()
  })

  test('headers without end and bytes that are not HTTP end the connection only', async () => {
    const huge = await ask('/', { headers: { cookie: 'a'.repeat(40_000) } }).then(
      ({ status }) => status,
      () => 'cut off',
    )
    expect([431, 'cut off']).toContain(huge)
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, hostname, () => socket.write('\x16\x03\x01 not http\r\n\r\n'))
      let text = ''
      socket.on('data', (part) => (text += part.toString('latin1')))
      socket.on('close', () => resolve(text))
      socket.on('error', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    await expectAlive()
  })
})

describe('sockets', () => {
  test.each(['/contract', '/stream/good'])('%s opens only with cookie, Host and Origin', async (path) => {
    const cookie = await signIn()
    const { origin } = shell
    for (const headers of [
      { origin },
      { cookie },
      { cookie, origin: 'https://evil.example' },
      { cookie, origin: 'null' },
      { cookie: `vizlink-${port}=x`, origin },
      { cookie, origin, host: `evil.example:${port}` },
    ]) {
      expect((await openSocket(path, headers as Record<string, string>)).status).toBe(403)
    }
    expect(attached).toEqual([])
    await expectAlive()
  })

  test('unknown paths and ports are refused', async () => {
    const cookie = await signIn()
    const headers = { cookie, origin: shell.origin }
    for (const path of [
      '/',
      '/other',
      '/stream/',
      '/stream/unknown',
      '/stream/good/more',
      '/stream/%67ood',
      '/contract/x',
    ]) {
      expect((await openSocket(path, headers)).status, path).toBe(404)
    }
    expect(attached).toEqual([])
  })

  test('a known port gets the bare socket', async () => {
    const cookie = await signIn()
    const socket = new WebSocket(`ws://${hostname}:${port}/stream/good`, {
      headers: { cookie, origin: shell.origin },
    })
    await new Promise((resolve) => socket.once('error', resolve))
    expect(attached).toEqual(['good'])
  })

  async function openContract(): Promise<WebSocket> {
    const { socket, status } = await openSocket('/contract', { cookie: await signIn(), origin: shell.origin })
    expect(status).toBe(101)
    return socket
  }

  const next = (socket: WebSocket): Promise<unknown> =>
    new Promise((resolve) =>
      socket.once('message', (data) => resolve(JSON.parse((data as Buffer).toString()))),
    )

  test('calls are answered, events arrive, the end is reported', async () => {
    const socket = await openContract()
    socket.send(JSON.stringify({ id: 7, call: 'echo', input: { a: [1] } }))
    expect(await next(socket)).toEqual({ id: 7, reply: { ok: true, value: { a: [1] } } })
    expect(app.called[0]).toMatchObject({ name: 'echo', sender: { id: 'page-1', trusted: true } })
    app.emit('status.changed', { x: 1 })
    expect(await next(socket)).toEqual({ event: 'status.changed', data: { x: 1 } })
    socket.close()
    await expect.poll(() => app.gone).toEqual(['page-1'])
  })

  test.each<[string, string | Buffer]>([
    ['no JSON', '{"id":1,'],
    ['no envelope', '[]'],
    ['an envelope with more', '{"id":1,"call":"echo","input":null,"extra":1}'],
    ['a negative id', '{"id":-1,"call":"echo","input":null}'],
    ['a name without end', JSON.stringify({ id: 1, call: 'a'.repeat(65), input: null })],
    ['bytes', Buffer.from([1, 2, 3])],
    ['deep nesting', '['.repeat(30_000)],
  ])('%s closes that socket', async (_what, message) => {
    const socket = await openContract()
    const end = closed(socket)
    socket.send(message)
    expect(await end).toBe(1008)
    expect(app.called).toEqual([])
    await expectAlive()
  })

  test('a message that is too large closes that socket', async () => {
    const socket = await openContract()
    const end = closed(socket)
    socket.send(JSON.stringify({ id: 1, call: 'echo', input: 'x'.repeat(maximumCallBytes) }))
    expect(await end).toBe(1009)
    expect(app.called).toEqual([])
    await expectAlive()
  })

  test('unknown names are passed on as they are and answered', async () => {
    const socket = await openContract()
    socket.send('{"id":1,"call":"__proto__","input":{"__proto__":{"polluted":true}}}')
    expect(await next(socket)).toMatchObject({ id: 1, reply: { ok: false } })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

test('nothing secret is logged', async () => {
  const token = await newToken()
  const { headers } = await redeem(token)
  const cookie = headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
  await ask('/secret-path?token=abc', { headers: { cookie } })
  const log = JSON.stringify(logger.lines)
  expect(log).not.toContain(token)
  expect(log).not.toContain(cookie.split('=')[1])
})
