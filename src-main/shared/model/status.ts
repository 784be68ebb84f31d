/** The status panel's data: each part names its source and when it was taken. */
import { z } from 'zod'

const measured = <T extends z.ZodType>(value: T) =>
  z.object({
    value: value.nullable(),
    /** What was asked, in words a user understands ("portal dashboard", "Slurm over SSH"). */
    source: z.string(),
    /** Unix time in ms of the last good answer; null if there was none. */
    at: z.number().nullable(),
    /** Why the last attempt failed, one short sentence; null if it did not. */
    problem: z.string().nullable(),
    /** The answer is known not to be a measurement (the portal makes it up). */
    invented: z.boolean(),
  })

export const serviceHealthSchema = z.object({
  name: z.string(),
  status: z.enum(['healthy', 'warning', 'down', 'unknown']),
  responseMs: z.number().nullable(),
  detail: z.string().nullable(),
})
export type ServiceHealth = z.infer<typeof serviceHealthSchema>

export const nodeStatusSchema = z.object({
  name: z.string(),
  state: z.string(),
  cpusAllocated: z.number().nullable(),
  cpusTotal: z.number().nullable(),
  memoryMb: z.number().nullable(),
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

export const statusSnapshotSchema = z.object({
  siteId: z.string(),
  services: measured(z.array(serviceHealthSchema)),
  nodes: measured(z.array(nodeStatusSchema)),
  jobs: measured(z.array(jobStatusSchema)),
})
export type StatusSnapshot = z.infer<typeof statusSnapshotSchema>
