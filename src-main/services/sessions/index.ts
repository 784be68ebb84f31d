/** The user's sessions at a site, outside a connection: list them, end one. */
import { fail } from '../../shared/errors.ts'
import type { Session } from '../../shared/model/connection.ts'
import type { SecretStore } from '../../ports/platform.ts'
import type { AuthServices } from '../auth/index.ts'
import type { Interaction } from '../auth/interaction.ts'
import { pairingsOf } from '../connection/pairings.ts'
import { PortalSide, toSession } from '../connection/portal-session.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'

export class SessionService {
  private readonly auths: AuthServices
  private readonly secrets: SecretStore
  private readonly interaction: Interaction | null

  /** @param interaction who answers questions of the sign-in; null: a list must never open a browser by itself */
  constructor(auths: AuthServices, secrets: SecretStore, interaction: Interaction | null = null) {
    this.auths = auths
    this.secrets = secrets
    this.interaction = interaction
  }

  list(siteId: string): Promise<Session[]> {
    return this.withPortal(siteId, async (portal, loaded) =>
      (await portal.list()).map((session) => toSession(session, loaded.profile.slurm.jobSeconds)),
    )
  }

  end(siteId: string, sessionId: string): Promise<void> {
    return this.withPortal(siteId, async (portal) => {
      // Only sessions of the user's own list: the portal itself checks no owner.
      const own = (await portal.list()).some((session) => session.id === sessionId)
      if (!own)
        throw fail('bad-request', {
          message: 'There is no such session of yours.',
          nextStep: 'Look at the list of sessions.',
        })
      await portal.remove(sessionId)
      await pairingsOf(this.secrets, siteId).forget(sessionId)
    })
  }

  private async withPortal<T>(
    siteId: string,
    work: (portal: PortalSide, loaded: LoadedProfile) => Promise<T>,
  ): Promise<T> {
    const site = this.auths.of(siteId)
    const portal = new PortalSide(site)
    try {
      const { signal } = new AbortController()
      await portal.signIn({ user: null, interaction: this.interaction, signal })
      return await work(portal, site.loaded)
    } finally {
      await portal.close()
    }
  }
}
