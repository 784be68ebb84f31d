/** What the dashboard makes up in mock mode (the default where the variable is not set). */
import { randomInt } from 'node:crypto'
import { pythonTime } from './flask.ts'
import type { FlaskAnswer, Handler, Routes } from './flask.ts'

const ok = (json: object): FlaskAnswer => ({ status: 200, json })
const refuse = (json: object): FlaskAnswer => ({
  status: 400,
  json: { success: false, mode: 'mock', ...json },
})
const pick = <T>(values: readonly T[]): T => values[randomInt(values.length)]!

const job = (index: number): object => ({
  jobId: String(10_000 + index),
  jobName: `job_${index}_${pick(['simulation', 'training', 'analysis'])}`,
  userId: pick(['researcher', 'user01', 'user02']),
  partition: pick(['gpu', 'group2', 'debug']),
  state: pick(['RUNNING', 'PENDING', 'COMPLETED']),
  nodes: randomInt(1, 9),
  cpus: 128 * randomInt(1, 9),
  memory: `${randomInt(32, 64)}GB`,
  startTime: pythonTime(),
  runTime: `0${randomInt(1, 9)}:12:44`,
  qos: `qos_${randomInt(1, 4)}`,
  priority: randomInt(100, 1000),
  account: 'research',
})
const node = (name: string, state: string, allocated: number): object => ({
  name,
  state,
  cpus: `64/${allocated}/0/64`,
  memory: '256000',
  free_memory: String(250_000 - allocated * 3000),
  cpu_load: (allocated / 4 + 0.5).toFixed(2),
  time_limit: 'infinite',
  nodes: '1',
})
const detailsRefused: Handler = () => refuse({ message: 'Node details only available in Production mode' })

/** Routes whose answers differ in mock mode. */
export const mockRoutes: Routes = {
  '/api/slurm/status': {
    GET: () => ok({ success: true, mode: 'mock', partitions: [], timestamp: pythonTime() }),
  },
  '/api/slurm/nodes/real': {
    GET: () =>
      refuse({
        message: 'Real node information is only available in Production mode',
        hint: 'Set MOCK_MODE=false to enable this feature',
      }),
  },
  '/api/slurm/nodes/:name': { GET: detailsRefused },
  '/api/nodes': {
    GET: () => {
      const nodes = [node('cn01', 'IDLE', 0), node('cn02', 'ALLOCATED', 48), node('cn03', 'DOWN', 0)]
      return ok({ success: true, mode: 'mock', nodes, count: nodes.length, timestamp: pythonTime() })
    },
  },
  '/api/nodes/:name': {
    // Every name exists.
    GET: ({ parameters }) =>
      ok({
        success: true,
        mode: 'mock',
        node: {
          NodeName: parameters.name,
          State: 'IDLE',
          Arch: 'x86_64',
          OS: 'Linux 5.15.0',
          Partitions: 'standard,gpu',
          CPUTot: '64',
          CPUAlloc: '0',
          CPULoad: '0.50',
          RealMemory: '256000',
          FreeMem: '220000',
          AllocMem: '0',
          Reason: 'None',
        },
        timestamp: pythonTime(),
      }),
  },
  '/api/slurm/jobs': {
    GET: () => {
      const jobs = Array.from({ length: 20 }, (_, index) => job(index))
      return ok({ success: true, mode: 'mock', jobs, count: jobs.length, timestamp: pythonTime() })
    },
  },
  '/api/jobs': {
    GET: ({ query }) => {
      const count = Math.min(20, Number(query.get('limit') ?? 20))
      const jobs = Array.from({ length: count }, (_, index) => job(index))
      return ok({ jobs, total: jobs.length, mode: 'mock' })
    },
  },
  '/api/slurm/qos': { GET: () => ok({ success: true, mode: 'mock', qos: [] }) },
  '/api/metrics/realtime': {
    GET: () =>
      ok({
        success: true,
        mode: 'mock',
        data: {
          timestamp: pythonTime(),
          cpuUsage: 40 + randomInt(30) + 0.25,
          memoryUsage: 50 + randomInt(20) + 0.25,
          gpuUsage: 50 + randomInt(30) + 0.25,
          activeJobs: randomInt(40, 90),
          pendingJobs: randomInt(5, 40),
          totalNodes: 370,
          idleNodes: randomInt(100, 200),
          allocatedNodes: randomInt(100, 200),
          downNodes: randomInt(0, 5),
        },
      }),
  },
  '/api/storage/usage': {
    GET: () => {
      const row = (path: string, total_gb: number, used_gb: number): object => ({
        path,
        name: path,
        total_gb,
        used_gb,
        usage_percent: (used_gb / total_gb) * 100,
      })
      const storages = [row('/home', 1000, 850), row('/scratch', 10_000, 4500), row('/data', 5000, 1800)]
      return ok({ storages, total: storages.length, mode: 'mock' })
    },
  },
  '/api/storage/data/stats': {
    GET: () => ({ status: 500, json: { success: false, error: "No module named 'data'" } }),
  },
  '/api/storage/scratch/nodes': { GET: () => ok({ success: true, mode: 'mock', data: [] }) },
  '/api/reports/dashboard/resources': {
    GET: () => {
      const series = (): number[] => Array.from({ length: 24 }, () => randomInt(200, 900) / 10)
      return ok({
        status: 'success',
        mode: 'mock',
        cpu_usage: series(),
        memory_usage: series(),
        gpu_usage: series(),
        timestamps: Array.from({ length: 24 }, (_, hour) => `2026-01-01 ${String(hour).padStart(2, '0')}:00`),
      })
    },
  },
}
