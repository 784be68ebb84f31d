/** The dashboard backend (5010): health, nodes, jobs, disks. Answers with another mode than production are made up. */
import { z } from 'zod'
import { onceEach } from '../../shared/bounds.ts'
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
import { readAnswer, unexpected, type PortalAnswer, type PortalSender } from './http.ts'
import { amount, list, percentage, shownText, text } from './lenient.ts'
import { notificationShape } from './notification.ts'
import { dataDiskShape, scratchShape } from './storage-shapes.ts'

export interface DashboardAnswer<T> {
  value: T
  invented: boolean
}

/** What can be learned about one node beyond the table. */
export type NodeDetail = Pick<NodeStatus, 'reason' | 'gpus'>

/** Services that the dashboard calls healthy without looking at them. */
const untested = new Set(['websocket'])
const walkDeadlineMs = 60_000
const gibibyte = 2 ** 30

/** Its words for how a service is; every other one means that it does not know. */
const healthWords = new Map<string, ServiceHealth['status']>([
  ['healthy', 'healthy'],
  ['warning', 'warning'],
  ['down', 'down'],
  ['critical', 'down'],
])

/** Slurm's words for nothing. */
const orNull = (word: string): string | null =>
  word === '' || /^(\(null\)|none|n\/a)$/i.test(word) ? null : word

const modeShape = z.object({ mode: z.literal('production') })
const isInvented = ({ json }: PortalAnswer): boolean => !modeShape.safeParse(json).success

const healthShape = z
  .object({
    services: z.record(z.string(), z.object({ status: z.string(), error: z.string().optional() }).loose()),
  })
  .transform(({ services }) =>
    Object.entries(services)
      .slice(0, 50)
      .map(([name, { status, error }]): ServiceHealth => ({
        name: shownText(name, 100),
        status: healthWords.get(status) ?? 'unknown',
        responseMs: null,
        detail: error === undefined ? null : shownText(error, 300),
        constant: untested.has(name),
      })),
  )

const tableRow = z
  .object({
    name: z.string(),
    state: z.string(),
    cpus: text(40),
    memory: amount,
    free_memory: amount,
    cpu_load: amount,
  })
  .transform((node): NodeStatus => {
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
const nodesShape = z.object({
  /** Where Slurm's answer could not be read: the node that comes with it is made up. */
  error_message: z.unknown().optional(),
  nodes: list(tableRow, 20_000),
})

const nodeShape = z
  .object({ node: z.object({ Reason: text(200), Gres: text(200) }) })
  .transform(({ node }) => ({ reason: orNull(node.Reason), gpus: orNull(node.Gres) }))

const jobRow = z
  .object({
    jobId: text(40),
    jobName: text(200),
    userId: text(100),
    state: text(40),
    runTime: text(40),
  })
  .transform(({ jobId: id, jobName: name, userId: user, ...rest }): JobStatus => ({
    id,
    name,
    user,
    ...rest,
  }))
const jobsShape = z.object({ jobs: list(jobRow, 20_000) }).transform(({ jobs }) => jobs)

const metricsShape = z
  .object({
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
  .transform(({ data: { cpuUsage: cpu, memoryUsage: memory, gpuUsage: gpu, ...counts } }) => ({
    ...counts,
    derived: { cpu, memory, gpu },
  }))

const diskRow = z
  .object({
    name: text(100),
    path: text(200),
    used_gb: amount,
    total_gb: amount,
    usage_percent: percentage,
  })
  .transform((disk): Disk => ({
    name: disk.path || disk.name,
    usedBytes: disk.used_gb === null ? null : disk.used_gb * gibibyte,
    totalBytes: disk.total_gb === null ? null : disk.total_gb * gibibyte,
    usedPercent: disk.usage_percent,
  }))
const disksShape = z.object({ storages: list(diskRow, 50) }).transform(({ storages }) => storages)

const dataShape = z.object({ data: dataDiskShape }).transform(({ data }) => data)

const scratchNodesShape = z
  .object({ data: scratchShape })
  .transform(({ data: nodes }) => ({ nodes, totalNodes: null, activeNodes: nodes.length }))

const notificationsShape = z
  .object({ notifications: list(notificationShape, 50) })
  .transform(({ notifications }) => notifications)

const prometheusShape = z.object({ status: z.string() })

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

  health(): Promise<DashboardAnswer<ServiceHealth[]>> {
    return this.get('/health/status', healthShape)
  }

  async nodes(): Promise<DashboardAnswer<NodeStatus[]>> {
    const { value, invented } = await this.get('/nodes', nodesShape)
    return {
      value: onceEach(value.nodes, ({ name }) => name).slice(0, 1000),
      invented: invented || value.error_message !== undefined,
    }
  }

  /** Reason and GPUs of one node. The portal asks Slurm again each time: not for many nodes at once. */
  node(name: string): Promise<DashboardAnswer<NodeDetail>> {
    return this.get(`/nodes/${encodeURIComponent(name)}`, nodeShape)
  }

  jobs(): Promise<DashboardAnswer<JobStatus[]>> {
    return this.get('/slurm/jobs', jobsShape)
  }

  /** Counts of nodes and jobs; the percentages beside them are worked out from the counts. */
  cluster(): Promise<DashboardAnswer<ClusterFigures>> {
    return this.get('/metrics/realtime', metricsShape)
  }

  /** Disks of the portal's own machine. */
  async disks(): Promise<DashboardAnswer<Disk[]>> {
    const { value, invented } = await this.get('/storage/usage', disksShape)
    // Where none of its paths exists the portal shows one that is always as full.
    const [only] = value
    const madeUp =
      value.length === 1 && only?.usedBytes === 850 * gibibyte && only.totalBytes === 1000 * gibibyte
    return { value, invented: invented || madeUp }
  }

  /** The shared data disk. The portal walks the whole tree for it. */
  dataDisk(): Promise<DashboardAnswer<DataDisk>> {
    return this.get('/storage/data/stats', dataShape, walkDeadlineMs)
  }

  /** Scratch of each node. The portal logs in to every node for it; those that it cannot reach are absent. */
  scratch(): Promise<DashboardAnswer<Scratch>> {
    return this.get('/storage/scratch/nodes', scratchNodesShape, walkDeadlineMs)
  }

  async notifications(): Promise<DashboardAnswer<PortalNotification[]>> {
    const { value } = await this.get('/notifications?limit=30', notificationsShape)
    return { value, invented: false }
  }

  /** Whether the dashboard reaches Prometheus, and whether it makes its answers up. */
  async prometheus(): Promise<DashboardAnswer<boolean>> {
    const answer = await this.http.send(`${this.prometheusBase}/health`, { deadlineMs: 10_000 })
    const parsed = prometheusShape.safeParse(answer.json)
    if (!parsed.success) throw unexpected('/prometheus/health', answer)
    const value = answer.status === 200 && parsed.data.status === 'healthy'
    return { value, invented: isInvented(answer) }
  }

  private async get<T>(path: string, shape: z.ZodType<T>, deadlineMs = 15_000): Promise<DashboardAnswer<T>> {
    const answer = await this.http.send(this.base + path, { deadlineMs })
    return { value: readAnswer(path, answer, shape), invented: isInvented(answer) }
  }
}
