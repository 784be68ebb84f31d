/** The user's sessions at a site, outside a desktop: list them, end one. */
import { fail } from '../../shared/errors.ts'
import type { CallInput, Ended } from '../../shared/contract.ts'
import { chooseImage } from '../../domain/image-choice.ts'
import type { Session } from '../../shared/model/desktop.ts'
import type { Image, ImageList } from '../../shared/model/image.ts'
import type { Platform } from '../../ports/platform.ts'
import type { Interaction, Sites } from '../auth/index.ts'
import { ClusterLogin, type JobOfSession } from '../cluster/index.ts'
import { loadIdentity } from '../host/index.ts'
import { knownSessions } from './listing.ts'
import { isOver, PortalSource, toSession } from './portal-source.ts'
import { boardFor } from '../questions/index.ts'
import type { SessionSource } from './source.ts'
import { sourceOf } from './source-of-site.ts'
import type { KeptLogins } from './kept-logins.ts'
import { SessionRegistry } from './site-sessions.ts'
import type { LoadedProfile } from '../sites/index.ts'
import { sentenceOf } from '../../shared/failure-text.ts'

type SessionPlatform = Pick<Platform, 'secrets' | 'processes' | 'clock' | 'dataFolder'>

/** Whose sessions at which site. */
export type SessionsOf = CallInput<'sessions.list'>

export class SessionService {
  private readonly sites: Sites
  private readonly platform: SessionPlatform
  private readonly interaction: Interaction | null
  private readonly logins: KeptLogins | null
  private readonly registry: SessionRegistry

  /**
   * @param interaction who answers questions of the sign-in; null: a list must never open a browser by itself
   * @param logins keeps logins from one question to the next; null: each ends with its question
   * @param registry the app's, where it has desktops
   */
  constructor(
    sites: Sites,
    platform: SessionPlatform,
    interaction: Interaction | null = null,
    logins: KeptLogins | null = null,
    registry = new SessionRegistry(platform),
  ) {
    this.sites = sites
    this.platform = platform
    this.interaction = interaction
    this.logins = logins
    this.registry = registry
  }

  /** What waits or runs; a portal lists sessions for a while after their end. */
  list(of: SessionsOf): Promise<Session[]> {
    return this.withSource(of, async ({ source, user }, loaded) => {
      const remembered = of.kind === 'stream' ? await this.registry.of(of.siteId).memory.sessions() : []
      const listed = await knownSessions(source, remembered, user)
      const ending = new Map((await this.endings(of)).map((session) => [session.id, session]))
      // What is being ended is there until Slurm says otherwise, whatever the portal says.
      const others = listed.filter(({ id, status }) => !ending.has(id) && !isOver(status))
      return [
        ...others.map((session) => ({
          ...toSession(session, loaded.profile.slurm.jobSeconds),
          ...(session.port === 0 && !source.place ? { portless: true } : {}),
        })),
        ...ending.values(),
      ]
    })
  }

  /** What new sessions can run. Streamed desktops want no sign-in for that: the page shows it before. */
  async images(of: SessionsOf): Promise<ImageList> {
    const site = this.sites.of(of.siteId)
    const preset = of.kind === 'stream' ? (site.loaded.profile.portal?.imageId ?? null) : null
    const images = (await this.listImages(of)) ?? []
    return { images, standard: chooseImage(images, null, preset)?.image.id ?? null }
  }

  private async listImages(of: SessionsOf): Promise<Image[] | null> {
    const site = this.sites.of(of.siteId)
    const ownJobs = of.kind === 'stream' && site.loaded.jobTemplate !== null
    if (site.kind !== 'portal' || ownJobs) return null
    // Where a person is there the sign-in asks what is to be asked, the portal's certificate too.
    if (of.kind === 'vnc' || this.interaction)
      return this.withSource(of, async ({ source }) => (await source.images?.()) ?? null)
    const source = new PortalSource(site)
    return source.images().finally(() => source.close())
  }

  /** What was ended and is not known to be over, also where the site cannot be asked. */
  async endings(of: Pick<SessionsOf, 'siteId' | 'kind'>): Promise<Session[]> {
    const kept = await this.registry.of(of.siteId).endings.all()
    return kept
      .filter(({ kind }) => kind === of.kind)
      .map(({ id, jobId, since, why }) => ({
        ...{ id, jobId, node: null, status: 'ending', imageId: null },
        ...{ createdAt: null, runningSince: null, endsAt: null },
        ending: { since, why },
      }))
  }

  /**
   * Ends one of the user's sessions, or tries once more to.
   * @throws VizlinkError bad-request: there is none of that name; foreign-job: its record names another job
   */
  end(of: SessionsOf, sessionId: string): Promise<Ended> {
    return this.withSource(of, async (way) => {
      const { endings } = this.registry.of(of.siteId)
      const session = (await endings.find(sessionId)) ?? (await this.own(of, sessionId, way.source))
      const { id, jobId } = session
      const failure = await endings.attempt({ id, jobId, kind: of.kind, user: of.user ?? null }, way)
      return { over: failure === null, why: failure && sentenceOf(failure) }
    })
  }

  /** Only sessions of the user's own list, or that this client has had: the portal itself checks no owner. */
  private async own(of: SessionsOf, sessionId: string, source: SessionSource): Promise<JobOfSession> {
    const same = ({ id }: { id: string }): boolean => id === sessionId
    const remembered =
      of.kind === 'stream' ? (await this.registry.of(of.siteId).memory.sessions()).find(same) : undefined
    const listed = await source.list().catch((error: unknown) => {
      if (remembered) return []
      throw error
    })
    const found = listed.find(same) ?? remembered
    if (found) return found
    throw fail('bad-request', 'unknown-session')
  }

  private async withSource<T>(
    { siteId, kind, user = null }: SessionsOf,
    work: (
      way: { source: SessionSource; cluster: ClusterLogin; user: string },
      loaded: LoadedProfile,
    ) => Promise<T>,
  ): Promise<T> {
    const site = this.sites.of(siteId)
    const { interaction } = this
    const { secrets, clock } = this.platform
    const { signal } = new AbortController()
    const questions = boardFor(interaction)
    const open = (): ClusterLogin =>
      new ClusterLogin(site.loaded, this.platform, questions.handlers, () => undefined, user)
    const by = async (cluster: ClusterLogin): Promise<T> => {
      const source = sourceOf(site, kind, {
        cluster,
        identity: () => loadIdentity(secrets),
        now: () => clock.now(),
        made: this.registry.of(siteId).made,
      })
      try {
        const signedIn = await source.signIn({ user, interaction, signal })
        return await work({ source, cluster, user: signedIn.user }, site.loaded)
      } finally {
        await source.close()
      }
    }
    // A portal's list needs no login; where there is none, each look at the list would be one.
    if (this.logins && !site.loaded.profile.portal)
      return this.logins.use(JSON.stringify([siteId, user]), open, by)
    const cluster = open()
    return by(cluster).finally(() => cluster.close())
  }
}
