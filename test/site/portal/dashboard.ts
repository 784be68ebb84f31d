/** The portal's dashboard backend: what a status panel reads, from real sinfo, squeue and scontrol, in the recorded shapes. */
import { randomInt } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import type { Slurm } from '../slurm/index.ts'
import { pythonTime } from './flask.ts'
import type { FlaskAnswer, Handler, Routes } from './flask.ts'
import { slurmReader } from './slurm-reader.ts'
import type { SlurmReader } from './slurm-reader.ts'

const gibibyte = 2 ** 30
const ok = (json: object): FlaskAnswer => ({ status: 200, json })

/** Runs `read`; a Slurm that fails is a 500 with the real service's words. */
function fromSlurm(read: () => Promise<object>): Handler {
  return async () => {
    try {
      return ok(await read())
    } catch {
      return { status: 500, json: { success: false, error: 'Slurm command timeout' } }
    }
  }
}

async function healthStatus(reader: SlurmReader, startedAt: number): Promise<object> {
  const now = pythonTime()
  const uptime = new Date(Date.now() - startedAt).toISOString().slice(11, 19)
  const ping = await reader.ping()
  const disk = await statfs('/')
  const total = (disk.blocks * disk.bsize) / gibibyte
  const free = (disk.bavail * disk.bsize) / gibibyte
  const rounded = (value: number): number => Math.round(value * 100) / 100
  return {
    success: true,
    // As in the real service: critical merely because no Prometheus and no node_exporter run.
    overall_status: 'critical',
    mode: 'production',
    timestamp: now,
    services: {
      backend: {
        status: 'healthy',
        uptime,
        uptime_percentage: 99.9,
        memory_mb: rounded(process.memoryUsage.rss() / 2 ** 20),
        cpu_percent: 0,
        last_check: now,
      },
      websocket: {
        status: 'healthy',
        mode: 'integrated',
        info: 'WebSocket integrated with Flask backend (SocketIO)',
        uptime,
        uptime_percentage: 99.9,
        last_check: now,
      },
      prometheus: { status: 'down', error: 'Connection failed', last_check: now },
      node_exporter: { status: 'down', error: 'Connection failed', last_check: now },
      slurm:
        ping === null
          ? { status: 'down', error: 'Unknown error', last_check: now }
          : {
              status: 'healthy',
              slurmctld: 'up',
              slurmd: 'up',
              details: ping,
              uptime: 'N/A',
              uptime_percentage: 100,
              last_check: now,
            },
      database: {
        status: 'healthy',
        table_count: 12,
        notifications_count: 0,
        size_mb: 0.25,
        uptime: 'N/A',
        uptime_percentage: 99.9,
        last_check: now,
      },
      storage: {
        status: 'healthy',
        usage_percent: rounded((1 - free / total) * 100),
        free_gb: rounded(free),
        total_gb: rounded(total),
        last_check: now,
      },
    },
  }
}

async function realNodes(reader: SlurmReader): Promise<object> {
  const [nodes, partitions] = await Promise.all([reader.nodes(), reader.partitions()])
  const known: Record<string, string> = { idle: 'idle', allocated: 'allocated', mixed: 'mixed' }
  const rows = nodes.map((node) => ({
    hostname: node.name,
    ipAddress: node.address,
    cores: node.cpus,
    memory: node.memoryMegabytes,
    // The real service calls down and drained nodes `down` and every state it does not know `idle`.
    state: known[node.state] ?? (/^(down|drain)/.test(node.state) ? 'down' : 'idle'),
    partition: node.partition,
    cpus_allocated: node.cpusAllocated,
    cpus_idle: node.cpusIdle,
  }))
  const byPartition: Record<string, object[]> = {}
  for (const row of rows) (byPartition[row.partition] ??= []).push(row)
  return {
    success: true,
    mode: 'production',
    data: {
      nodes: rows,
      partitions,
      nodes_by_partition: byPartition,
      total_nodes: rows.length,
      timestamp: pythonTime(),
    },
  }
}

async function realtime(reader: SlurmReader): Promise<object> {
  const [nodes, jobs] = await Promise.all([reader.nodes(), reader.jobs()])
  const count = (pattern: RegExp): number => nodes.filter(({ state }) => pattern.test(state)).length
  const allocated = count(/^(allocated|mixed)/)
  const share = nodes.length === 0 ? 0 : (allocated / nodes.length) * 100
  return {
    success: true,
    mode: 'production',
    data: {
      timestamp: pythonTime(),
      // Invented by the real service in just this way.
      cpuUsage: share,
      memoryUsage: share * 0.9,
      gpuUsage: share * 0.7,
      activeJobs: jobs.filter(({ state }) => state === 'RUNNING').length,
      pendingJobs: jobs.filter(({ state }) => state === 'PENDING').length,
      totalNodes: nodes.length,
      idleNodes: count(/^idle/),
      allocatedNodes: allocated,
      downNodes: count(/^(down|drain)/),
    },
  }
}

async function storageUsage(): Promise<object> {
  const disk = await statfs('/')
  const total = (disk.blocks * disk.bsize) / gibibyte
  const used = total - (disk.bavail * disk.bsize) / gibibyte
  const storages = ['/home', '/scratch', '/data'].map((path) => ({
    path,
    name: path,
    used_gb: Math.ceil(used),
    total_gb: Math.round(total),
    usage_percent: Math.round((used / total) * 1000) / 10,
  }))
  return { storages, total: storages.length, mode: 'production' }
}

/** Routes of the dashboard backend (paths as it sees them, with `/api`). */
export function dashboardRoutes(slurm: Slurm): Routes {
  const reader = slurmReader(slurm)
  const startedAt = Date.now()
  return {
    '/api/health': { GET: () => ok({ status: 'healthy', mode: 'production', timestamp: pythonTime() }) },
    '/api/auth/config': {
      GET: () => ok({ sso_enabled: false, jwt_required: false, timestamp: pythonTime() }),
    },
    '/api/health/status': { GET: async () => ok(await healthStatus(reader, startedAt)) },
    '/api/nodes': {
      GET: fromSlurm(async () => {
        const nodes = (await reader.nodes()).map((node) => ({
          name: node.name,
          state: node.stateWithFlag,
          cpus: node.cpuCounts,
          memory: String(node.memoryMegabytes),
          free_memory: node.freeMemory,
          cpu_load: node.load,
          time_limit: node.timeLimit,
          nodes: '1',
        }))
        return { success: true, nodes, count: nodes.length, mode: 'production', timestamp: pythonTime() }
      }),
    },
    '/api/slurm/nodes/real': { GET: fromSlurm(() => realNodes(reader)) },
    '/api/slurm/status': {
      GET: fromSlurm(async () => ({
        success: true,
        mode: 'production',
        partitions: (await reader.partitions()).map(({ name, availability, timelimit, nodes, state }) => ({
          name,
          availability,
          timelimit,
          nodes,
          state,
        })),
        timestamp: pythonTime(),
      })),
    },
    '/api/slurm/jobs': {
      GET: fromSlurm(async () => {
        const jobs = (await reader.jobs()).map((job) => ({
          ...job,
          // Random in the real service as well; the real priority stands in `qos`.
          priority: randomInt(100, 1000),
          account: 'research',
        }))
        return { success: true, mode: 'production', jobs, count: jobs.length, timestamp: pythonTime() }
      }),
    },
    '/api/metrics/realtime': { GET: fromSlurm(() => realtime(reader)) },
    '/api/storage/usage': { GET: async () => ok(await storageUsage()) },
  }
}
