/** The user's sessions at a site, outside a connection: list them, end one. */
import { fail } from '../../shared/errors.ts'
import type { Session } from '../../shared/model/connection.ts'
import type { Platform } from '../../ports/platform.ts'
import type { AuthServices } from '../auth/index.ts'
import type { Interaction } from '../auth/interaction.ts'
import { ClusterSide } from '../connection/cluster-side.ts'
import { loadIdentity } from '../connection/pairings.ts'
import { isOver, toSession } from '../connection/portal-session.ts'
import { QuestionBoard } from '../connection/questions.ts'
import type { SessionSource } from '../connection/session-source.ts'
import { sourceOf } from '../connection/session-sources.ts'
import type { KeptLogins } from './kept-logins.ts'
import { SessionRegistry } from './site-sessions.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'

type SessionPlatform = Pick<Platform, 'secrets' | 'processes' | 'clock' | 'dataFolder'>

export class SessionService {
  private readonly auths: AuthServices
  private readonly platform: SessionPlatform
  private readonly interaction: Interaction | null
  private readonly logins: KeptLogins | null
  private readonly registry: SessionRegistry

  /**
   * @param interaction who answers questions of the sign-in; null: a list must never open a browser by itself
   * @param logins keeps logins from one question to the next; null: each ends with its question
   * @param registry the app's, where it has connections
   */
  constructor(
    auths: AuthServices,
    platform: SessionPlatform,
    interaction: Interaction | null = null,
    logins: KeptLogins | null = null,
    registry = new SessionRegistry(platform),
  ) {
    this.auths = auths
    this.platform = platform
    this.interaction = interaction
    this.logins = logins
    this.registry = registry
  }

  /**
   * What waits or runs; the portal lists sessions for a while after their end.
   * @param user at the portal, where the profile names none
   */
  list(siteId: string, user: string | null = null): Promise<Session[]> {
    return this.withSource(siteId, user, async (source, loaded) =>
      (await source.list())
        .filter(({ status }) => !isOver(status))
        .map((session) => toSession(session, loaded.profile.slurm.jobSeconds)),
    )
  }

  end(siteId: string, sessionId: string, user: string | null = null): Promise<void> {
    return this.withSource(siteId, user, async (source) => {
      // Only sessions of the user's own list: the portal itself checks no owner.
      const own = (await source.list()).some((session) => session.id === sessionId)
      if (!own)
        throw fail('bad-request', {
          message: 'There is no such session of yours.',
          nextStep: 'Look at the list of sessions.',
        })
      await source.remove(sessionId)
      const { pairings, memory } = this.registry.of(siteId)
      await pairings.forget(sessionId)
      await memory.forget(sessionId)
    })
  }

  private async withSource<T>(
    siteId: string,
    user: string | null,
    work: (source: SessionSource, loaded: LoadedProfile) => Promise<T>,
  ): Promise<T> {
    const site = this.auths.of(siteId)
    const { interaction } = this
    const { secrets, clock } = this.platform
    const { signal } = new AbortController()
    const questions = new QuestionBoard((question) => {
      if (question)
        void (interaction?.ask(question, signal) ?? Promise.resolve(null)).then((values) =>
          questions.answer(question.id, values),
        )
    })
    const open = (): ClusterSide =>
      new ClusterSide(site.loaded, this.platform, questions.handlers, () => undefined, user)
    const by = async (cluster: ClusterSide): Promise<T> => {
      const source = sourceOf(site, cluster, {
        identity: () => loadIdentity(secrets),
        now: () => clock.now(),
      })
      try {
        await source.signIn({ user, interaction, signal })
        return await work(source, site.loaded)
      } finally {
        await source.close()
      }
    }
    // Logs in only where sessions are jobs of the user's own.
    if (this.logins) return this.logins.use(JSON.stringify([siteId, user]), open, by)
    const cluster = open()
    return by(cluster).finally(() => cluster.close())
  }
}
