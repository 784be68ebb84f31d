/** The dashboard backend (5010): health, nodes, jobs, disks. Answers with another mode than production are made up. */
import { z } from 'zod'
import type {
  ClusterFigures,
  DataDisk,
  Disk,
  JobStatus,
  NodeStatus,
  PortalNotification,
  Scratch,
  ServiceHealth,
} from '../../shared/model/status.ts'
import { unexpected, type PortalSender } from './http.ts'
import { amount, list, percentage, shownText, sizeText, text } from './lenient.ts'
import { notificationShape } from './notification.ts'
import { scratchShape } from './storage-shapes.ts'

const mode = z.string().catch('unknown')
const healthShape = z.object({
  mode,
  services: z.record(z.string(), z.object({ status: z.string(), error: z.string().optional() }).loose()),
})
const nodesShape = z.object({
  mode,
  /** Where Slurm's answer could not be read: the node that comes with it is made up. */
  error_message: z.unknown().optional(),
  nodes: z
    .array(
      z.object({
        name: z.string(),
        state: z.string(),
        cpus: z.string().catch(''),
        memory: amount,
        free_memory: amount,
        cpu_load: amount,
      }),
    )
    .max(20_000),
})
const nodeShape = z.object({
  mode,
  node: z.object({
    NodeName: text(100),
    State: text(100),
    Reason: text(200),
    Gres: text(200),
    RealMemory: amount,
    FreeMem: amount,
  }),
})
const jobsShape = z.object({
  mode,
  jobs: z.array(
    z.object({
      jobId: z.coerce.string(),
      jobName: z.string().catch(''),
      userId: z.string().catch(''),
      state: z.string().catch(''),
      runTime: z.string().catch(''),
    }),
  ),
})
const metricsShape = z.object({
  mode,
  data: z.object({
    totalNodes: amount,
    idleNodes: amount,
    allocatedNodes: amount,
    downNodes: amount,
    activeJobs: amount,
    pendingJobs: amount,
    cpuUsage: percentage,
    memoryUsage: percentage,
    gpuUsage: percentage,
  }),
})
const disksShape = z.object({
  mode,
  storages: list(
    z.object({
      name: text(100),
      path: text(200),
      used_gb: amount,
      total_gb: amount,
      usage_percent: percentage,
    }),
    50,
  ),
})
const dataShape = z.object({
  mode,
  data: z.object({
    totalCapacity: sizeText,
    usedSpace: sizeText,
    usagePercent: percentage,
    datasetCount: amount,
    fileCount: amount,
  }),
})
const scratchNodesShape = z.object({ mode, data: scratchShape })
const notificationsShape = z.object({ notifications: list(notificationShape, 50) })

export interface DashboardAnswer<T> {
  value: T
  invented: boolean
  ms: number
}

/** What can be learned about one node beyond the table. */
export type NodeDetail = Pick<NodeStatus, 'reason' | 'gpus'>

/** Services that the dashboard calls healthy without looking at them. */
const untested = new Set(['websocket'])
const walkDeadlineMs = 60_000
const gibibyte = 2 ** 30

const wordOf = (status: string): ServiceHealth['status'] =>
  status === 'healthy'
    ? 'healthy'
    : status === 'warning'
      ? 'warning'
      : status === 'down' || status === 'critical'
        ? 'down'
        : 'unknown'

/** Slurm's words for nothing. */
const orNull = (word: string): string | null =>
  word === '' || /^(\(null\)|none|n\/a)$/i.test(word) ? null : word

export class Dashboard {
  private readonly http: PortalSender
  private readonly base: string

  constructor(http: PortalSender, base: string) {
    this.http = http
    this.base = base
  }

  /** Where the dashboard passes questions on to Prometheus. */
  get prometheusBase(): string {
    return `${this.base}/prometheus`
  }

  async health(): Promise<DashboardAnswer<ServiceHealth[]>> {
    const { data, ms } = await this.get('/health/status', healthShape)
    const services = Object.entries(data.services)
      .slice(0, 50)
      .map(([name, entry]) => ({
        name: shownText(name, 100),
        status: wordOf(entry.status),
        responseMs: null,
        detail: entry.error === undefined ? null : shownText(entry.error, 300),
        constant: untested.has(name),
      }))
    return { value: services, invented: data.mode !== 'production', ms }
  }

  async nodes(): Promise<DashboardAnswer<NodeStatus[]>> {
    const { data, ms } = await this.get('/nodes', nodesShape)
    const nodes = data.nodes.slice(0, 1000).map((node) => {
      // Slurm's A/I/O/T: allocated, idle, other, total.
      const counts = /^(\d{1,9})\/\d{1,9}\/\d{1,9}\/(\d{1,9})$/.exec(node.cpus)
      return {
        name: node.name,
        state: node.state,
        reason: null,
        gpus: null,
        cpusAllocated: counts ? Number(counts[1]) : null,
        cpusTotal: counts ? Number(counts[2]) : null,
        cpuLoad: node.cpu_load,
        memoryMb: node.memory === 0 ? null : node.memory,
        freeMemoryMb: node.free_memory,
      }
    })
    return { value: nodes, invented: data.mode !== 'production' || data.error_message !== undefined, ms }
  }

  /** Reason and GPUs of one node. The portal asks Slurm again each time: not for many nodes at once. */
  async node(name: string): Promise<DashboardAnswer<NodeDetail>> {
    const { data, ms } = await this.get(`/nodes/${encodeURIComponent(name)}`, nodeShape)
    const { Reason, Gres } = data.node
    return {
      value: { reason: orNull(Reason), gpus: orNull(Gres) },
      invented: data.mode !== 'production',
      ms,
    }
  }

  async jobs(): Promise<DashboardAnswer<JobStatus[]>> {
    const { data, ms } = await this.get('/slurm/jobs', jobsShape)
    const jobs = data.jobs.map((job) => ({
      id: job.jobId,
      name: job.jobName,
      user: job.userId,
      state: job.state,
      runTime: job.runTime,
    }))
    return { value: jobs, invented: data.mode !== 'production', ms }
  }

  /** Counts of nodes and jobs; the percentages beside them are worked out from the counts. */
  async cluster(): Promise<DashboardAnswer<ClusterFigures>> {
    const { data, ms } = await this.get('/metrics/realtime', metricsShape)
    const { cpuUsage, memoryUsage, gpuUsage, ...counts } = data.data
    const derived = { cpu: cpuUsage, memory: memoryUsage, gpu: gpuUsage }
    return { value: { ...counts, derived }, invented: data.mode !== 'production', ms }
  }

  /** Disks of the portal's own machine. */
  async disks(): Promise<DashboardAnswer<Disk[]>> {
    const { data, ms } = await this.get('/storage/usage', disksShape)
    const disks = data.storages.map((disk) => ({
      name: disk.path || disk.name,
      usedBytes: disk.used_gb === null ? null : disk.used_gb * gibibyte,
      totalBytes: disk.total_gb === null ? null : disk.total_gb * gibibyte,
      usedPercent: disk.usage_percent,
    }))
    // Where none of its paths exists the portal shows one that is always as full.
    const [only] = data.storages
    const madeUp = data.storages.length === 1 && only?.used_gb === 850 && only.total_gb === 1000
    return { value: disks, invented: data.mode !== 'production' || madeUp, ms }
  }

  /** The shared data disk. The portal walks the whole tree for it. */
  async dataDisk(): Promise<DashboardAnswer<DataDisk>> {
    const { data, ms } = await this.get('/storage/data/stats', dataShape, walkDeadlineMs)
    const { totalCapacity, usedSpace, usagePercent, datasetCount, fileCount } = data.data
    return {
      value: {
        name: '/data',
        usedBytes: usedSpace,
        totalBytes: totalCapacity,
        usedPercent: usagePercent,
        files: fileCount,
        folders: datasetCount,
      },
      invented: data.mode !== 'production',
      ms,
    }
  }

  /** Scratch of each node. The portal logs in to every node for it; those that it cannot reach are absent. */
  async scratch(): Promise<DashboardAnswer<Scratch>> {
    const { data, ms } = await this.get('/storage/scratch/nodes', scratchNodesShape, walkDeadlineMs)
    return {
      value: { nodes: data.data, totalNodes: null, activeNodes: data.data.length },
      invented: data.mode !== 'production',
      ms,
    }
  }

  async notifications(): Promise<DashboardAnswer<PortalNotification[]>> {
    const { data, ms } = await this.get('/notifications?limit=30', notificationsShape)
    return { value: data.notifications, invented: false, ms }
  }

  /** Whether the dashboard reaches Prometheus, and whether it makes its answers up. */
  async prometheus(): Promise<DashboardAnswer<boolean>> {
    const answer = await this.http.send(`${this.prometheusBase}/health`, { deadlineMs: 10_000 })
    const shape = z.object({ status: z.string(), mode })
    const parsed = shape.safeParse(answer.json)
    if (!parsed.success) throw unexpected('/prometheus/health', answer)
    const { status, mode: reported } = parsed.data
    return {
      value: answer.status === 200 && status === 'healthy',
      invented: reported !== 'production',
      ms: answer.ms,
    }
  }

  private async get<T extends z.ZodType>(
    path: string,
    shape: T,
    deadlineMs = 15_000,
  ): Promise<{ data: z.infer<T>; ms: number }> {
    const answer = await this.http.send(this.base + path, { deadlineMs })
    const parsed = shape.safeParse(answer.json)
    if (answer.status !== 200 || !parsed.success) throw unexpected(path, answer)
    return { data: parsed.data, ms: answer.ms }
  }
}
