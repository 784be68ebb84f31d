/** The run report: one line of JSON with which a headless run ends. Durations in ms; null where not measured. */
import { z } from 'zod'
import { failureSchema } from './failure.ts'
import { paceChangeSchema } from './desktop.ts'
import { hostProofSchema } from './host-proof.ts'

const ms = z.number().nullable()

export const runReportSchema = z.object({
  /** True only if a click's echo was seen in the presented picture; without a browser: if whole frames arrived. */
  ok: z.boolean(),
  steps: z.array(z.object({ name: z.string(), ms: z.number() })),
  /** From the Connect click to the first shown frame with a valid counter. */
  clickToFirstFrameMs: ms,
  requested: z.object({ width: z.number(), height: z.number(), fps: z.number() }),
  framesReceived: z.number(),
  /** Counted by requestVideoFrameCallback; null without a browser. */
  framesShown: z.number().nullable(),
  framesDropped: z.number(),
  fpsShown: z.number().nullable(),
  codec: z.string().nullable(),
  bitrateKbps: z.number(),
  decode: z.object({
    implementation: z.enum(['webcodecs', 'ffmpeg']).nullable(),
    /** Only where it is certain. */
    hardware: z.boolean(),
    p50Ms: ms,
    p99Ms: ms,
  }),
  /** From an input event to the shown frame that carries its echo. */
  inputRoundTripMs: z.object({ p50: ms, p99: ms }),
  /** What carried the stream; none: the host was reached directly. */
  link: z.enum(['ssh', 'none']),
  /** What the line made of the picture; absent where no stream followed a line. */
  line: z
    .object({
      /** What it was found to carry when less than was asked for was chosen; null: all of it was sent. */
      carriesKbps: z.number().nullable(),
      bitrateKbps: z.number(),
      /** After so long from the Connect click. */
      changes: z.array(paceChangeSchema.omit({ at: true }).extend({ afterMs: z.number() })),
    })
    .optional(),
  site: z.record(z.string(), z.string()),
  /** What proves that the host is the session's; null: there was none, or it was named by hand. */
  hostProof: hostProofSchema.nullable().optional(),
  /** With its words in English, whatever language people read: for scripts. */
  error: failureSchema.and(z.object({ message: z.string(), nextStep: z.string() })).optional(),
})
export type RunReport = z.infer<typeof runReportSchema>
