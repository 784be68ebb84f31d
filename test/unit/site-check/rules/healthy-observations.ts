/** What the site check sees at a site where nothing is wrong. Tests change one thing in it. */
import { siteCheckProfileSchema } from '../../../../src-main/shared/model/site-check-profile.ts'
import type {
  FolderSight,
  NodeSight,
  Observations,
  ServiceSight,
} from '../../../../src-main/site-check/observations.ts'

const now = Date.UTC(2026, 10, 25)
const dayMs = 86_400_000

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })
export const unseen = (reason: string): { ok: false; reason: string } => ({ ok: false, reason })

const answers: ServiceSight = { state: 'answers', seen: 'GET /: 200', url: 'https://portal.example/' }
const folder = (path: string): FolderSight => ({
  path,
  there: true,
  silent: false,
  inode: '42',
  fileSystem: { machine: null, bytes: 1e12, id: '0' },
  owner: 'root',
  freeBytes: 5e11,
  writable: true,
})
const closed = { state: 'closed' as const, address: 'portal.example:1' }

const node = (name: string): NodeSight => ({
  name,
  home: folder('/home'),
  scratch: folder('/scratch'),
  temporary: folder('/tmp'),
  image: {
    name: 'sunshine_desktop.sif',
    path: '/opt/apptainers/sunshine_desktop.sif',
    bytes: 5_000_000_000,
  },
  jobLogs: folder('/scratch/sunshine_logs'),
  sessions: folder('/scratch/sunshine_sessions'),
  oldSessions: 0,
  gpu: { kind: 'nvidia', driverWorks: true, encoder: true, seen: 'NVIDIA A40' },
  missingPrograms: [],
  xConfiguration: { path: '/etc/X11/xorg.conf.nvidia', there: true },
  inputDevice: { path: '/dev/uinput', there: true },
  host: { badCommandLine: null, started: 'sunshine', version: '2026.516.143833' },
})

/** Fresh at every call: callers may change it. */
export function healthyObservations(): Observations {
  return {
    now,
    profile: {
      origin: 'https://portal.example',
      partition: 'viz',
      singleSignOn: false,
      redisNamed: true,
      loginIsController: true,
      ports: siteCheckProfileSchema.parse({}).ports,
      vncTunnelPorts: { first: 6900, last: 6999 },
    },
    portal: ok(1),
    authPortal: ok({ ...answers, info: { ssoEnabled: false, ssoType: 'mock' } }),
    dashboard: ok({
      ...answers,
      mode: 'production',
      nodesMode: 'production',
      ssoEnabled: false,
      prometheus: { healthy: true, seen: '200' },
      terminal: false,
      debugger: false,
    }),
    cae: ok({ ...answers, debugger: false }),
    caeAutomation: ok({ ...answers }),
    moonlight: ok({
      ...answers,
      image: { id: 'desktop', available: true },
      sessions: { count: 1, inMemory: 0, seen: '1 session' },
      redisFailure: null,
    }),
    webSocket: ok({ ...answers }),
    pages: ok([{ page: '/vnc', there: true }]),
    openProxy: ok({ routed: false, seen: '404' }),
    times: ok({ dashboard: 2, moonlight: 2, dashboardPage: 2, moonlightPage: 2 }),
    certificate: ok({
      trustProblem: null,
      pin: 'none',
      selfSigned: false,
      isStranger: false,
      hasAlternativeNames: true,
      isCommonName: true,
      nameProblem: null,
      names: 'CN portal.example',
      validFrom: now - dayMs,
      validTo: now + 90 * dayMs,
      issuer: 'Example authority',
    }),
    ports: ok({
      redis: closed,
      cae: closed,
      caeAutomation: closed,
      dashboard: closed,
      webSocket: closed,
      moonlight: closed,
      authPortal: closed,
    }),
    redis: {
      fromHere: ok({ state: 'refused', seen: 'refused' }),
      fromLogin: ok({
        state: 'locked',
        seen: 'NOAUTH',
        tls: ok({ problem: null, seen: 'TLS' }),
      }),
      data: ok({
        persistent: true,
        persistenceSeen: 'save 3600 1',
        cluster: ok({ enabled: false, seen: 'cluster_enabled:0' }),
        sessions: ok({ count: 1, withoutEnd: [], ghosts: [] }),
      }),
    },
    token: ok({ accepted: true, seen: '200' }),
    login: ok({ seen: 'ada@login.example:22' }),
    slurm: ok({
      controller: { up: true, seen: 'UP' },
      partition: { state: 'up', seen: 'viz is up' },
      nodes: ['viz01', 'viz02'].map((name) => ({
        name,
        state: 'idle',
        responding: true,
        gres: 'gpu:a40:1',
        reason: '',
      })),
    }),
    loginHost: ok({
      home: folder('/home'),
      scratch: folder('/scratch'),
      images: new Map([['sunshine_desktop.sif', 5_000_000_000]]),
      listening: [{ port: 22, open: true }],
      addresses: ['10.0.0.2'],
      logRotation: { state: 'found', seen: '/etc/logrotate.d/portal' },
    }),
    nodes: ok({
      looked: ['viz01', 'viz02'].map((name) => ({ name, way: ok(null), sight: ok(node(name)) })),
      all: 2,
    }),
  }
}
