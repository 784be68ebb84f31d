/** Children on plain Node.js, and the hand-over of an accepted stream socket from the browser shell to a child. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ChildHandle } from '../../src-main/ports/process-host.ts'
import { startBrowserShell } from '../../src-main/shells/browser/index.ts'
import { createNodePlatform, type NodePlatform } from '../../src-main/shells/node/index.ts'
import { createFakeApp } from '../support/fake-app.ts'
import { stillRunning } from '../support/process-table.ts'
import { shellClient } from '../support/shell-client.ts'
import { collectingLogger, type CollectingLogger } from '../support/silent-logger.ts'

const child = new URL('./echo-child.ts', import.meta.url).pathname
let folder: string
let platform: NodePlatform
let logger: CollectingLogger

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vizlink-process-host-'))
  logger = collectingLogger()
  platform = createNodePlatform({
    logger,
    dataFolder: join(folder, 'data'),
    entries: { stream: child, link: child },
  })
})

afterEach(async () => {
  await platform.dispose()
  await rm(folder, { recursive: true, force: true })
})

/** Messages of a child, one at a time. */
function inbox(handle: ChildHandle): () => Promise<unknown> {
  const waiting: ((message: unknown) => void)[] = []
  const arrived: unknown[] = []
  handle.onMessage((message) => {
    const take = waiting.shift()
    if (take) take(message)
    else arrived.push(message)
  })
  return () =>
    arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve))
}

describe('children', () => {
  test('talk, and see neither arguments nor more of the environment than they need', async () => {
    process.env.VIZLINK_TEST_CANARY = 'canary'
    process.env.SSH_AUTH_SOCK ??= '/nowhere'
    const handle = platform.processes.start('stream')
    const next = inbox(handle)
    expect(await next()).toEqual({ type: 'ready' })
    handle.send({ type: 'echo', value: { text: 'ü', list: [1] } })
    expect(await next()).toEqual({ echo: { text: 'ü', list: [1] } })
    handle.send({ type: 'environment' })
    const { names, argv } = (await next()) as { names: string[]; argv: string[] }
    expect(argv).toEqual([])
    // Node.js itself adds the two for the channel.
    const allowed = [
      'HOME',
      'LANG',
      'LC_ALL',
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
      'NODE_COMPILE_CACHE',
      'PATH',
      'TMPDIR',
      'TZ',
      'UV_USE_IO_URING',
      'VIZLINK_NATIVE',
    ]
    expect(names.filter((name) => !allowed.includes(name))).toEqual([])
    delete process.env.VIZLINK_TEST_CANARY
  })

  test('their end is reported, and nothing is sent after it', async () => {
    const exits = platform.processes.start('link')
    exits.send({ type: 'exit', code: 7 })
    expect(await exits.exited).toEqual({ code: 7, signal: null, errorOutput: '' })
    expect(exits.send({ type: 'echo', value: 1 })).toBe(false)
    const dies = platform.processes.start('link')
    dies.send({ type: 'crash' })
    expect(await dies.exited).toEqual({ code: null, signal: 'SIGKILL', errorOutput: '' })
  })

  test('one that does not listen is killed', async () => {
    const handle = platform.processes.start('link')
    const next = inbox(handle)
    await next()
    handle.send({ type: 'ignore-term' })
    await next()
    await handle.end()
    expect((await handle.exited).signal).toBe('SIGKILL')
    expect(stillRunning([handle.pid])).toEqual([])
  })

  test('all are gone after the platform', async () => {
    const handles = [platform.processes.start('link'), platform.processes.start('stream')]
    await platform.dispose()
    expect(stillRunning(handles.map(({ pid }) => pid))).toEqual([])
  })

  test('what they say on standard error is logged, cut and without secrets', async () => {
    const handle = platform.processes.start('link')
    handle.send({ type: 'shout', text: `token=abcdef\n${'x'.repeat(10_000)}\n` })
    await expect
      .poll(() => logger.lines.filter(({ event }) => event === 'link-process.error-output').length, {
        timeout: 10_000,
      })
      .toBe(2)
    const lines = logger.lines.filter(({ event }) => event === 'link-process.error-output')
    expect(String(lines[1]?.fields.line).length).toBeLessThanOrEqual(2000)
  })

  test('the last errors come with the end, without secrets', async () => {
    const handle = platform.processes.start('link')
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n')
    handle.send({ type: 'shout', text: `${lines}\npassword=abcdef\nit broke\n` })
    handle.send({ type: 'exit', code: 3 })
    const { code, errorOutput = '' } = await handle.exited
    expect(code).toBe(3)
    expect(errorOutput.split('\n')).toHaveLength(12)
    expect(errorOutput).toMatch(/it broke$/)
    expect(errorOutput).not.toContain('abcdef')
  })

  test('a program that cannot be started ends at once', async () => {
    const broken = createNodePlatform({
      logger,
      dataFolder: join(folder, 'data'),
      entries: { link: join(folder, 'missing.ts') },
    })
    expect((await broken.processes.start('link').exited).code).not.toBe(0)
    await broken.dispose()
  })
})

test('an accepted stream socket is continued in the child', async () => {
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  const handle = platform.processes.start('stream')
  const next = inbox(handle)
  await next()
  const app = createFakeApp({
    attach: (_portId, { headers, head }, socket) =>
      handle.send({ type: 'attach-socket', headers, head: head.toString('base64') }, socket),
  })
  const shell = await startBrowserShell({ app, rendererFolder: folder, logger })
  try {
    const client = shellClient(shell)
    const headers = { cookie: await client.signIn(), origin: shell.origin }
    const { socket, status, messages } = await client.openSocket('/stream/p1', headers)
    expect(status).toBe(101)
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(1)
    // It is another process that answers.
    expect(messages[0]?.at(-1)).toBe(handle.pid & 255)
    const bytes = Buffer.alloc(50_000, 7)
    socket.send(bytes)
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(2)
    expect(messages[1]?.equals(bytes)).toBe(true)
    socket.close()
    expect(await next()).toEqual({ gone: true })
    // And this process still serves others.
    expect(await client.signIn()).not.toBe('')
  } finally {
    await shell.dispose()
  }
})

test('what a page says before the child has its socket is not lost', async () => {
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  const handle = platform.processes.start('stream')
  await inbox(handle)()
  const app = createFakeApp({
    attach: (_portId, { headers, head }, socket) =>
      handle.send({ type: 'attach-socket', headers, head: head.toString('base64') }, socket),
  })
  const shell = await startBrowserShell({ app, rendererFolder: folder, logger })
  const { host, hostname, port, origin } = new URL(shell.origin)
  const socket = connect(Number(port), hostname)
  try {
    const cookie = await shellClient(shell).signIn()
    let answer = ''
    socket.on('data', (part) => (answer += part.toString('latin1')))
    // A child that takes its time.
    process.kill(handle.pid, 'SIGSTOP')
    socket.write(
      `GET /stream/p1 HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nCookie: ${cookie}\r\nUpgrade: websocket\r\n` +
        'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    await delay(300)
    const said = Buffer.from('the first words')
    // One masked binary frame (RFC 6455, 5.2); a mask of zeros changes nothing.
    socket.write(Buffer.concat([Buffer.from([0x82, 0x80 | said.length, 0, 0, 0, 0]), said]))
    await delay(300)
    process.kill(handle.pid, 'SIGCONT')
    await expect.poll(() => answer, { timeout: 10_000 }).toContain('the first words')
  } finally {
    socket.destroy()
    process.kill(handle.pid, 'SIGCONT')
    await shell.dispose()
  }
})

test.each(['link', 'stream'] as const)(
  'a terminal’s SIGINT does not end the %s process: the app does',
  async (name) => {
    const usual = createNodePlatform({ logger, dataFolder: join(folder, 'data') })
    const handle = usual.processes.start(name)
    expect(await inbox(handle)()).toEqual({ type: 'ready' })
    process.kill(handle.pid, 'SIGINT')
    // The signal comes first; a process that ends by it is not asked any more.
    await handle.end()
    expect(await handle.exited).toMatchObject({ code: 0, signal: null })
    await usual.dispose()
  },
)
