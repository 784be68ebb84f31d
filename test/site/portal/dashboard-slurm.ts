/** The dashboard's answers from real sinfo, squeue and scontrol, and what it says instead when Slurm does not answer. */
import { randomInt } from 'node:crypto'
import type { Slurm } from '../slurm/index.ts'
import { pythonTime } from './flask.ts'
import type { FlaskAnswer, Handler, Routes } from './flask.ts'
import type { SlurmReader } from './slurm-reader.ts'

const ok = (json: object): FlaskAnswer => ({ status: 200, json })
const production = { success: true, mode: 'production' }

/** Runs `read`; where Slurm fails, `otherwise`. */
const fromSlurm =
  (read: () => Promise<object>, otherwise: FlaskAnswer | (() => FlaskAnswer)): Handler =>
  async () => {
    try {
      return ok(await read())
    } catch {
      return typeof otherwise === 'function' ? otherwise() : otherwise
    }
  }
const failure = (error: string): FlaskAnswer => ({ status: 500, json: { success: false, error } })

/** Every `Key=Value` of a text of scontrol. Split at blanks, so that a reason keeps only its first word. */
function keyValues(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(/\s+/)
      .map((word) => /^([A-Za-z_]+)=(.*)$/.exec(word))
      .filter((found) => found !== null)
      .map(([, key, value]) => [key!, value!]),
  )
}

async function realNodes(reader: SlurmReader): Promise<object> {
  // When Slurm fails there are simply no rows.
  const [nodes, partitions] = await Promise.all([
    reader.nodes().catch(() => []),
    reader.partitions().catch(() => []),
  ])
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
  const timestamp = pythonTime()
  const data = {
    nodes: rows,
    partitions,
    nodes_by_partition: byPartition,
    total_nodes: rows.length,
    timestamp,
  }
  return { ...production, data }
}

async function realtime(reader: SlurmReader): Promise<object> {
  const [nodes, jobs] = await Promise.all([reader.nodes(), reader.jobs()])
  const count = (pattern: RegExp): number => nodes.filter(({ state }) => pattern.test(state)).length
  const allocated = count(/^(allocated|mixed)/)
  const share = nodes.length === 0 ? 0 : (allocated / nodes.length) * 100
  const data = {
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
  }
  return { ...production, data }
}

/** The two nodes that the real service makes up. */
export const inventedNodes = (): object => ({
  success: true,
  mode: 'mock',
  count: 2,
  nodes: [
    {
      name: 'node01',
      state: 'IDLE',
      cpus: '32/0/0/32',
      memory: '128000',
      free_memory: '120000',
      cpu_load: '0.50',
      time_limit: 'infinite',
      nodes: '1',
    },
    {
      name: 'node02',
      state: 'ALLOCATED',
      cpus: '32/16/0/32',
      memory: '128000',
      free_memory: '64000',
      cpu_load: '5.20',
      time_limit: 'infinite',
      nodes: '1',
    },
  ],
  timestamp: pythonTime(),
})

export function slurmRoutes(slurm: Slurm, reader: SlurmReader): Routes {
  const showNode = (name: string) =>
    // Whatever else a name holds, scontrol must take it for a name.
    slurm.run('scontrol', ['show', 'node', name.replace(/[^\w.-]/g, '_')], 20_000)
  const jobs = async () =>
    (await reader.jobs()).map((job) => ({
      ...job,
      // Random in the real service as well; the real priority is in `qos`.
      priority: randomInt(100, 1000),
      account: 'research',
    }))
  return {
    '/api/nodes': {
      GET: fromSlurm(
        async () => {
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
          return { ...production, nodes, count: nodes.length, timestamp: pythonTime() }
        },
        () => ok(inventedNodes()),
      ),
    },
    '/api/nodes/history': {
      GET: () => ok({ ...production, history: [], count: 0, timestamp: pythonTime() }),
    },
    '/api/nodes/:name': {
      GET: async ({ parameters: { name = '' } }) => {
        const shown = await showNode(name)
        if (shown.code !== 0 || shown.stdout.includes('not found'))
          return {
            status: 404,
            json: { success: false, error: `Node ${name} not found`, details: shown.stderr },
          }
        return ok({ ...production, node: keyValues(shown.stdout), timestamp: pythonTime() })
      },
    },
    '/api/slurm/nodes/real': { GET: async () => ok(await realNodes(reader)) },
    '/api/slurm/nodes/:name': {
      GET: async ({ parameters: { name = '' } }) => {
        const shown = await showNode(name)
        if (shown.code !== 0 || shown.stdout.includes('not found'))
          return { status: 404, json: { success: false, error: `Node ${name} not found` } }
        const values = keyValues(shown.stdout)
        const data = {
          hostname: name,
          ipAddress: values.NodeAddr ?? name,
          cpus: Number(values.CPUTot),
          memory: Number(values.RealMemory),
          // The first word alone: a drained node says `idle`.
          state: (values.State ?? '').toLowerCase().split('+')[0],
          partitions: (values.Partitions ?? '').split(',').filter(Boolean),
          features: (values.AvailableFeatures ?? '').split(','),
          gres: values.Gres ?? null,
        }
        return ok({ ...production, data })
      },
    },
    '/api/slurm/status': {
      GET: fromSlurm(
        async () => ({
          ...production,
          partitions: (await reader.partitions()).map(({ name, availability, timelimit, nodes, state }) => ({
            name,
            availability,
            timelimit,
            nodes,
            state,
          })),
          timestamp: pythonTime(),
        }),
        failure("Command '['sinfo', '-h', '-o', '%P %a %l %D %T %N']' returned non-zero exit status 1."),
      ),
    },
    '/api/slurm/jobs': {
      GET: fromSlurm(async () => {
        const rows = await jobs()
        return { ...production, jobs: rows, count: rows.length, timestamp: pythonTime() }
      }, failure('Slurm command timeout')),
    },
    '/api/jobs': {
      GET: async ({ query }) => {
        try {
          const state = query.get('state')
          const rows = (await jobs()).filter((job) => state === null || job.state === state)
          const limited = rows.slice(0, Number(query.get('limit') ?? 100))
          return ok({ jobs: limited, total: limited.length, mode: 'production' })
        } catch {
          return ok({ jobs: [], total: 0, mode: 'mock', error: "'tuple' object has no attribute 'get'" })
        }
      },
    },
    '/api/slurm/qos': {
      // There is no slurmdbd, as at most of these sites.
      GET: () =>
        failure("Command '['sacctmgr', 'show', 'qos', '-n', '-P']' returned non-zero exit status 1."),
    },
    '/api/metrics/realtime': {
      GET: fromSlurm(
        () => realtime(reader),
        failure('Slurm command timeout - check if slurmctld is running'),
      ),
    },
    '/api/ssh/nodes': {
      GET: fromSlurm(
        async () => {
          const nodes = (await reader.nodes()).map(({ name, state }) => ({ name, state }))
          return { nodes, count: nodes.length }
        },
        // Made up, and nothing says so.
        ok({
          nodes: ['node001', 'node002', 'viz-node001'].map((name) => ({ name, state: 'idle' })),
          count: 3,
        }),
      ),
    },
    '/api/reports/dashboard/job-status': {
      GET: async () => {
        const rows = await reader.jobs().catch(() => [])
        const count = (state: string): number => rows.filter((row) => row.state === state).length
        return ok({
          status: 'success',
          mode: 'production',
          running: count('RUNNING'),
          pending: count('PENDING'),
          completed: 0,
          failed: 0,
          cancelled: 0,
          total: rows.length,
        })
      },
    },
  }
}
