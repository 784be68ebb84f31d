/** The site check's report: what works at a site and what does not, by findings with stable ids. */
import { z } from 'zod'
import { failureSchema } from './failure.ts'
import { questionSchema } from './desktop.ts'

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

/** Titles of the sections. */
export const checkSectionTitles: Readonly<Record<CheckSection, string>> = {
  services: 'Services of the portal',
  exposure: 'What can be reached from here',
  routes: 'Routes of the web server',
  tls: 'Encryption',
  'sign-in': 'Signing in',
  ssh: 'SSH',
  slurm: 'Slurm',
  gpu: 'GPUs',
  storage: 'Shared file systems',
  images: 'Desktop images',
  job: 'Jobs of sessions',
  host: 'Session host (Sunshine)',
  redis: 'Redis',
  upkeep: 'Upkeep',
  'response-time': 'Response times',
}

export const checkResult = z.enum(['pass', 'warning', 'fail', 'not-testable'])
export type CheckResult = z.infer<typeof checkResult>

export const checkFindingSchema = z.object({
  /** Stable: `section.name`. Scripts may rely on it; docs/site-check.md lists all. */
  id: z.string().regex(/^[a-z-]+\.[a-z-]+$/),
  section: z.enum(checkSections),
  result: checkResult,
  title: z.string(),
  /** What it means for users when it is not as it should be. */
  meaning: z.string(),
  /** What an administrator changes then. */
  change: z.string(),
  /** Where it was looked and what was seen there. */
  seen: z.string().max(2000),
  /** Only of `not-testable`: why. */
  reason: z.string().max(2000).nullable(),
})
export type CheckFinding = z.infer<typeof checkFindingSchema>

export const siteCheckReportSchema = z.object({
  version: z.literal(1),
  site: z.object({ id: z.string(), name: z.string(), portalOrigin: z.string().nullable() }),
  client: z.object({ version: z.string() }),
  /** Unix time in ms. */
  startedAt: z.number(),
  durationMs: z.number(),
  counts: z.object({
    pass: z.number(),
    warning: z.number(),
    fail: z.number(),
    'not-testable': z.number(),
  }),
  /** Exit status of the command line: 0 neither warnings nor failures, 1 warnings, 2 failures. */
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  /** By section; within a section the worst first. */
  findings: z.array(checkFindingSchema),
})
export type SiteCheckReport = z.infer<typeof siteCheckReportSchema>

/** How far a check has come, for the person who waits. */
export const siteCheckProgressSchema = z.object({
  siteId: z.string(),
  done: z.number(),
  total: z.number(),
  /** What is being looked at, in words. */
  looking: z.array(z.string()),
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
