/**
 * What this client has started at a site, and how good Slurm's estimates were: the portal forgets sessions whose jobs go on. One
 * small file in the data folder, gone when there is nothing to remember.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isJobId } from '../../domain/desktop-job.ts'
import { InOrder } from '../../domain/in-order.ts'
import { withFileLock } from '../../protocols/file-lock.ts'
import { writePrivateFile } from '../../protocols/private-file.ts'
import { sayingSchema } from '../../shared/model/text.ts'

const maximumFile = 256 * 1024
const maximumSessions = 32
const maximumEstimates = 20

const sessionShape = z.object({
  id: z.string().max(100),
  jobId: z.string().refine(isJobId),
  port: z.int().min(0).max(65_535),
  imageId: z.string().max(200).nullable(),
  /** Unix ms. */
  createdAt: z.number().nullable(),
  /** When Slurm said that the job started, Unix ms; null before. A job id is used again one day, a start is not. */
  startedAt: z.number().nullable(),
  /** When this client asked for it, Unix ms; null: somebody else did, the portal's page or another computer. */
  requestedAt: z.number().nullable().default(null),
  /** Where its job ran when this client saw it last. */
  node: z.string().max(253).nullable().default(null),
})
const endingShape = z.object({
  id: z.string().max(100),
  jobId: z.string().refine(isJobId),
  kind: z.enum(['stream', 'vnc']),
  /** At the portal, where the profile names none. */
  user: z.string().max(64).nullable(),
  /** When the user ended it, Unix ms. */
  since: z.number(),
  /** Why it was not over at the last attempt; empty before. */
  why: sayingSchema.nullable().catch(null),
})
const fileShape = z.object({
  version: z.literal(1),
  sessions: z.array(sessionShape).max(maximumSessions),
  /** Sessions that were ended, and whose jobs are not yet known to be over. */
  endings: z.array(endingShape).max(maximumSessions).default([]),
  /** How far real starts were from the expected ones, ms, the latest last. */
  estimateErrors: z.array(z.number().min(0)).max(maximumEstimates),
})
export type RememberedSession = z.infer<typeof sessionShape>
export type KeptEnding = z.infer<typeof endingShape>
type Content = z.infer<typeof fileShape>

export class SessionMemory {
  private readonly path: string
  /** Each change reads what the one before wrote, also one of another process. */
  private readonly changes = new InOrder()

  constructor(dataFolder: string, siteId: string) {
    const name = createHash('sha256').update(siteId).digest('hex').slice(0, 32)
    this.path = join(dataFolder, `sessions-${name}.json`)
  }

  /** Newest first. */
  async sessions(): Promise<RememberedSession[]> {
    return (await this.read()).sessions.toReversed()
  }

  remember(session: RememberedSession): Promise<void> {
    return this.change((content) => {
      const others = content.sessions.filter(({ id }) => id !== session.id)
      return { ...content, sessions: [...others, session].slice(-maximumSessions) }
    })
  }

  forget(sessionId: string): Promise<void> {
    return this.change((content) => ({
      ...content,
      sessions: content.sessions.filter(({ id }) => id !== sessionId),
    }))
  }

  async endings(): Promise<KeptEnding[]> {
    return (await this.read()).endings
  }

  /** Notes that a session is being ended, and why it still is. */
  noteEnding(ending: KeptEnding): Promise<void> {
    return this.change((content) => ({
      ...content,
      endings: [...content.endings.filter(({ id }) => id !== ending.id), ending].slice(-maximumSessions),
    }))
  }

  dropEnding(sessionId: string): Promise<void> {
    return this.change((content) => ({
      ...content,
      endings: content.endings.filter(({ id }) => id !== sessionId),
    }))
  }

  /** @param errorMs how far a real start was from the expected one */
  noteEstimate(errorMs: number): Promise<void> {
    return this.change((content) => ({
      ...content,
      estimateErrors: [...content.estimateErrors, Math.abs(errorMs)].slice(-maximumEstimates),
    }))
  }

  /** The middle one of the latest errors, ms; null where there was no estimate yet. */
  async typicalErrorMs(): Promise<number | null> {
    const errors = (await this.read()).estimateErrors.toSorted((a, b) => a - b)
    return errors[Math.floor(errors.length / 2)] ?? null
  }

  /** What cannot be read is as good as forgotten: nothing depends on it alone. */
  private async read(): Promise<Content> {
    try {
      const text = await readFile(this.path, 'utf8')
      if (text.length <= maximumFile) return fileShape.parse(JSON.parse(text))
    } catch {
      // Below.
    }
    return { version: 1, sessions: [], endings: [], estimateErrors: [] }
  }

  private change(work: (content: Content) => Content): Promise<void> {
    const change = async (): Promise<void> => {
      const content = work(await this.read())
      const { sessions, endings, estimateErrors } = content
      if ([sessions, endings, estimateErrors].every((list) => list.length === 0))
        return rm(this.path, { force: true })
      await writePrivateFile(this.path, JSON.stringify(content))
    }
    return this.changes.run(() => withFileLock(this.path, change))
  }
}
