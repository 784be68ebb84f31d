/** VNC desktops as the page sees them: sessions of the portal's dashboard, and those that are open here. */
import { z } from 'zod'
import { failureSchema } from './failure.ts'
import { endingSchema, questionSchema } from './connection.ts'

export const vncSessionSchema = z.object({
  id: z.string(),
  jobId: z.string(),
  /** Slurm's word in small letters. */
  status: z.string(),
  imageName: z.string(),
  /** Unix ms. */
  createdAt: z.number().nullable(),
  endsAt: z.number().nullable(),
  /** The portal does not distinguish users, and this client did not make it: it may be any user's. */
  shared: z.boolean(),
  /** Absent: it is not being ended. */
  ending: endingSchema.optional(),
})
export type VncSessionView = z.infer<typeof vncSessionSchema>

export const vncSnapshotSchema = z.object({
  desktopId: z.string(),
  siteId: z.string(),
  /** The user who is signed in at the portal for it; null: none yet. */
  user: z.string().nullable(),
  /** `restoring`: it was ready, and the way to it is made again. */
  state: z.enum(['starting', 'ready', 'restoring', 'ended', 'failed']),
  /** What is being done, one line. */
  detail: z.string().max(300),
  /** Counts the times at which it became ready: each needs a new port. */
  epoch: z.number(),
  session: vncSessionSchema.nullable(),
  node: z.string().nullable(),
  question: questionSchema.nullable(),
  failure: failureSchema.nullable(),
  /** Things the user should know, one sentence each. */
  warnings: z.array(z.string()),
})
export type VncSnapshot = z.infer<typeof vncSnapshotSchema>
