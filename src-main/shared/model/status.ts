/** The status panel's data: each part names its source and when it was taken. */
import { z } from 'zod'
import { sayingSchema, textSchema } from './text.ts'

const measured = <T extends z.ZodType>(value: T) =>
  z.object({
    value: value.nullable(),
    /** What was asked, in words a user understands ("portal dashboard", "Slurm over SSH"). */
    source: sayingSchema,
    /** Unix time in ms of the last good answer; null if there was none. */
    at: z.number().nullable(),
    /** Why the last attempt failed, one short sentence; null if it did not. */
    problem: textSchema.nullable(),
    /** The answer is known not to be a measurement (the portal makes it up). */
    invented: z.boolean(),
  })

const figure = z.number().nullable()
const percent = figure

export const serviceHealthSchema = z.object({
  /** A text of ours, or the portal's own name. */
  name: sayingSchema,
  status: z.enum(['healthy', 'warning', 'down', 'unknown']),
  responseMs: figure,
  detail: sayingSchema.nullable(),
  /** The portal says this whatever happens: it tests nothing. */
  constant: z.boolean(),
})
export type ServiceHealth = z.infer<typeof serviceHealthSchema>

/** A path of the portal's web server, seen from here. */
export const routeSchema = z.object({
  path: z.string(),
  state: z.enum(['there', 'failing', 'absent']),
  responseMs: figure,
})
export type PortalRoute = z.infer<typeof routeSchema>

export const nodeStatusSchema = z.object({
  name: z.string(),
  state: z.string(),
  /** Slurm's reason for a node that is down or drained. */
  reason: z.string().nullable(),
  /** Slurm's generic resources, for instance `gpu:a40:1`. */
  gpus: z.string().nullable(),
  cpusAllocated: figure,
  cpusTotal: figure,
  cpuLoad: figure,
  memoryMb: figure,
  freeMemoryMb: figure,
})
export type NodeStatus = z.infer<typeof nodeStatusSchema>

export const jobStatusSchema = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string(),
  state: z.string(),
  runTime: z.string(),
})
export type JobStatus = z.infer<typeof jobStatusSchema>

/** A session record of the user's own. */
export const sessionRecordSchema = z.object({
  id: z.string(),
  kind: z.enum(['moonlight', 'vnc']),
  /** The portal's word, as is. */
  status: z.string(),
  jobId: z.string().nullable(),
})
export type SessionRecord = z.infer<typeof sessionRecordSchema>

export const diskSchema = z.object({
  name: z.string(),
  usedBytes: figure,
  totalBytes: figure,
  usedPercent: percent,
})
export type Disk = z.infer<typeof diskSchema>

export const scratchSchema = z.object({
  nodes: z.array(diskSchema),
  /** Nodes that there are, and those that answered; null where the portal does not say. */
  totalNodes: figure,
  activeNodes: figure,
})
export type Scratch = z.infer<typeof scratchSchema>

export const dataDiskSchema = diskSchema.extend({ files: figure, folders: figure })
export type DataDisk = z.infer<typeof dataDiskSchema>

/** The portal's tiles: counts are Slurm's, the percentages are worked out from them and measure nothing. */
export const clusterSchema = z.object({
  totalNodes: figure,
  idleNodes: figure,
  allocatedNodes: figure,
  downNodes: figure,
  activeJobs: figure,
  pendingJobs: figure,
  derived: z.object({ cpu: percent, memory: percent, gpu: percent }),
})
export type ClusterFigures = z.infer<typeof clusterSchema>

export const notificationSchema = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  message: z.string(),
  /** The portal's text, without a zone. */
  when: z.string(),
  read: z.boolean(),
  /** One of the entries that a new portal's database comes with. */
  example: z.boolean(),
})
export type PortalNotification = z.infer<typeof notificationSchema>

export const gpuSchema = z.object({
  index: z.number(),
  name: z.string(),
  utilisation: percent,
  memoryUsedMb: figure,
  memoryTotalMb: figure,
  encoder: percent,
  /** Degrees Celsius. */
  temperature: figure,
  encoderSessions: figure,
})
export type Gpu = z.infer<typeof gpuSchema>

export const pointSchema = z.tuple([z.number(), z.number().nullable()])
/** Unix ms and value; null where there was no value at that time. */
export type Point = z.infer<typeof pointSchema>

export const plotSchema = z.object({
  measure: z.enum(['gpu', 'gpu-memory', 'encoder', 'temperature', 'cpu', 'memory']),
  points: z.array(pointSchema),
})
export type Plot = z.infer<typeof plotSchema>

export const gpuFiguresSchema = z.object({
  node: z.string(),
  gpus: z.array(gpuSchema),
  /** Of the first GPU, over the last minutes. */
  plots: z.array(plotSchema),
})

export const historySchema = z.object({
  /** Whose figures: the own node, or what Prometheus calls the machine. */
  machine: z.string(),
  ownNode: z.boolean(),
  plots: z.array(plotSchema),
})
export type History = z.infer<typeof historySchema>

const parts = {
  sessions: measured(z.array(sessionRecordSchema)),
  /** Asked from here: answer and response time. */
  services: measured(z.array(serviceHealthSchema)),
  /** What the dashboard says about services that cannot be asked from here. */
  reported: measured(z.array(serviceHealthSchema)),
  routes: measured(z.array(routeSchema)),
  nodes: measured(z.array(nodeStatusSchema)),
  jobs: measured(z.array(jobStatusSchema)),
  cluster: measured(clusterSchema),
  disks: measured(z.array(diskSchema)),
  dataDisk: measured(dataDiskSchema),
  scratch: measured(scratchSchema),
  notifications: measured(z.array(notificationSchema)),
  gpu: measured(gpuFiguresSchema),
  history: measured(z.array(historySchema)),
}
export const statusSnapshotSchema = z.object({
  siteId: z.string(),
  /** False: a site without a portal; only what Slurm and the node report is asked for. */
  hasPortal: z.boolean(),
  ...parts,
})
export type StatusSnapshot = z.infer<typeof statusSnapshotSchema>
export type StatusPart = keyof typeof parts
export const statusParts = Object.keys(parts) as StatusPart[]

/** A part of the snapshot. */
export type Measured<T> = z.infer<ReturnType<typeof measured<z.ZodType<T>>>>

/** Parts that cost the site a walk over whole trees, or a login to every node: only on request. */
export const requestedParts = ['dataDisk', 'scratch'] as const

/** Pages of the portal that can be opened in the system's browser. */
export const portalPages = ['/dashboard', '/vnc', '/cae', '/app', '/moonlight'] as const
export type PortalPage = (typeof portalPages)[number]
