/** VNC desktops from the portal's session to pixels of the real server, through SSH, link process and browser shell. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createApp, type App } from '../../../src-main/app.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import { startBrowserShell, type BrowserShell } from '../../../src-main/shells/browser/index.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import type { CallInput, CallName, CallOutput } from '../../../src-main/shared/contract.ts'
import { VizlinkError } from '../../../src-main/shared/errors.ts'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { english } from '../../support/english.ts'
import { rfbClient } from './rfb-client.ts'
import { vizlink } from '../../support/running-program.ts'
import { shellClient } from '../../support/shell-client.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { said } from '../../support/texts.ts'

let site: Site
let app: App
let shell: BrowserShell
let cookie: string
const stack = new AsyncDisposableStack()
const waitMs = 90_000

beforeAll(async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  stack.defer(() => rmSync(dataFolder, { recursive: true, force: true }))
  site = await startSite({ desktop: 'plain', nodes: 1 })
  stack.defer(() => site.dispose())
  const logger = collectingLogger()
  const platform = createNodePlatform({ logger, dataFolder })
  stack.defer(() => platform.dispose())
  app = createApp(platform, { profiles: [await loadProfile(site.ready.profile)] })
  stack.defer(() => app.dispose())
  shell = await startBrowserShell({ app, rendererFolder: dataFolder, logger })
  stack.defer(() => shell.dispose())
  cookie = await shellClient(shell).signIn()
})
afterAll(() => stack.disposeAsync())

async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const reply = await app.call({ id: 'test', trusted: true }, name, input)
  if (!reply.ok) throw new VizlinkError(reply.failure)
  return reply.value as CallOutput<N>
}

const here = { siteId: 'demo', kind: 'vnc' as const, user: null }
const size = { width: 1024, height: 768 }
const video = { ...size, fps: 30, bitrateKbps: 3000 }

const until = (desktopId: string, state: DesktopSnapshot['state'], epoch = 0): Promise<DesktopSnapshot> =>
  vi.waitUntil(
    async () => {
      const now = await call('desktop.get', { desktopId })
      if (now.state === 'failed' && state !== 'failed') throw new VizlinkError(now.failure!)
      return now.state === state && now.epoch >= epoch ? now : null
    },
    { timeout: waitMs, message: `the desktop is ${state}` },
  )

async function start(sessionId?: string): Promise<string> {
  const { desktopId } = await call('desktop.start', { ...here, video, ...(sessionId ? { sessionId } : {}) })
  return desktopId
}

/** A socket at the shell with an RFB client on it; `status` is that of the answer. */
async function openSocket(path: string | null, headers: Record<string, string> = {}) {
  const sent = { origin: shell.origin, cookie, ...headers }
  const socket = new WebSocket(`${shell.origin.replace('http', 'ws')}${path}`, { headers: sent })
  socket.on('error', () => undefined)
  // Bytes may follow the answer at once.
  const rfb = rfbClient(socket)
  const status = await new Promise<number>((resolve) => {
    socket.once('open', () => resolve(101))
    socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0))
  })
  return { socket, rfb, status }
}

/** A page on a desktop that is ready. */
const openPage = async (desktopId: string) => openSocket((await call('desktop.openPort', { desktopId })).path)

const jobsGone = () =>
  vi.waitUntil(async () => ((await site.activeJobs()).length === 0 ? true : null), {
    timeout: waitMs,
    message: 'no job is left',
  })

test('a new desktop: its picture comes by a port that is good once; it runs on when it is left, and ends on request', async () => {
  expect(await call('sessions.list', here)).toEqual([])
  const desktopId = await start()
  const { session, warnings } = await until(desktopId, 'open')
  expect(session?.node).toBe('viz-node001')
  expect(session).toMatchObject({ shared: false })
  expect(warnings.map(said).join()).not.toContain('could not be checked')
  expect(await site.activeJobs()).toEqual([session?.jobId])

  const { path } = await call('desktop.openPort', { desktopId })
  expect((await openSocket(path, { origin: 'http://elsewhere.example' })).status).toBe(403)
  expect((await openSocket(path, { cookie: 'vizlink=1' })).status).toBe(403)
  const { socket, rfb } = await openSocket(path)
  expect(await rfb.start()).toMatchObject({ version: 'RFB 003.008\n', securityTypes: [1], ...size })
  const colours = await vi.waitUntil(
    async () => {
      const picture = await rfb.picture()
      const seen = new Set<number>()
      for (let at = 0; at < picture.length; at += 4) seen.add(picture.readUInt32LE(at) & 0xffffff)
      return seen.size > 3 ? seen : null
    },
    { timeout: waitMs, message: 'the desktop’s programs are in the picture' },
  )
  expect(colours.size).toBeGreaterThan(3)
  expect((await openSocket(path)).status).toBe(404)

  // What is open is not opened twice; another session is opened beside it.
  expect([await start(), await start(session?.id)]).toEqual([desktopId, desktopId])
  const beside = await start('vnc-beside-1')
  expect(english((await until(beside, 'failed')).failure).message).toContain('is over')
  expect((await call('desktop.get', { desktopId })).state).toBe('open')
  await call('desktop.forget', { desktopId: beside })

  const closed = new Promise((resolve) => socket.once('close', resolve))
  await call('desktop.disconnect', { desktopId })
  await closed
  expect(await site.activeJobs()).toEqual([session?.jobId])
  expect(await call('sessions.list', here)).toMatchObject([
    { id: session?.id, status: 'running', shared: false },
  ])

  const listed = await vizlink(['sessions', '--json', '--site', site.ready.profile], site.directory)
  expect(listed.report).toMatchObject([{ kind: 'vnc', id: session?.id, jobId: session?.jobId }])
  await site.setFault('moonlight-not-routed', true)
  const withoutStreams = await vizlink(['sessions', '--json', '--site', site.ready.profile], site.directory)
  await site.setFault('moonlight-not-routed', false)
  expect(withoutStreams).toMatchObject({ code: 0, report: [{ kind: 'vnc', id: session?.id }] })
  expect(withoutStreams.stderr).toMatch(/^Streamed desktops are not listed: The portal has no route/)
  const again = await start(session?.id)
  await until(again, 'open')
  await (await openPage(again)).rfb.start()
  await call('sessions.end', { ...here, sessionId: session?.id ?? '' })
  expect((await call('desktop.get', { desktopId: again })).state).toBe('ended')
  await jobsGone()
  expect(await call('sessions.list', here)).toEqual([])
})

test('the way by the cluster’s network, as requested; a lost page comes back; a server that is killed ends it with the job’s log', async () => {
  await site.setFault('node-ssh-refused', true)
  const desktopId = await start()
  const { warnings } = await until(desktopId, 'open')
  await site.setFault('node-ssh-refused', false)
  expect(warnings.map(said).join('\n')).toMatch(/could not be checked.*unencrypted/s)
  const first = await openPage(desktopId)
  await first.rfb.start()
  first.socket.terminate()
  const second = await openPage(desktopId)
  await second.rfb.start()
  expect((await call('desktop.get', { desktopId })).epoch).toBe(1)

  await site.setFault('vnc-killed', true)
  const { failure } = await until(desktopId, 'failed')
  expect(failure?.kind).toBe('job-ended-early')
  expect(failure?.evidence.map(({ value }) => value).join('\n')).toContain('Starting the VNC server')
  await jobsGone()
})

test('a lost login is made again, and the desktop with it', async () => {
  const desktopId = await start()
  const { session } = await until(desktopId, 'open')
  await (await openPage(desktopId)).rfb.start()
  await site.setFault('sshd-stopped', true)
  await until(desktopId, 'reconnecting')
  await site.setFault('sshd-stopped', false)
  await until(desktopId, 'open', 2)
  await (await openPage(desktopId)).rfb.start()
  await vizlink(['end', session?.id ?? '', '--site', site.ready.profile], site.directory)
  await jobsGone()
  await call('desktop.disconnect', { desktopId })
})

test('a job that ends at once, and one that is given up while it starts: nothing is left', async () => {
  await site.setFault('vnc-ends-early', true)
  const { failure } = await until(await start(), 'failed')
  await site.setFault('vnc-ends-early', false)
  expect(failure?.kind).toBe('job-ended-early')
  expect(failure?.evidence.map(({ value }) => value).join('\n')).toContain('Failed to start the VNC server')

  const desktopId = await start()
  await call('desktop.cancel', { desktopId })
  await until(desktopId, 'ended')
  await jobsGone()
  expect(await call('sessions.list', here)).toEqual([])
})

test('slurmctld-down: a desktop that was ended is being ended until Slurm says so, and the portal is not asked before', async () => {
  const { session } = await until(await start(), 'open')
  const sessionId = session?.id ?? ''
  const silence = 'Slurm does not answer on the login host.'
  await site.setFault('slurmctld-down', true)
  try {
    const { over, why } = await call('sessions.end', { ...here, sessionId })
    expect([over, said(why)]).toEqual([false, silence])
    expect((await call('sessions.list', here)).map(({ id, ending }) => [id, said(ending?.why)])).toEqual([
      [sessionId, silence],
    ])
  } finally {
    await site.setFault('slurmctld-down', false)
  }
  // The job runs on, and ends by the client that keeps trying.
  await jobsGone()
  await vi.waitUntil(async () => ((await call('sessions.list', here)).length === 0 ? true : null), {
    timeout: waitMs,
    message: 'the list has it no more',
  })
})
