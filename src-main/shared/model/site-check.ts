/** The site check's report: what works at a site and what does not, by findings with stable ids. */
import { z } from 'zod'
import { failureSchema } from './failure.ts'
import { questionSchema } from './desktop.ts'
import { sayingSchema } from './text.ts'
import { isTextKey, type TextKey } from '../texts/index.ts'

/** Sections in the order in which they are shown. */
export const checkSections = [
  'services',
  'exposure',
  'routes',
  'tls',
  'sign-in',
  'ssh',
  'slurm',
  'gpu',
  'storage',
  'images',
  'job',
  'host',
  'redis',
  'upkeep',
  'response-time',
] as const
export type CheckSection = (typeof checkSections)[number]

export const checkResult = z.enum(['pass', 'warning', 'fail', 'not-testable'])
export type CheckResult = z.infer<typeof checkResult>

type FindingOf<Key> = Key extends `site-check-findings.${infer Id}.title` ? Id : never
/** Stable: `section.name`. Scripts may rely on it; docs/site-check.md lists all. The catalogue has the words of each. */
export type FindingId = FindingOf<TextKey>

const findingId = z.custom<FindingId>(
  (id) => typeof id === 'string' && isTextKey(`site-check-findings.${id}.title`),
)

export const checkFindingSchema = z.object({
  id: findingId,
  section: z.enum(checkSections),
  result: checkResult,
  /** Where it was looked and what was seen there. */
  seen: sayingSchema,
  /** Only of `not-testable`: why. */
  reason: sayingSchema.nullable(),
})
export type CheckFinding = z.infer<typeof checkFindingSchema>

/** The report as data: who shows it chooses the language (`wordedIn`). */
export const siteCheckReportSchema = z.object({
  version: z.literal(1),
  site: z.object({ id: z.string(), name: z.string(), portalOrigin: z.string().nullable() }),
  client: z.object({ version: z.string() }),
  /** Unix time in ms. */
  startedAt: z.number(),
  durationMs: z.number(),
  counts: z.record(checkResult, z.number()),
  /** Exit status of the command line: 0 neither warnings nor failures, 1 warnings, 2 failures. */
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  /** By section; within a section the worst first. */
  findings: z.array(checkFindingSchema),
})
export type SiteCheckReport = z.infer<typeof siteCheckReportSchema>

/** A finding in the words of one language. */
export const wordedFindingSchema = checkFindingSchema.extend({
  /** What is so when all is well. */
  title: z.string(),
  /** What is wrong otherwise: the heading of a warning or a failure. */
  problem: z.string(),
  /** What it means for users when it is not as it should be. */
  meaning: z.string(),
  /** What an administrator changes then. */
  change: z.string(),
  seen: z.string().max(3000),
  reason: z.string().max(3000).nullable(),
})
export type WordedFinding = z.infer<typeof wordedFindingSchema>

/** The report in one language; `vizlink check --json` prints it in English. */
export const wordedReportSchema = siteCheckReportSchema.extend({ findings: z.array(wordedFindingSchema) })
export type WordedReport = z.infer<typeof wordedReportSchema>

type PlaceOf<Key> = Key extends `site-check.looking.${infer Place}` ? Place : never
/** What the check looks at, by its name in the catalogue. */
export type Place = PlaceOf<TextKey>

/** How far a check has come, for the person who waits. */
export const siteCheckProgressSchema = z.object({
  siteId: z.string(),
  done: z.number(),
  total: z.number(),
  looking: z.array(
    z.custom<Place>((place) => typeof place === 'string' && isTextKey(`site-check.looking.${place}`)),
  ),
})
export type SiteCheckProgress = z.infer<typeof siteCheckProgressSchema>

/** The latest check of a site, and the one under way. */
export const siteCheckSnapshotSchema = z.object({
  siteId: z.string(),
  /** null: none is under way. */
  progress: siteCheckProgressSchema.nullable(),
  /** What the check's own login asks; null: nothing. */
  question: questionSchema.nullable(),
  /** The latest that was finished. */
  report: siteCheckReportSchema.nullable(),
  /** Why the latest could not be finished. */
  failure: failureSchema.nullable(),
})
export type SiteCheckSnapshot = z.infer<typeof siteCheckSnapshotSchema>
