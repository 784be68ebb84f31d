/** The portal's Moonlight API (8004): sessions. Identity is the unverified header X-Username. */
import { z } from 'zod'
import { isJobId } from '../../domain/desktop-job.ts'
import { fail } from '../../shared/errors.ts'
import { isPlainUser, isSessionOf } from '../../shared/model/user-name.ts'
import { answerEvidence, readAnswer, unexpected, type PortalAnswer, type PortalSender } from './http.ts'
import { number } from './lenient.ts'

/** Numbers come as strings from Redis and as numbers from the service's in-memory fallback. */
const wholeNumber = (least: number, most: number) => number.pipe(z.int().min(least).max(most))
const text = z.union([z.string().max(200), z.number().transform(String)])
/** A host uses ports from 5 below its base port to 21 above. */
const basePort = wholeNumber(1029, 65_514)
const epochSeconds = number
  .transform((seconds) => (seconds === null ? null : Math.floor(seconds)))
  .pipe(z.int().min(0).max(1e11))
const jobId = text.pipe(z.string().refine(isJobId))

/** What cannot be used counts as absent: one broken record must not hide the others. */
const itemShape = z.object({
  session_id: text.nullable().catch(null),
  image_id: text.nullable().catch(null),
  status: text.nullable().catch(null),
  sunshine_port: basePort.nullable().catch(null),
  created_at: epochSeconds.nullable().catch(null),
  slurm_job_id: jobId.nullable().catch(null),
})
const listShape = z.object({ sessions: z.array(itemShape.nullable().catch(null)).max(1000) })
const createdShape = z.object({ session_id: z.string(), sunshine_port: basePort, slurm_job_id: jobId })
const errorShape = z.object({ error: z.string() })

export interface PortalSession {
  id: string
  imageId: string | null
  status: string
  /** Base port of the host; 0: the record names none. */
  port: number
  jobId: string
  /** Unix ms. */
  createdAt: number | null
}

const safeId = /^[\w@][\w.@+-]{0,99}$/
/** The service asks Slurm once for each session (5 s each when Slurm is away). */
const listDeadlineMs = 30_000

export class MoonlightApi {
  private readonly http: PortalSender
  private readonly base: string
  private readonly headers: Record<string, string>
  private readonly user: string

  constructor(http: PortalSender, base: string, user: string) {
    if (!isPlainUser(user)) {
      // Other characters reach a shell script on the portal unescaped.
      throw fail('bad-request', 'user-name-unusable', { retryable: false })
    }
    this.http = http
    this.base = base
    this.headers = { 'x-username': user }
    this.user = user
  }

  /** The user's own sessions; ghost records and those of users with a similar name are left out. */
  async sessions(): Promise<PortalSession[]> {
    return readAnswer('/sessions', await this.send('GET', ''), listShape).sessions.flatMap((item) => {
      if (item === null) return []
      const { session_id: id, sunshine_port: port, slurm_job_id: jobId } = item
      if (id === null || jobId === null || !isSessionOf('ml', this.user, id)) return []
      const createdAt = item.created_at === null ? null : item.created_at * 1000
      return [
        { id, imageId: item.image_id, status: item.status ?? 'unknown', port: port ?? 0, jobId, createdAt },
      ]
    })
  }

  /**
   * Submits a new session's job.
   * @param imageId null: the portal's default one
   * @throws image-missing, no-display-free, submit-failed, portal-error
   */
  async create(imageId: string | null): Promise<PortalSession> {
    const answer = await this.send('POST', '', imageId === null ? {} : { image_id: imageId })
    const parsed = createdShape.safeParse(answer.json)
    if (answer.status === 201 && parsed.success && isSessionOf('ml', this.user, parsed.data.session_id)) {
      const { session_id: id, sunshine_port: port, slurm_job_id: jobId } = parsed.data
      return { id, imageId, status: 'starting', port, jobId, createdAt: Date.now() }
    }
    throw createFailure(answer)
  }

  /** Deletes the record and cancels the job. @returns false: the portal has no such record (any more) */
  async remove(id: string): Promise<boolean> {
    if (!safeId.test(id)) throw fail('bad-request', 'no-session-id')
    const answer = await this.send('DELETE', `/${id}`)
    if (answer.status !== 200 && answer.status !== 404) throw unexpected('/sessions', answer)
    return answer.status === 200
  }

  private send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<PortalAnswer> {
    const url = `${this.base}/sessions${path}`
    return this.http.send(url, { method, headers: this.headers, body, deadlineMs: listDeadlineMs })
  }
}

function createFailure(answer: PortalAnswer): Error {
  const text = errorShape.safeParse(answer.json).data?.error ?? ''
  const evidence = answerEvidence('/sessions', answer)
  if (answer.status === 404 && text.startsWith('Image not found')) {
    return fail('image-missing', 'desktop-image', { evidence })
  }
  if (answer.status === 503 && text !== '') {
    return fail('no-display-free', 'all-taken', { evidence })
  }
  if (answer.status === 500 && text.startsWith('Failed to submit')) {
    return fail('submit-failed', 'refused-without-reason', { evidence })
  }
  // Behind Slurm the service stores the session: where Redis fails it, there is nothing of its words but a page.
  if (answer.status === 500 && answer.json === null) {
    return fail('portal-error', 'broke-off-at-start', { evidence, retryable: false })
  }
  return unexpected('/sessions', answer)
}
