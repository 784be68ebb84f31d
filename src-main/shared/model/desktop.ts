/** What the page, the command line and the tests see of one desktop: states, steps, questions. */
import { z } from 'zod'
import { longest } from '../bounds.ts'
import { failureSchema } from './failure.ts'
import { hostProofSchema } from './host-proof.ts'
import { sayingSchema, textSchema } from './text.ts'

/** How a desktop is shown: the host's stream, or the picture of a VNC server. */
export const desktopKinds = ['stream', 'vnc'] as const
export const desktopKind = z.enum(desktopKinds)
export type DesktopKind = z.infer<typeof desktopKind>

/** Steps in the order in which they happen; a VNC desktop has no host to pair with and to launch. */
export const stepNames = [
  'signing-in',
  'requesting',
  'queued',
  'starting',
  'tunnelling',
  'waiting-for-host',
  'pairing',
  'launching',
] as const
export const stepName = z.enum(stepNames)
export type StepName = z.infer<typeof stepName>

export const desktopState = z.enum([
  'idle',
  ...stepNames,
  'open',
  'reconnecting',
  /** Everything is being closed; `ended` follows. */
  'ending',
  'ended',
  'failed',
])
export type DesktopState = z.infer<typeof desktopState>

export const stepSchema = z.object({
  name: stepName,
  status: z.enum(['pending', 'active', 'done', 'failed']),
  /** Unix time in ms at which the step began; null before. */
  startedAt: z.number().nullable(),
  /** Duration in ms once it is over; null before. */
  ms: z.number().nullable(),
  /** One short line of progress in words, for instance why the job waits. */
  detail: textSchema.nullable(),
  /** Waiting alone does not end it, as the line of progress says: the user decides. */
  blocked: z.boolean().optional(),
})
export type Step = z.infer<typeof stepSchema>

/** Encoders make pictures of an even number of columns and rows alone: with an odd one no frame comes. */
export const evenPixels = (count: number): number => count - (count % 2)

/** Less makes no picture that people can work with. */
export const leastKbps = 500

export const videoRequestSchema = z.strictObject({
  width: z.number().int().min(320).max(7680).transform(evenPixels),
  height: z.number().int().min(200).max(4320).transform(evenPixels),
  fps: z.number().int().min(5).max(240),
  bitrateKbps: z.number().int().min(leastKbps).max(150_000),
})
export type VideoRequest = z.infer<typeof videoRequestSchema>

/** A session that the user has ended, and whose job Slurm has not yet said to be over. */
export const endingSchema = z.object({
  /** When the user ended it, Unix ms. */
  since: z.number(),
  /** Why it is not over yet, one sentence; null while it is tried for the first time. */
  why: sayingSchema.nullable(),
})

export const sessionSchema = z.object({
  /** The portal's session id, or the name of our own job. */
  id: z.string(),
  jobId: z.string().nullable(),
  node: z.string().nullable(),
  /** The portal's or Slurm's word, as is. */
  status: z.string(),
  imageId: z.string().nullable(),
  /** Unix time in ms; null where unknown. */
  createdAt: z.number().nullable(),
  runningSince: z.number().nullable(),
  endsAt: z.number().nullable(),
  /** The portal does not distinguish its users, and this client did not ask for it: it may be anybody's. */
  shared: z.boolean().optional(),
  /** Absent: it is not being ended. */
  ending: endingSchema.optional(),
})
export type Session = z.infer<typeof sessionSchema>

export const questionSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('host-key'),
    id: z.string(),
    hop: z.string(),
    keyType: z.string(),
    fingerprint: z.string(),
  }),
  z.object({
    type: z.literal('prompts'),
    id: z.string(),
    hop: z.string(),
    title: z.string(),
    prompts: z.array(z.object({ text: z.string(), echo: z.boolean() })),
  }),
  /** The passphrase of a key file of the user's own; it stays in this computer's memory. */
  z.object({
    type: z.literal('passphrase'),
    id: z.string(),
    file: z.string(),
    /** The last one was wrong. */
    again: z.boolean(),
  }),
  /** The portal's certificate, which no authority vouches for. Any answer but null confirms it. */
  z.object({
    type: z.literal('certificate'),
    id: z.string(),
    origin: z.string(),
    /** Empty: it has no name; of its issuer the same. */
    subject: z.string(),
    issuer: z.string(),
    /** SHA-256, pairs of hexadecimal digits with colons. */
    fingerprint: z.string(),
    /** Unix ms. */
    validFrom: z.number(),
    validTo: z.number(),
  }),
  /**
   * The sign-in continues in the system's browser; withdrawn when it comes back. Answers: `['open']` opens it again,
   * `['token', TEXT]` brings a token instead, null gives up, `[]`: no person is there.
   */
  z.object({
    type: z.literal('browser-sign-in'),
    id: z.string(),
    origin: z.string(),
    address: z.string(),
    /** False: the browser could not be opened. */
    opened: z.boolean(),
    /** What was wrong with the token that was pasted before. */
    problem: sayingSchema.nullable(),
  }),
  /** A token, or the address at which the browser ended; one value, none: no person is there. */
  z.object({
    type: z.literal('token'),
    id: z.string(),
    origin: z.string(),
    why: textSchema,
    problem: sayingSchema.nullable(),
  }),
  /**
   * User and password of the host's web page, with which Vizlink types the PIN there; withdrawn when the host has the PIN, which
   * a person may type there too. Answers: `[user, password]`, null gives up.
   */
  z.object({
    type: z.literal('pairing-pin'),
    id: z.string(),
    pin: z.string(),
    /** What was wrong with the user and password before. */
    problem: sayingSchema.nullable(),
  }),
  /** Nothing proves that what answers is the session's host. Any answer but null says that it is. */
  z.object({
    type: z.literal('unproved-host'),
    id: z.string(),
    session: z.string(),
    node: z.string(),
    port: z.number(),
    /** One sentence. */
    why: textSchema,
  }),
])
export type Question = z.infer<typeof questionSchema>

/** Bytes, frames or ms: never negative. */
const figure = z.number().min(0).max(Number.MAX_SAFE_INTEGER)

/** What the relay has measured of the way to this computer, from the arrivals of its video here. */
const lineFactsSchema = z.object({
  /**
   * The way carries less than the host sends, or did until 3 s ago: proved by video that waits for its turn, never by a stall
   * alone, of the network or of this computer.
   */
  narrow: z.boolean(),
  /**
   * Video in kbit/s. Of a narrow way, and for at least 30 s of moving picture after it was one: what it carries. Of any other: what
   * came through last, which it carries at least.
   */
  carriedKbps: figure,
  /** Round trip of video without a queue, ms. */
  pathMs: figure,
  /** For how long what the relay sends now waits for its turn on the way, beside the path, ms. */
  queueMs: figure,
})
export type LineFacts = z.infer<typeof lineFactsSchema>

export const linkFactsSchema = z.object({
  /** Round trip through the link in ms, measured by the relay protocol; null before the first. */
  roundTripMs: figure.nullable(),
  /** Bytes that the relay has sent and this side has not acknowledged. */
  unacknowledgedBytes: figure,
  receivedBytes: figure,
  sentBytes: figure,
  /** Whole frames that the relay dropped because the link was behind. */
  droppedFrames: figure,
  /** Null before the first second of video. At most 250 ms old where the way is narrow, else 1 s. */
  line: lineFactsSchema.nullable(),
})
export type LinkFacts = z.infer<typeof linkFactsSchema>

/** Ways from the login host to the node, best first. */
export const routeSchema = z.enum(['node-ssh', 'srun', 'login-host'])
export type Route = z.infer<typeof routeSchema>

export const routeResultSchema = z.object({
  route: routeSchema,
  outcome: z.enum(['taken', 'refused', 'skipped']),
  /** What it said, or why it was not tried; null where it holds. */
  why: sayingSchema.nullable(),
})
export type RouteResult = z.infer<typeof routeResultSchema>

/** The way to the node that holds, and what it cannot do. */
const routeLimitSchema = z.enum(['shared-files', 'no-x-server', 'no-node-files', 'no-gpu', 'no-owner'])
/** What a route cannot do; the catalogue `routes` words it. */
export type RouteLimit = z.infer<typeof routeLimitSchema>

/** Where the relay lies on the node, and what kept it from the better places. */
export const relayPlaceSchema = z.object({
  folder: z.string().max(longest.line),
  passedOver: z
    .array(z.object({ folder: z.string().max(longest.line), why: z.string().max(longest.why) }))
    .max(8),
})
export type RelayPlace = z.infer<typeof relayPlaceSchema>

/** Why the system's `ssh` signs in: the profile wants it, or what the user's configuration and keys ask for. */
const opensshReasonSchema = z.enum(['profile', 'proxy-command', 'gssapi', 'certificate', 'security-key'])
export type OpensshReason = z.infer<typeof opensshReasonSchema>

export const accessSchema = z.object({
  route: routeSchema,
  /** Absent where there is no relay. */
  relay: relayPlaceSchema.optional(),
  /** Present where the system's `ssh` has signed in. */
  openssh: opensshReasonSchema.optional(),
  tried: z.array(routeResultSchema),
  limits: z.array(routeLimitSchema),
})

export const streamFactsSchema = z.object({
  codec: z.literal('H.264').nullable(),
  width: figure,
  height: figure,
  fps: figure,
  framesReceived: figure,
  framesDropped: figure,
  /** Received video, kbit/s, over the last second. */
  bitrateKbps: figure,
  /** The library's own estimate in ms. */
  roundTripMs: figure.nullable(),
  /** So many frames are lost on the way that the picture stutters: moonlight-common-c's judgement over some seconds. */
  weak: z.boolean(),
})
export type StreamFacts = z.infer<typeof streamFactsSchema>

const pictureFields = { width: figure, height: figure, fps: figure, bitrateKbps: figure }

/** How a stream was changed while it ran: live, or by resuming it. */
export const paceChangeSchema = z.object({
  /** Unix ms. */
  at: z.number(),
  ...pictureFields,
  by: z.enum(['live', 'resume']),
})
export type PaceChange = z.infer<typeof paceChangeSchema>

export const mostPaceChanges = 32

/** What the host is asked for, beside what the user wants. */
export const paceSchema = z.object({
  askedKbps: figure,
  ...pictureFields,
  /** `line`: it carries less than the user wants. */
  why: z.enum(['asked', 'line']),
  /** What the line was found to carry when less was chosen, kbit/s; null where that is not known. */
  lineKbps: figure.nullable(),
  /** Of a smaller size than the user wants. */
  isSmaller: z.boolean(),
  /** The line stays too narrow also for what is asked for now. */
  weak: z.boolean(),
  /** The stream is being resumed with other values since then, Unix ms: its last picture stays until it is back. */
  changingSince: z.number().nullable(),
  /** The latest ones, in order. */
  changes: z.array(paceChangeSchema).max(mostPaceChanges),
})
export type Pace = z.infer<typeof paceSchema>

export const desktopSnapshotSchema = z.object({
  desktopId: z.string(),
  siteId: z.string(),
  kind: desktopKind,
  state: desktopState,
  /** Counts the times at which it was opened: each needs a new port and a new view. */
  epoch: z.number(),
  steps: z.array(stepSchema),
  /** Signed-in user as the portal states it; `verified` is false for the portal's unauthenticated test login. */
  user: z.object({ name: z.string(), verified: z.boolean() }).nullable(),
  session: sessionSchema.nullable(),
  question: questionSchema.nullable(),
  link: linkFactsSchema.nullable(),
  /** Absent while there is no way to the node. */
  access: accessSchema.optional(),
  /** What proves that the host is the session's; absent until it is known. */
  hostProof: hostProofSchema.optional(),
  stream: streamFactsSchema.nullable(),
  /** Absent where there is no stream. */
  pace: paceSchema.optional(),
  /** No picture comes: for so long, and why where that is known. Absent or null: pictures come. */
  silence: z.object({ seconds: figure, cause: textSchema.nullable() }).nullable().optional(),
  failure: failureSchema.nullable(),
  /** Why and by whom it ended, one sentence; null unless state is `ended`. */
  endedBecause: textSchema.nullable(),
  /** Things the user should know (unsafe pairing mode, unauthenticated login), one sentence each. */
  warnings: z.array(textSchema),
})
export type DesktopSnapshot = z.infer<typeof desktopSnapshotSchema>
