/** The portal's dashboard backend (5010): what a status panel reads, in the recorded shapes, defects included. */
import { userInfo } from 'node:os'
import type { Redis } from 'ioredis'
import type { SharedFolders } from '../files/folders.ts'
import type { Slurm } from '../slurm/index.ts'
import { guarded } from './bearer.ts'
import type { BearerOptions } from './bearer.ts'
import { debuggerFile } from './cae.ts'
import { healthStatus, healthSummary } from './dashboard-health.ts'
import type { HealthOptions } from './dashboard-health.ts'
import { mockRoutes } from './dashboard-mock.ts'
import { slurmRoutes } from './dashboard-slurm.ts'
import { pythonTime } from './flask.ts'
import type { FlaskAnswer, Handler, Method, Routes } from './flask.ts'
import { notificationRoutes } from './notifications.ts'
import { terminalRoutes } from './terminal.ts'
import { prometheusRoutes } from './prometheus-pass.ts'
import type { HeldFaults } from './sign-in.ts'
import { slurmReader } from './slurm-reader.ts'
import { dataStats, nodeScratch, storageUsage } from './storage.ts'
import { vncRoutes } from './vnc.ts'
import type { VncOptions } from './vnc.ts'

export interface DashboardOptions {
  slurm: Slurm
  redis: Redis
  folders: SharedFolders
  held: HeldFaults
  imagesListed: boolean
  bearer: BearerOptions
  /** Ports on the inner address. */
  ports: { webSocket: number; prometheus: number; nodeExporter: number }
  vncPorts: VncOptions['vncPorts']
  vncCommand: VncOptions['vncCommand']
}

const ok = (json: object): FlaskAnswer => ({ status: 200, json })
const openTheDoor = { permissions: ['dashboard'] }

/** Routes of the dashboard backend (paths as it sees them, with `/api`). */
export function dashboardRoutes(options: DashboardOptions): Routes {
  const { slurm, folders, held, bearer, ports } = options
  const reader = slurmReader(slurm)
  const startedAt = Date.now()
  const mock = (): boolean => held.has('mock-mode')
  const mode = (): string => (mock() ? 'mock' : 'production')
  const health = (): HealthOptions => ({
    reader,
    startedAt,
    prometheusPort: ports.prometheus,
    nodeExporterPort: ports.nodeExporter,
    scratch: folders.controller.scratch,
    mock: mock(),
  })
  const storage: Routes = {
    '/api/storage/usage': {
      GET: async () => {
        const { home, scratch } = folders.controller
        const storages = await storageUsage({ '/home': home, '/scratch': scratch, '/data': folders.data })
        return ok({ storages, total: storages.length, mode: 'production' })
      },
    },
    '/api/storage/data/stats': {
      GET: async () => {
        const data = await dataStats(folders.data)
        if (!data) return { status: 404, json: { success: false, error: 'Path /data does not exist' } }
        return ok({ success: true, mode: 'production', data })
      },
    },
    '/api/storage/scratch/nodes': {
      GET: async () => {
        const nodes = await reader.nodes().catch(() => [])
        if (nodes.length === 0)
          return ok({ success: true, mode: 'production', data: [], message: 'No nodes found' })
        const owner = userInfo().username
        const rows = nodes.map(({ name }) => nodeScratch(name, folders.node.scratch, owner))
        // Nodes that cannot be reached are simply absent.
        return ok({ success: true, mode: 'production', data: (await Promise.all(rows)).filter(Boolean) })
      },
    },
  }
  const real: Routes = {
    ...slurmRoutes(slurm, reader),
    ...storage,
    '/api/reports/dashboard/resources': {
      GET: async () => {
        const nodes = await reader.nodes().catch(() => [])
        const busy = nodes.filter(({ state }) => /^(alloc|mixed)/.test(state)).length
        const share = nodes.length === 0 ? 0 : (busy / nodes.length) * 100
        const hours = Array.from({ length: 24 }, (_, back) => new Date(Date.now() - (23 - back) * 3_600_000))
        return ok({
          status: 'success',
          mode: 'production',
          // All 24 values are the present one.
          cpu_usage: hours.map(() => share),
          memory_usage: hours.map(() => 0),
          gpu_usage: hours.map(() => 0),
          timestamps: hours.map((hour) => `${hour.toISOString().slice(0, 13).replace('T', ' ')}:00`),
        })
      },
    },
  }
  /** The real answer, or the invented one in mock mode. */
  const either = (url: string, methods: Routes[string]): Routes[string] =>
    Object.fromEntries(
      Object.entries(methods).map(([method, handler]): [string, Handler] => [
        method,
        (request) => ((mock() && mockRoutes[url]?.[method as Method]) || handler)(request),
      ]),
    )
  const forbidden = guarded(bearer, openTheDoor, () => ({
    status: 501,
    json: { success: false, error: 'The demo site takes no jobs here' },
  }))

  return {
    '/api/health': {
      GET: (request) =>
        (held.has('dashboard-debugger') ? debuggerFile(request) : null) ??
        ok({ status: 'healthy', mode: mode(), timestamp: pythonTime() }),
    },
    '/api/auth/config': {
      GET: () => ok({ sso_enabled: bearer.wanted(), jwt_required: bearer.wanted(), timestamp: pythonTime() }),
    },
    '/api/health/status': { GET: async () => ok(await healthStatus(health())) },
    '/api/health/summary': { GET: async () => ok(await healthSummary(health())) },
    ...Object.fromEntries(Object.entries(real).map(([url, methods]) => [url, either(url, methods)])),
    '/api/jobs/templates': { GET: () => ok({ templates: [], total: 0 }) },
    '/api/slurm/jobs/submit': { POST: forbidden },
    '/api/slurm/jobs/:id/cancel': { POST: forbidden },
    ...notificationRoutes(ports.webSocket),
    ...prometheusRoutes(ports.prometheus, mode),
    ...vncRoutes(options),
    '/metrics': {
      GET: () => ({
        status: 200,
        text: {
          type: 'text/plain; version=0.0.4; charset=utf-8',
          body: `process_start_time_seconds ${startedAt / 1000}\n`,
        },
      }),
    },
    ...terminalRoutes(held),
  }
}
