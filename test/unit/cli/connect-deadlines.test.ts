/** How long `vizlink connect` waits: for a login, a host, a first picture, and for the end of what it started. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connectHost } from '../../../src-main/cli/connect-host.ts'
import { connectSite } from '../../../src-main/cli/connect-site.ts'
import type { ProcessHost } from '../../../src-main/ports/process-host.ts'
import type { HostSockets } from '../../../src-main/protocols/gamestream/host-client.ts'
import { pairingsOf } from '../../../src-main/services/host/pairings.ts'
import { createNodePlatform, type NodePlatform } from '../../../src-main/shells/node/index.ts'
import type { FromStreamProcess } from '../../../src-main/stream-process/messages.ts'
import { answeringLink } from '../../support/answering-link.ts'
import { createFakeApp } from '../../support/fake-app.ts'
import { isSettled, startFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { desktopSnapshot } from '../../support/page-snapshots.ts'
import { recordedExchange, recordedPairing } from '../../support/recordings.ts'
import { startScriptedHost } from '../../support/scripted-host.ts'
import { anyConfiguration } from '../../support/stream-configuration.ts'
import { silentChild } from '../../support/silent-child.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

const inPlace = vi.hoisted((): { app: unknown; platform: unknown } => ({ app: null, platform: null }))
vi.mock('../../../src-main/app.ts', () => ({ createApp: () => inPlace.app }))
vi.mock('../../../src-main/cli/platform.ts', () => ({ createCommandPlatform: () => inPlace.platform }))
vi.mock('../../../src-main/cli/signals.ts', () => ({ stopRequested: () => new Promise(() => undefined) }))

let folder: string
let platform: NodePlatform
let clock: FakeClock
let said: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-connect-'))
  platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
  said = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (said += String(text)) !== '')
  clock = startFakeClock()
})
afterEach(async () => {
  clock.restore()
  vi.restoreAllMocks()
  await platform.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const video = { size: { width: 1280, height: 720 }, fps: 30, bitrate: 6000, seconds: 5, json: false }
const ssh = 'ada@login.example'
const host = '127.0.0.1:47989'

/** A run with a host behind SSH that is reached by `local`; `stream` is its stream process. */
function runWithHost(local: HostSockets, stream = silentChild().child) {
  const link = answeringLink({
    'open-relay': () => ({
      relayId: 'relay-1',
      place: { folder: '/home/ada/.cache/vizlink', passedOver: [] },
      local,
    }),
  })
  const processes: ProcessHost = { start: (name) => (name === 'link' ? link.processes.start(name) : stream) }
  inPlace.platform = { ...platform, processes }
  return { code: connectHost({ ...video, host, ssh, forget: false }), asked: link.asked }
}

/** Turns of the loop, in which sockets do their work, until `look` is true. */
async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setImmediate(resolve))
}

test('a login has 20 seconds, and a host that is not there is waited for ten', async () => {
  const none = join(folder, 'none.sock')
  const nowhere = { http: none, https: none, web: none, rtsp: 1 }
  const { code, asked } = runWithHost(nowhere)
  await until(async () => {
    await clock.pass(20_000)
    return isSettled(code)
  })
  expect(await code).toBe(1)
  expect(asked[0]).toMatchObject({ name: 'login', input: { deadlineMs: 20_000 } })
  expect(said).toContain('waited: 10 s')
})

test('a host whose picture does not come is waited for ten seconds, and looked at for as long as was asked', async () => {
  const { host_cert_pem: certificatePem, host_key_pem: keyPem } = recordedPairing()
  const answers: Record<string, string> = {
    '/serverinfo': 'calls/serverinfo-https-paired',
    '/applist': 'calls/applist',
    '/launch': 'calls/launch-corever1',
  }
  const scripted = await startScriptedHost(
    { certificatePem, keyPem },
    ({ path }) => recordedExchange(answers[path] ?? '').response,
    folder,
  )
  await pairingsOf(platform.secrets, '--host').remember(`${ssh} ${host}`, certificatePem, 'user')
  const { child, sent } = silentChild()
  let report: (message: FromStreamProcess) => void = () => undefined
  const types = (): string[] => sent.map((message) => (message as { type: string }).type)
  const { code } = runWithHost(scripted.ports, {
    ...child,
    onMessage(listener) {
      report = listener
      queueMicrotask(() => report({ type: 'ready' }))
    },
    send(message) {
      const { type } = message as { type: string }
      if (type === 'start')
        queueMicrotask(() => report({ type: 'connected', configuration: anyConfiguration }))
      if (type === 'stop') void child.end()
      return child.send(message)
    },
  })
  try {
    await until(() => types().includes('attach-counter'))
    await clock.pass(14_900)
    expect(types()).toEqual(['start', 'attach-counter'])
    await clock.pass(200)
    expect(types()).toEqual(['start', 'attach-counter', 'stop'])
    expect(await code).toBe(1)
    expect(said).toContain('No frame arrived.')
  } finally {
    await scripted.dispose()
  }
})

test('a site’s desktop without a picture is left after ten seconds and those asked for; its end has forty', async () => {
  const sent: string[] = []
  const app = {
    ...createFakeApp({ answers: { 'desktop.start': () => ({ desktopId: 'one' }) } }),
    desktop: () => ({
      snapshot: desktopSnapshot('one', 'open'),
      stream: null,
      send: (what: string) => void sent.push(what),
    }),
  }
  inPlace.app = app
  inPlace.platform = platform
  const site = join(folder, 'site.json')
  const profile = { version: 1, id: 'site', name: 'Site', portal: { origin: 'https://portal.example' } }
  const login = { loginHost: { address: 'login.example' }, nodes: {} }
  writeFileSync(site, JSON.stringify({ ...profile, ssh: login }))
  const code = connectSite({ ...video, site, keep: false, new: false, wait: true, tokenStdin: false })
  await until(() => app.called.length > 0)
  await clock.pass(14_900)
  expect(sent).toEqual([])
  await clock.pass(200)
  expect(sent).toEqual(['END'])
  await clock.pass(39_700)
  expect(await isSettled(code)).toBe(false)
  await clock.pass(300)
  expect(await code).toBe(1)
})
