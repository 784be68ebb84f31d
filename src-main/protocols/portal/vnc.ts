/**
 * The dashboard's VNC sessions (5010, /api/vnc). A failure shows as a session that is gone: each list asks Slurm, and drops
 * what has ended. While a session runs, each list also makes the portal open its own, unprotected way to it; so it is not asked
 * more often than needed.
 */
import { z } from 'zod'
import { isJobId } from '../../domain/desktop-job.ts'
import { fail } from '../../shared/errors.ts'
import { answerEvidence, isRefusedInFront, unexpected, type PortalAnswer, type PortalSender } from './http.ts'
import { imagesDeadlineMs, readImages } from './images.ts'
import { amount, list, number, shownText, text } from './lenient.ts'
import type { Image } from '../../shared/model/image.ts'

/** The portal makes them of user and second; they go into addresses. */
const sessionId = z.string().regex(/^vnc-[\w.@+-]{1,64}-\d{1,12}$/)
/** The portal draws them from 5901 to 5999. */
const vncPort = number.pipe(z.int().min(1).max(65_535))
const jobId = z
  .union([z.int().min(1), z.string()])
  .transform(String)
  .pipe(z.string().refine(isJobId))
/** UTC, though without a zone: Unix ms. */
const utcTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?$/)
  .transform((value) => Date.parse(`${value}Z`))
  .pipe(z.number())
  .nullable()
  .catch(null)

const hourMs = 3_600_000
/** Longer ones are not to be believed: nothing at the portal limits them. */
const mostHours = 24 * 366

const sessionShape = z
  .object({
    session_id: sessionId,
    job_id: jobId,
    username: text(64),
    vnc_port: vncPort,
    status: text(40),
    image_id: text(64),
    created_at: utcTime,
    duration_hours: amount,
  })
  .transform(({ created_at: createdAt, duration_hours: hours, ...item }) => {
    const known = createdAt !== null && hours !== null && hours > 0 && hours <= mostHours
    return {
      id: item.session_id,
      jobId: item.job_id,
      /** The portal's user whose it is: `admin` for everybody where the portal checks no tokens. */
      owner: item.username,
      /** Slurm's word in small letters. */
      status: item.status || 'unknown',
      /** TCP port of the VNC server on its node. */
      port: item.vnc_port,
      imageId: item.image_id === '' ? null : item.image_id,
      /** Unix ms. */
      createdAt,
      /** When its job must end, counted from when it was asked for: Unix ms. */
      endsAt: known ? createdAt + hours * hourMs : null,
    }
  })
export type VncSession = z.infer<typeof sessionShape>
const listShape = z.object({ sessions: list(sessionShape, 200) })
const errorShape = z.object({ error: z.string() })

export interface VncWish {
  /** Pixels. */
  width: number
  height: number
  /** Null: the portal's default one. */
  imageId: string | null
  /** Time limit of its job; null: the portal's. */
  hours: number | null
}

/** The service asks Slurm once for each session, and opens its own ways to those that run. */
const deadlineMs = 30_000

export class VncApi {
  private readonly http: PortalSender
  private readonly base: string
  private readonly token: () => Promise<string | null>

  /**
   * @param base of the dashboard's API
   * @param token the one that holds now; null: no user is signed in, which portals without sign-in do not mind
   */
  constructor(http: PortalSender, base: string, token: () => Promise<string | null>) {
    this.http = http
    this.base = base
    this.token = token
  }

  /** The caller's sessions that wait or run. None may also mean that the portal's Redis is away. */
  async sessions(): Promise<VncSession[]> {
    const answer = await this.send('GET', '')
    const parsed = listShape.safeParse(answer.json)
    if (answer.status !== 200 || !parsed.success) throw refused('/vnc/sessions', answer)
    return parsed.data.sessions
  }

  /**
   * What a new session can run; the portal looks for each image on a node, which takes up to 15 s.
   * @returns null: the portal has no such list
   */
  async images(): Promise<Image[] | null> {
    const answer = await this.ask('GET', '/images', { deadlineMs: imagesDeadlineMs })
    if (answer.status === 401 || answer.status === 403) throw refused('/vnc/images', answer)
    return readImages('/vnc/images', answer)
  }

  /** Submits the job of a new session. @throws image-missing, submit-failed, forbidden */
  async create({ width, height, imageId, hours }: VncWish): Promise<VncSession> {
    const answer = await this.send('POST', '', {
      geometry: `${width}x${height}`,
      ...(imageId === null ? {} : { image_id: imageId }),
      ...(hours === null ? {} : { duration_hours: hours }),
    })
    const parsed = sessionShape.safeParse(answer.json)
    if (answer.status !== 201 || !parsed.success) throw refused('/vnc/sessions', answer)
    return parsed.data
  }

  /** Deletes the record and cancels the job. @returns false: the portal has no such record (any more) */
  async remove(id: string): Promise<boolean> {
    if (!sessionId.safeParse(id).success) throw fail('bad-request', 'no-session-id')
    const answer = await this.send('DELETE', `/${id}`)
    if (answer.status !== 200 && answer.status !== 404) throw refused('/vnc/sessions', answer)
    return answer.status === 200
  }

  private send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<PortalAnswer> {
    return this.ask(method, `/sessions${path}`, { deadlineMs, ...(body ? { body } : {}) })
  }

  private async ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    how: { deadlineMs: number; body?: object },
  ): Promise<PortalAnswer> {
    const token = await this.token()
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
    const answer = await this.http.send(`${this.base}/vnc${path}`, { method, headers, ...how })
    if (answer.status !== 401 || token !== null || isRefusedInFront(answer)) return answer
    throw fail('needs-answer', 'not-signed-in-for-vnc')
  }
}

function refused(path: string, answer: PortalAnswer): Error {
  const said = shownText(errorShape.safeParse(answer.json).data?.error, 300)
  const evidence = answerEvidence(path, answer)
  if (isRefusedInFront(answer)) return unexpected(path, answer)
  if (answer.status === 401) {
    return fail('token-expired', 'dashboard-refused', { evidence })
  }
  if (answer.status === 403) {
    return fail('forbidden', 'vnc-not-allowed', { evidence, retryable: false })
  }
  if (answer.status === 500 && said.startsWith('Image file not found')) {
    return fail('image-missing', 'vnc-image', { evidence })
  }
  if (answer.status === 500 && said.startsWith('Job submission failed')) {
    return fail('submit-failed', 'vnc-refused', { evidence })
  }
  return unexpected(path, answer)
}
