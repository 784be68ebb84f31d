/** The portal's side of a connection: sign in, find or make the session, follow its job, end it. */
import { fail } from '../../shared/errors.ts'
import type { Session } from '../../shared/model/connection.ts'
import { AuthPortal, type SignedIn } from '../../protocols/portal/auth.ts'
import { PortalHttp } from '../../protocols/portal/http.ts'
import { MoonlightApi, type PortalSession } from '../../protocols/portal/moonlight.ts'
import { authBase, probeMoonlight } from '../../protocols/portal/probe.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'

/** Portal words for a session that is over. */
const over = new Set([
  'completed',
  'completing',
  'failed',
  'cancelled',
  'timeout',
  'node_fail',
  'out_of_memory',
  'stopped',
])

export class PortalSide {
  private readonly loaded: LoadedProfile
  private readonly http: PortalHttp
  private moonlightBase: string | null = null
  private signedIn: SignedIn | null = null
  private api: MoonlightApi | null = null
  private lastCreated = 0

  constructor(loaded: LoadedProfile) {
    this.loaded = loaded
    this.http = new PortalHttp(loaded.portalCa)
  }

  /** Signs in; `verified` is false for a login that proves nothing. */
  async signIn(user: string | null): Promise<{ name: string; verified: boolean }> {
    const { portal } = this.loaded.profile
    const name = portal.user ?? user
    if (!name) {
      throw fail('bad-request', {
        message: 'Your user name at the portal is missing.',
        nextStep: 'Type it and connect again.',
      })
    }
    const auth = new AuthPortal(this.http, authBase(this.loaded.profile.portal))
    const info = await auth.info()
    if (info.sso_enabled) {
      throw fail('sign-in-refused', {
        message: 'This portal wants single sign-on, which this version of Vizlink cannot do yet.',
        nextStep: 'Use the portal’s own page for now, and tell your administrator.',
        evidence: [{ label: 'sign-in type', value: info.sso_type }],
        retryable: false,
      })
    }
    this.signedIn = await auth.testLogin(name, portal.testLoginGroups)
    this.api = null
    return { name: this.signedIn.user, verified: false }
  }

  /** The user's session that still runs or waits, or null. */
  async findRunning(): Promise<PortalSession | null> {
    const sessions = await (await this.moonlight()).sessions()
    return sessions.find((session) => !over.has(session.status)) ?? null
  }

  async list(): Promise<PortalSession[]> {
    return (await this.moonlight()).sessions()
  }

  /** Asks for a new session with the profile's image (else the portal's default one); not any more once aborted. */
  async create(signal: AbortSignal): Promise<PortalSession> {
    const api = await this.moonlight()
    const imageId =
      this.loaded.profile.portal.imageId ??
      (await api.images()).find((image) => image.default)?.id ??
      'desktop'
    // Two creates within a second get the same id at the portal, and the first job is orphaned.
    await delay(Math.max(0, this.lastCreated + 1100 - Date.now()))
    signal.throwIfAborted()
    const session = await api.create(imageId)
    this.lastCreated = Date.now()
    return session
  }

  /** The portal's word for one session; null when it knows it no more. */
  async statusOf(id: string): Promise<string | null> {
    return (await this.list()).find((session) => session.id === id)?.status ?? null
  }

  async remove(id: string): Promise<void> {
    await (await this.moonlight()).remove(id)
  }

  /** Revokes the token and forgets it. */
  async close(): Promise<void> {
    const token = this.signedIn?.token
    this.signedIn = null
    this.api = null
    if (token)
      await new AuthPortal(this.http, authBase(this.loaded.profile.portal))
        .logout(token)
        .catch(() => undefined)
    await this.http.close()
  }

  private async moonlight(): Promise<MoonlightApi> {
    if (this.api) return this.api
    const user = this.signedIn?.user
    if (!user) throw fail('token-expired', { message: 'You are not signed in.', nextStep: 'Connect again.' })
    this.moonlightBase ??= await probeMoonlight(this.http, this.loaded.profile.portal)
    if (this.moonlightBase === null) {
      throw fail('portal-not-routed', {
        message: 'The portal has no route to its desktop service.',
        nextStep:
          'Ask your administrator to route /api/moonlight, or to name portal.moonlightUrl in the site profile.',
        evidence: [{ label: 'portal', value: this.loaded.profile.portal.origin }],
      })
    }
    this.api = new MoonlightApi(this.http, this.moonlightBase, user)
    return this.api
  }
}

/** A portal session as the page sees it. */
export function toSession(session: PortalSession, jobSeconds: number): Session {
  return {
    id: session.id,
    jobId: session.jobId,
    node: null,
    status: session.status,
    imageId: session.imageId,
    createdAt: session.createdAt,
    runningSince: null,
    endsAt: session.createdAt === null ? null : session.createdAt + jobSeconds * 1000,
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
