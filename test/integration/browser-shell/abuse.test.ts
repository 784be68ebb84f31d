/** The browser shell against abuse: floods, slowness, strange requests, used-up tokens and cookies. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { startBrowserShell, type BrowserShell } from '../../../src-main/shells/browser/index.ts'
import { createFakeApp, type FakeApp } from '../../support/fake-app.ts'
import { besiege, noSecondUser } from '../../support/second-user.ts'
import { closed, shellClient, type ShellClient } from '../../support/shell-client.ts'
import { collectingLogger, type CollectingLogger } from '../../support/silent-logger.ts'

/** Bytes of a page's message: written down a second time, so that the bound cannot move unseen. */
const messageBytes = 64 * 1024

let folder: string
let shell: BrowserShell
let app: FakeApp
let logger: CollectingLogger
let client: ShellClient
let cookie: string
let host: string
/** Replies of the app to the call `wait`. */
let release: (() => void)[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vizlink-shell-abuse-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  logger = collectingLogger()
  release = []
  const fake = createFakeApp({ answers: { echo: (input) => input } })
  app = {
    ...fake,
    call: async (sender, name, input) => {
      const reply = fake.call(sender, name, input)
      if (name === 'wait') await new Promise<void>((resolve) => release.push(resolve))
      return reply
    },
  }
  shell = await startBrowserShell({ app, rendererFolder: folder, logger })
  client = shellClient(shell)
  cookie = await client.signIn()
  host = new URL(shell.origin).host
})
afterEach(async () => {
  await shell.dispose()
  await rm(folder, { recursive: true, force: true })
})

const served = async (with_ = cookie): Promise<number> =>
  (await client.ask('/', { headers: { cookie: with_ } })).status

async function openPage(): Promise<WebSocket> {
  const { socket, status } = await client.openSocket('/contract', { cookie, origin: shell.origin })
  expect(status).toBe(101)
  return socket
}

describe('tokens and cookies', () => {
  test('one token asked for many times at once signs in one', async () => {
    const token = await client.newToken()
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.redeem(token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ headers }) => headers['set-cookie'])).toHaveLength(1)
  })

  test('a wrong token does not use up the right one', async () => {
    const token = await client.newToken()
    for (let time = 0; time < 50; time++) expect((await client.redeem('A'.repeat(43))).status).toBe(403)
    expect((await client.redeem(token)).status).toBe(200)
  })

  test('the oldest of many sign-ins goes, the newest stay', async () => {
    const later: string[] = []
    for (let time = 0; time < 16; time++) later.push(await client.signIn())
    expect(await served(cookie)).toBe(403)
    for (const one of later) expect(await served(one)).toBe(200)
  })

  test('a cookie is good at its own server only, and while it lives', async () => {
    const other = await startBrowserShell({ app, rendererFolder: folder, logger })
    const theirs = await shellClient(other).signIn()
    const value = theirs.split('=')[1] ?? ''
    expect(await served(theirs)).toBe(403)
    expect(await served(`${cookie.split('=')[0]}=${value}`)).toBe(403)
    const { port } = new URL(other.origin)
    await other.dispose()
    const again = await startBrowserShell({ app, rendererFolder: folder, logger, port: Number(port) })
    expect((await shellClient(again).ask('/', { headers: { cookie: theirs } })).status).toBe(403)
    await again.dispose()
  })

  test.each<[string, (cookie: string) => string, number]>([
    ['among others', (ours) => `a=b; ${ours}; c=d`, 200],
    ['after a wrong one of the same name', (ours) => `${ours.split('=')[0]}=x; ${ours}`, 200],
    ['without blanks', (ours) => `a=b;${ours}`, 200],
    ['cut by a character', (ours) => ours.slice(0, -1), 403],
    ['longer by a character', (ours) => `${ours}A`, 403],
    ['under another name', (ours) => `x${ours}`, 403],
    ['behind too many', (ours) => `${'a=b;'.repeat(80)}${ours}`, 403],
  ])('%s', async (_what, header, status) => {
    expect(await served(header(cookie))).toBe(status)
  })
})

describe('strange requests', () => {
  const request = (...lines: string[]): string => `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`

  test.each<[string, () => string, RegExp]>([
    ['without Host', () => request('GET / HTTP/1.1', `Cookie: ${cookie}`), /^HTTP\/1.1 400/],
    ['HTTP/1.0 without Host', () => request('GET / HTTP/1.0', `Cookie: ${cookie}`), /^HTTP\/1.1 403/],
    [
      'two Hosts',
      () => request('GET / HTTP/1.1', 'Host: evil.example', `Host: ${host}`, `Cookie: ${cookie}`),
      /^HTTP\/1.1 (400|403)/,
    ],
    [
      'Host with a dot',
      () => request('GET / HTTP/1.1', `Host: ${host.replace(':', '.:')}`, `Cookie: ${cookie}`),
      /^HTTP\/1.1 403/,
    ],
    [
      'a whole URL of another host',
      () => request('GET http://evil.example/ HTTP/1.1', `Host: ${host}`, `Cookie: ${cookie}`),
      /^HTTP\/1.1 404/,
    ],
    [
      'length and chunks',
      () =>
        request('POST /session HTTP/1.1', `Host: ${host}`, 'Content-Length: 5', 'Transfer-Encoding: chunked'),
      /^HTTP\/1.1 400/,
    ],
    ['CONNECT', () => request('CONNECT 127.0.0.1:22 HTTP/1.1', `Host: ${host}`, `Cookie: ${cookie}`), /^$/],
    [
      'an upgrade to something else',
      () =>
        request('GET / HTTP/1.1', `Host: ${host}`, `Cookie: ${cookie}`, 'Upgrade: h2c').replace(
          'Connection: close',
          'Connection: Upgrade',
        ),
      /^HTTP\/1.1 403/,
    ],
    [
      'an unknown expectation',
      () =>
        request(
          'POST /session HTTP/1.1',
          `Host: ${host}`,
          'Origin: null',
          'Content-Type: application/x-www-form-urlencoded',
          'Content-Length: 100000000',
          'Expect: 200-ok',
        ),
      /^HTTP\/1.1 417/,
    ],
  ])('%s', async (_what, text, answer) => {
    expect(await client.talk(text())).toMatch(answer)
    expect(await served()).toBe(200)
  })

  test('headers that never end are cut off', async () => {
    const { port, hostname } = new URL(shell.origin)
    const socket = connect(Number(port), hostname)
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `)
    const drip = setInterval(() => socket.write('a'), 100)
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('close', resolve).resume())
    clearInterval(drip)
    expect(await served()).toBe(200)
  })
})

describe('floods', () => {
  test('a page may wait for 64 replies, not for more', async () => {
    const page = await openPage()
    for (let id = 1; id <= 64; id++) page.send(JSON.stringify({ id, call: 'wait', input: null }))
    await expect.poll(() => release.length).toBe(64)
    const end = closed(page)
    page.send(JSON.stringify({ id: 65, call: 'echo', input: null }))
    expect(await end).toBe(1008)
    expect(app.called.filter(({ name }) => name === 'echo')).toEqual([])
    // Replies to a page that is gone go nowhere.
    for (const reply of release) reply()
    expect(await served()).toBe(200)
  })

  test('calls one after the other are no flood', async () => {
    const page = await openPage()
    let answered = 0
    page.on('message', () => {
      if (++answered < 500) page.send(JSON.stringify({ id: answered, call: 'echo', input: null }))
    })
    page.send('{"id":0,"call":"echo","input":null}')
    await expect.poll(() => answered, { timeout: 20_000 }).toBe(500)
    page.terminate()
  })

  test('malformed calls end their page each time, and only that', async () => {
    const quiet = await openPage()
    for (let time = 0; time < 100; time++) {
      const page = await openPage()
      const end = closed(page)
      for (let more = 0; more < 20; more++) page.send('{"id":')
      expect(await end).toBe(1008)
    }
    await expect.poll(() => app.gone.length).toBe(100)
    const answer = new Promise<string>((resolve) =>
      quiet.once('message', (data) => resolve((data as Buffer).toString())),
    )
    quiet.send('{"id":7,"call":"echo","input":"still here"}')
    expect(JSON.parse(await answer)).toEqual({ id: 7, reply: { ok: true, value: 'still here' } })
    expect(app.called).toHaveLength(1)
  })

  test('a message in endless parts ends its page', async () => {
    const page = await openPage()
    const end = closed(page)
    const part = 'x'.repeat(messageBytes / 4)
    for (let time = 0; time < 5; time++) page.send(part, { fin: false })
    expect(await end).toBe(1009)
    expect(app.called).toEqual([])
  })

  test('a call has 64 KiB, and not one byte more', async () => {
    const page = await openPage()
    const call = JSON.stringify({ id: 1, call: 'echo', input: '' })
    const ofBytes = (bytes: number): string => call.replace('""', `"${'x'.repeat(bytes - call.length)}"`)
    page.send(ofBytes(messageBytes))
    await expect.poll(() => app.called.length).toBe(1)
    const end = closed(page)
    page.send(ofBytes(messageBytes + 1))
    expect(await end).toBe(1009)
    expect(app.called).toHaveLength(1)
  })

  test('there are 16 pages at most; one that leaves makes room', async () => {
    const pages: WebSocket[] = []
    for (let time = 0; time < 16; time++) pages.push(await openPage())
    const headers = { cookie, origin: shell.origin }
    expect((await client.openSocket('/contract', headers)).status).toBe(503)
    pages[0]?.close()
    await expect.poll(() => app.gone.length).toBe(1)
    expect((await client.openSocket('/contract', headers)).status).toBe(101)
  })

  test('a page that reads nothing is cut off; the others get all', async () => {
    const reading = await openPage()
    let got = 0
    reading.on('message', () => got++)
    const deaf = await openPage()
    deaf.pause()
    const data = 'x'.repeat(256 * 1024)
    let emitted = 0
    await expect
      .poll(
        () => {
          for (let time = 0; time < 4; time++, emitted++) app.emit('status.changed', data)
          return app.gone.length
        },
        { interval: 20, timeout: 20_000 },
      )
      .toBe(1)
    await expect.poll(() => got, { timeout: 20_000 }).toBe(emitted)
    expect(logger.lines.map(({ event }) => event)).toContain('page.too-slow')
    // Bounded: what was held for it is some megabytes, not all that was emitted.
    expect(emitted * data.length).toBeLessThan(64 * 1024 * 1024)
  })

  test.skipIf(noSecondUser)(
    'a second user’s connections are ended unread, and keep no other out',
    async () => {
      const { port, hostname } = new URL(shell.origin)
      await using eve = besiege([{ host: hostname, port: Number(port) }], [], 200)
      await expect
        .poll(async () => {
          const { opened, ended, got } = await eve.next()
          return got === '' && opened > 0 && ended >= opened
        })
        .toBe(true)
      expect(await served()).toBe(200)
      await openPage()
    },
  )

  test('connections beyond 64 are dropped; once some are gone others are served', async () => {
    const { port, hostname } = new URL(shell.origin)
    const idle: Socket[] = []
    let dropped = 0
    for (let time = 0; time < 80; time++) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      socket.on('close', () => dropped++)
      idle.push(socket)
    }
    await expect.poll(() => dropped).toBeGreaterThanOrEqual(16)
    for (const socket of idle) socket.destroy()
    await expect.poll(() => served().catch(() => 0)).toBe(200)
  })
})
