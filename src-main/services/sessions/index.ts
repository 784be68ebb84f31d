/** The user's sessions at a site, outside a connection: list them, end one. Each call signs in for itself. */
import { fail } from '../../shared/errors.ts'
import type { Session } from '../../shared/model/connection.ts'
import type { SecretStore } from '../../ports/platform.ts'
import { pairingsOf } from '../connection/pairings.ts'
import { PortalSide, toSession } from '../connection/portal-session.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'

export class SessionService {
  private readonly profiles: Map<string, LoadedProfile>

  private readonly secrets: SecretStore

  constructor(profiles: readonly LoadedProfile[], secrets: SecretStore) {
    this.secrets = secrets
    this.profiles = new Map(profiles.map((loaded) => [loaded.profile.id, loaded]))
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
    const loaded = this.profiles.get(siteId)
    if (!loaded)
      throw fail('bad-request', {
        message: 'This site is not known.',
        nextStep: 'Choose a site from the list.',
      })
    const portal = new PortalSide(loaded)
    try {
      await portal.signIn(null)
      return await work(portal, loaded)
    } finally {
      await portal.close()
    }
  }
}
