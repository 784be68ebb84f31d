/**
 * The contract between page and app: every call and every event with its schema. Router, both transports and
 * the page's client are derived from it. Add a call here first; nothing else may cross the border.
 */
import { z } from 'zod'
import { failureSchema } from './model/failure.ts'
import { desktopKind, desktopSnapshotSchema, sessionSchema, videoRequestSchema } from './model/desktop.ts'
import { imageIdSchema, imageListSchema, vncHoursSchema } from './model/image.ts'
import { siteCheckSnapshotSchema } from './model/site-check.ts'
import { signInOutlookSchema } from './model/sign-in.ts'
import { settingChangeSchema, settingsSnapshotSchema } from './model/settings.ts'
import { portalPages, requestedParts, statusSnapshotSchema } from './model/status.ts'
import { sayingSchema } from './model/text.ts'

/** Changes whenever page and app of different builds would misunderstand each other. */
export const contractVersion = 1

const identifier = z.string().min(1).max(128)
const nothing = z.null()
// A pasted token may be long.
const answerValues = z.array(z.string().max(10_000)).max(16).nullable()
/** What came of ending a session: over, or still being ended, with the reason; it is tried again until Slurm says that it is over. */
export const endedSchema = z.object({ over: z.boolean(), why: sayingSchema.nullable() })
export type Ended = z.infer<typeof endedSchema>
const ofDesktop = z.strictObject({ desktopId: identifier })
const ofSite = z.strictObject({ siteId: identifier })
/** The user's sessions of a kind. `user`: the portal's, where the profile names none. */
const ofSessions = ofSite.extend({ kind: desktopKind, user: z.string().max(256).nullable().optional() })
/** A new session is none that runs already. */
const oneSession = {
  fits: ({ sessionId, newSession }: { sessionId?: string | undefined; newSession?: boolean | undefined }) =>
    !newSession || sessionId === undefined,
  words: { error: 'a new session is none that runs already' },
}

export const siteSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Null: the site has no portal. */
  portalOrigin: z.string().nullable(),
  portalUser: z.string().nullable(),
  /** Null: the user who signs in at the portal. */
  sshUser: z.string().nullable(),
})
export type SiteSummary = z.infer<typeof siteSummarySchema>

export const calls = {
  'app.info': {
    input: nothing,
    output: z.object({
      version: z.string(),
      contractVersion: z.number(),
      shell: z.enum(['electron', 'browser']),
      defaultVideo: videoRequestSchema,
      sites: z.array(siteSummarySchema),
      /** Site profiles that are installed and cannot be used: which, and what is wrong in them. Absent: there are none. */
      unusableProfiles: z.array(z.object({ file: z.string(), reason: z.string() })).optional(),
    }),
  },
  /**
   * Opens a desktop on a new session of the user's or on one that runs. Answers at once; progress comes as `desktop.changed`. A
   * desktop that is open for the session is answered instead; so is the latest one of its kind at the site, where no session is
   * named.
   */
  'desktop.start': {
    input: z
      .strictObject({
        siteId: identifier,
        kind: desktopKind,
        /** Portal user, where the profile names none. */
        user: z.string().max(256).nullable(),
        /** The session to resume; absent: the one that runs, else a new one. */
        sessionId: identifier.optional(),
        /** A session of its own, beside those that run; never one that is there already. */
        newSession: z.boolean().optional(),
        /** False: it fails where its job does not start by itself, and the job stays in the queue; absent: the user decides. */
        wait: z.boolean().optional(),
        /**
         * Of a new session: this image or none. Absent: the one that is remembered for the site, or another where that one is not
         * there.
         */
        image: imageIdSchema.optional(),
        /** Time limit of a new VNC desktop's job; absent: what is remembered, else the portal's. */
        hours: vncHoursSchema.optional(),
        /** A VNC desktop takes its size alone. */
        video: videoRequestSchema,
      })
      .refine(oneSession.fits, oneSession.words),
    output: z.object({ desktopId: identifier }),
  },
  /** Tries once more what a finished desktop was for; the new one takes its place. */
  'desktop.retry': { input: ofDesktop, output: z.object({ desktopId: identifier }) },
  /** A finished desktop need not be shown any more; no fault where there is none. */
  'desktop.forget': { input: ofDesktop, output: nothing },
  'desktop.get': { input: ofDesktop, output: desktopSnapshotSchema },
  'desktop.list': { input: nothing, output: z.array(desktopSnapshotSchema) },
  /** Stops what is under way before it is open; the session is ended if this desktop asked for it. */
  'desktop.cancel': { input: ofDesktop, output: nothing },
  /** Closes it here; the session's job keeps running. */
  'desktop.disconnect': { input: ofDesktop, output: nothing },
  /** Closes everything and cancels the session's job. */
  'desktop.end': { input: ofDesktop, output: nothing },
  /** Answers the question that a desktop has open. `values` null means refused. */
  'desktop.answer': {
    input: ofDesktop.extend({ questionId: identifier, values: answerValues }),
    output: nothing,
  },
  /**
   * Opens a port for the bytes of a desktop that is open: frames and input of a stream, RFB of a VNC server. Browser shell: `path`
   * is opened as WebSocket on the page's origin. Electron: the port arrives by `window.postMessage` with `portId`.
   */
  'desktop.openPort': {
    input: ofDesktop,
    output: z.object({ portId: identifier, path: z.string().nullable() }),
  },
  /** What signing in at a site will be like, and who is signed in. */
  'signIn.look': { input: ofSite, output: signInOutlookSchema },
  /** Revokes and forgets the site's sign-in. */
  'signIn.out': { input: ofSite, output: nothing },
  /** Forgets what the user confirmed for a site: the next connection asks again. Forgetting its certificate signs out. */
  'confirmed.forget': {
    input: ofSite.extend({ what: z.enum(['certificate', 'host-keys']) }),
    output: nothing,
  },
  /** What new sessions of a kind can run; no person is asked for anything. */
  'images.list': { input: ofSessions, output: imageListSchema },
  /** Those that wait or run. */
  'sessions.list': { input: ofSessions, output: z.array(sessionSchema) },
  /** Ends a session's job; a desktop that is open for it is closed. */
  'sessions.end': { input: ofSessions.extend({ sessionId: identifier }), output: endedSchema },
  /** Begins or stops polling a site's status for this page. `desktopId`: whose node is looked at, where there are several. */
  'status.watch': {
    input: ofSite.extend({ desktopId: identifier.optional(), on: z.boolean() }),
    output: nothing,
  },
  /** Asks once for a part of the status that costs the site much; a site that is not watched is not asked. */
  'status.refresh': { input: ofSite.extend({ part: z.enum(requestedParts) }), output: nothing },
  /** Opens the site's own portal, or a page of it, in the system's browser. */
  'portal.open': { input: ofSite.extend({ page: z.enum(['/', ...portalPages]) }), output: nothing },
  /** Begins a check of a site, unless one is under way. Answers at once; the rest comes as `siteCheck.changed`. */
  'siteCheck.run': { input: ofSite, output: siteCheckSnapshotSchema },
  /** Answers the question that a check has open. `values` null means refused. */
  'siteCheck.answer': {
    input: ofSite.extend({ questionId: identifier, values: answerValues }),
    output: nothing,
  },
  'siteCheck.get': { input: ofSite, output: siteCheckSnapshotSchema },
  /** All settings with their sources. `notices`: files of settings that could not be used, reported to the first that asks. */
  'settings.get': {
    input: nothing,
    output: z.object({ settings: settingsSnapshotSchema, notices: z.array(failureSchema).max(8) }),
  },
  /** Changes one setting, on the disk when it answers. `managed-setting` where the administrator has set it. */
  'settings.set': { input: settingChangeSchema, output: nothing },
} as const

export const events = {
  'desktop.changed': desktopSnapshotSchema,
  'status.changed': statusSnapshotSchema,
  'siteCheck.changed': siteCheckSnapshotSchema,
  'settings.changed': settingsSnapshotSchema,
  /** A site was asked for from outside the page: it is among `sites`, and the page shows where one connects to it. */
  'site.opened': z.object({ siteId: z.string(), sites: z.array(siteSummarySchema) }),
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<N extends CallName> = z.infer<Calls[N]['input']>
export type CallOutput<N extends CallName> = z.infer<Calls[N]['output']>

export type Events = typeof events
export type EventName = keyof Events
export type EventData<N extends EventName> = z.infer<Events[N]>

/** What a call answers on the wire. */
export const replySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), failure: failureSchema }),
])
export type Reply = z.infer<typeof replySchema>

/** Envelope from the page, both transports. At most `maximumCallBytes` as JSON. */
export const callEnvelopeSchema = z.strictObject({
  id: z.number().int().nonnegative(),
  call: z.string().max(64),
  input: z.unknown(),
})
export type CallEnvelope = z.infer<typeof callEnvelopeSchema>
export const maximumCallBytes = 64 * 1024

/** Envelopes to the page. */
export type PageEnvelope = { id: number; reply: Reply } | { event: EventName; data: unknown }
