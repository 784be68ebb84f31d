/**
 * Messages between the app and one stream process (IPC channel of the child process; never argv or environment). The side that
 * receives a message checks it; frames do not come this way.
 */
import { z } from 'zod'
import { upgradeFields } from '../protocols/handed-over.ts'
import { streamStartSchema } from '../protocols/native.ts'
import { longest } from '../shared/bounds.ts'
import { streamFactsSchema } from '../shared/model/desktop.ts'
import { failureSchema } from '../shared/model/failure.ts'
import type { StreamConfiguration } from '../shared/stream-port.ts'

const code = z.int32()

const configurationSchema = streamStartSchema
  .pick({ width: true, height: true, fps: true })
  .extend({ codec: z.literal('H.264') }) satisfies z.ZodType<StreamConfiguration>

export const toStreamProcessSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start'), start: streamStartSchema, turnHorizontalWheel: z.boolean() }),
  /** Ends the connection and keeps the page: another `start` follows, or `stop`. */
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('stop') }),
  /** Frames were dropped on the way to here, and the way has room for a key frame. */
  z.strictObject({ type: z.literal('request-key-frame') }),
  /** Browser shell: an accepted upgrade whose socket travels with this message. */
  z.strictObject({ type: z.literal('attach-socket'), ...upgradeFields }),
  /** Electron: a MessagePort travels with this message. */
  z.strictObject({ type: z.literal('attach-port') }),
  /** Command line without a page: frames are counted here and dropped. */
  z.strictObject({ type: z.literal('attach-counter') }),
])
export type ToStreamProcess = z.infer<typeof toStreamProcessSchema>

export const fromStreamProcessSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({
    type: z.literal('stage'),
    name: z.string().max(longest.line),
    status: z.enum(['starting', 'complete', 'failed']),
    code,
  }),
  z.strictObject({ type: z.literal('connected'), configuration: configurationSchema }),
  /** The connection is over, as `pause` wanted. */
  z.strictObject({ type: z.literal('paused') }),
  z.strictObject({ type: z.literal('facts'), facts: z.strictObject(streamFactsSchema.shape) }),
  z.strictObject({ type: z.literal('failed'), failure: failureSchema }),
  /** The stream is over; 0 = the host ended it. The process stays until the app ends it. */
  z.strictObject({ type: z.literal('terminated'), code }),
])
export type FromStreamProcess = z.infer<typeof fromStreamProcessSchema>
