/** The dashboard backend (5010): health, nodes, jobs. Answers with another mode than production are made up. */
import { z } from 'zod'
import type { JobStatus, NodeStatus, ServiceHealth } from '../../shared/model/status.ts'
import { unexpected, type PortalHttp } from './http.ts'

const healthShape = z.object({
  mode: z.string().catch('unknown'),
  services: z.record(z.string(), z.object({ status: z.string(), error: z.string().optional() }).loose()),
})
const nodesShape = z.object({
  mode: z.string().catch('unknown'),
  /** Where Slurm's answer could not be read: the node that comes with it is made up. */
  error_message: z.unknown().optional(),
  nodes: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      cpus: z.string().catch(''),
      memory: z.string().catch(''),
    }),
  ),
})
const jobsShape = z.object({
  mode: z.string().catch('unknown'),
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

export interface DashboardAnswer<T> {
  value: T
  invented: boolean
  ms: number
}

const wordOf = (status: string): ServiceHealth['status'] =>
  status === 'healthy'
    ? 'healthy'
    : status === 'warning'
      ? 'warning'
      : status === 'down' || status === 'critical'
        ? 'down'
        : 'unknown'

export class Dashboard {
  private readonly http: PortalHttp
  private readonly base: string

  constructor(http: PortalHttp, base: string) {
    this.http = http
    this.base = base
  }

  async health(): Promise<DashboardAnswer<ServiceHealth[]>> {
    const { data, ms } = await this.get('/health/status', healthShape)
    const services = Object.entries(data.services).map(([name, entry]) => ({
      name,
      status: wordOf(entry.status),
      responseMs: null,
      detail: entry.error ?? null,
    }))
    return { value: services, invented: data.mode !== 'production', ms }
  }

  async nodes(): Promise<DashboardAnswer<NodeStatus[]>> {
    const { data, ms } = await this.get('/nodes', nodesShape)
    const nodes = data.nodes.map((node) => {
      // Slurm's A/I/O/T: allocated, idle, other, total.
      const counts = /^(\d{1,9})\/\d{1,9}\/\d{1,9}\/(\d{1,9})$/.exec(node.cpus)
      const memory = Number(node.memory)
      return {
        name: node.name,
        state: node.state,
        cpusAllocated: counts ? Number(counts[1]) : null,
        cpusTotal: counts ? Number(counts[2]) : null,
        memoryMb: Number.isFinite(memory) && memory > 0 ? memory : null,
      }
    })
    return { value: nodes, invented: data.mode !== 'production' || data.error_message !== undefined, ms }
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

  private async get<T extends z.ZodType>(path: string, shape: T): Promise<{ data: z.infer<T>; ms: number }> {
    const answer = await this.http.send(this.base + path, { deadlineMs: 15_000 })
    const parsed = shape.safeParse(answer.json)
    if (answer.status !== 200 || !parsed.success) throw unexpected(path, answer)
    return { data: parsed.data, ms: answer.ms }
  }
}
