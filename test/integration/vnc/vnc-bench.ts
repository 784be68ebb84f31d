/**
 * Desktops of the kind VNC on a stand-in for the portal and on link processes that do as a test says: what no real site does on demand,
 * as news that come in one go with the reply before them. The whole way is in test/integration/vnc/desktop.test.ts.
 */
import { vi } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FromLinkProcess, ToLinkProcess } from '../../../src-main/link-process/messages.ts'
import type { ChildHandle } from '../../../src-main/ports/process-host.ts'
import type { Platform } from '../../../src-main/ports/platform.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import type { PortalSite } from '../../../src-main/services/auth/site-registry.ts'
import { BaseUrls } from '../../../src-main/services/auth/base-urls.ts'
import { DesktopService } from '../../../src-main/services/desktop/service.ts'
import { SessionService } from '../../../src-main/services/sessions/service.ts'
import { SessionRegistry } from '../../../src-main/services/sessions/site-sessions.ts'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { startStandIn, type Asked } from '../../support/stand-in-portal.ts'

type Request = Extract<ToLinkProcess, { type: 'request' }>
type Say = (message: FromLinkProcess) => void

/** What a link process says with the reply, in one go, to the request of this name; `nth` counts those of its name, from 1. */
export type Behind = (request: Request, nth: number, say: Say) => void

/** What Slurm says of a job that runs, and of one that is gone. */
export const runningJob = 'job|RUNNING|None|viz01|1795438390|1795467190|ada|1000|viz|vnc-ada\nsqueue ended: 0'
const notKnown = 'slurm_load_jobs error: Invalid job id specified'
export const goneJob = `squeue ended: 1\n${notKnown}\nscontrol ended: 1\n${notKnown}\nasked everywhere`

/** Port 5901 in /proc/net/tcp. */
const listener = (uid: number): string =>
  `   0: 0100007F:170D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  ${uid}        0 1 1 0 100 0 0 10 0\n`

/** One identity for all: its key takes a moment to make. */
const kept = new Map<string, string>()
const secrets = {
  persistent: true,
  get: async (name: string) => kept.get(name) ?? null,
  set: async (name: string, value: string) => void kept.set(name, value),
  delete: async (name: string) => void kept.delete(name),
}

export async function startVncBench() {
  const dataFolder = mkdtempSync(join(tmpdir(), 'vizlink-vnc-'))
  /** Sessions at the portal, by id. */
  const sessions = new Map<string, object>()
  const bench = {
    /** Where the dashboard's API is. */
    base: '/api',
    /** Unix ms of the app's clock. */
    now: Date.now(),
    behind: (() => undefined) as Behind,
    /** What sign-ins wait for. */
    signIn: Promise.resolve(),
    /** What the end of a session waits for. */
    removal: Promise.resolve(),
    /** What Slurm says. */
    job: runningJob,
    /** Whose program listens at the sessions' port, as seen on the node. */
    portOwner: 1000,
  }
  const add = (id: string): void =>
    void sessions.set(id, {
      ...{ session_id: id, job_id: sessions.size + 1, username: 'ada', vnc_port: 5901, status: 'running' },
      ...{ image_name: 'XFCE4 Desktop', created_at: '2026-01-01T10:00:00', duration_hours: 4 },
    })
  const answer = ({ method, path }: Asked): { status: number; json: object } | null => {
    if (path === `${bench.base}/health`)
      return { status: 200, json: { status: 'healthy', mode: 'production' } }
    const id = path.slice(`${bench.base}/vnc/sessions`.length + 1)
    if (!path.startsWith(`${bench.base}/vnc/sessions`)) return null
    if (method === 'GET') return { status: 200, json: { sessions: [...sessions.values()] } }
    if (method === 'DELETE') return { status: sessions.delete(id) ? 200 : 404, json: {} }
    // Two within a second get one name.
    const name = `vnc-ada-${Math.floor(Date.now() / 1000)}`
    add(name)
    return { status: 201, json: sessions.get(name) ?? {} }
  }
  const portal = await startStandIn((asked, response) => {
    const reply = (): void => {
      const { status, json } = answer(asked) ?? { status: 404, json: null }
      response.writeHead(status, { 'content-type': json ? 'application/json' : 'text/html' })
      response.end(json ? JSON.stringify(json) : '<html>')
    }
    if (asked.method === 'DELETE') void bench.removal.then(reply)
    else reply()
  })
  const profile = siteProfileSchema.parse({
    ...{ version: 1, id: 'site', name: 'Site', portal: { origin: portal.origin, user: 'ada' } },
    ssh: { user: 'ada', loginHost: { address: '127.0.0.1' }, nodes: {} },
  })
  const loaded = {
    profile,
    ...{ portalCa: null, identityFile: null, jobTemplate: null, redisPasswordFile: null, redisCaFile: null },
  }
  const lease = {
    user: 'ada',
    verified: true,
    warnings: [],
    onLost: () => undefined,
    release: async () => undefined,
  }
  const site: PortalSite = {
    kind: 'portal',
    loaded,
    portal: profile.portal!,
    access: { open: () => Promise.resolve(new PortalHttp(null)) },
    bases: new BaseUrls(dataFolder, profile.portal!),
    auth: {
      signIn: () => bench.signIn.then(() => lease),
      token: async () => 'token',
      outlook: async () => ({ kind: 'test', user: 'ada' }),
      ...{ keepAlive: async () => undefined, signOut: async () => undefined, dispose: async () => undefined },
    },
  }
  /** Requests to all link processes. */
  const requests: Request[] = []
  /** Sends news from the link process that opened a channel last. */
  let say: Say = () => undefined
  const start = (): ChildHandle => {
    const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
    let own: Say = () => undefined
    return {
      ...{ pid: 0, exited: gone.promise, end: () => gone.promise.then(() => undefined) },
      onMessage: (listener) => void (own = listener),
      send(message) {
        const request = message as ToLinkProcess
        if (request.type !== 'request') return true
        requests.push(request)
        if (request.name === 'open-channel') say = own
        const nth = requests.filter(({ name }) => name === request.name).length
        const command = JSON.stringify(request.input)
        const job = Number(/--job (\d+)/.exec(command)?.[1])
        const known = [...sessions.values()].some((one) => (one as { job_id: number }).job_id === job)
        const jobAnswer = known ? bench.job : goneJob
        const stdout = command.includes('squeue') ? jobAnswer : `1000\n${listener(bench.portOwner)}`
        const replies: Partial<Record<Request['name'], object>> = {
          'open-hop': { hopId: `hop-${nth}` },
          'open-channel': { channelId: `channel-${nth}` },
          exec: { stdout, stderr: '', code: 0, truncated: false },
        }
        const value = replies[request.name] ?? null
        queueMicrotask(() => {
          own({ type: 'reply', id: request.id, ok: true, value })
          bench.behind(request, nth, own)
          if (request.name === 'close') gone.resolve({ code: 0, signal: null })
        })
        return true
      },
    }
  }
  const snapshots = new Map<string, DesktopSnapshot>()
  const platform: Platform = {
    ...{ processes: { start }, dataFolder, secrets, logger: collectingLogger(), notify: () => undefined },
    clock: { now: () => bench.now },
    shell: 'browser',
    openExternal: async () => undefined,
  }
  const sites = { of: () => site }
  const registry = new SessionRegistry(platform)
  const service = new DesktopService(
    platform,
    sites,
    registry,
    (snapshot) => void snapshots.set(snapshot.desktopId, snapshot),
  )
  const list = new SessionService(sites, platform, null, null, registry)
  const of = { siteId: 'site', kind: 'vnc' as const, user: null }
  const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 3000 }
  return Object.assign(bench, {
    service,
    /** The user's list at the portal. */
    list: () => list.list(of),
    end: (sessionId: string) => service.endSession(list, of, sessionId),
    openPort: (desktopId: string) => service.get(desktopId).takePort(),
    sessions,
    add,
    requests,
    portal,
    start: (more: { sessionId?: string; newSession?: boolean } = {}) =>
      service.start({ ...of, video, ...more }),
    say: (message: FromLinkProcess) => say(message),
    /** Inputs of the requests of a name. */
    asked: (name: Request['name']) => requests.filter((one) => one.name === name).map(({ input }) => input),
    until: (desktopId: string, state: DesktopSnapshot['state'], epoch = 0) =>
      vi.waitUntil(
        () => {
          const now = snapshots.get(desktopId)
          return now?.state === state && now.epoch >= epoch ? now : null
        },
        { timeout: 30_000, message: `the desktop is ${state}` },
      ),
    async [Symbol.asyncDispose]() {
      await service.dispose()
      await portal[Symbol.asyncDispose]()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  })
}
