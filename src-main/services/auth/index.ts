/** The app's sign-ins: one for each site, made when it is first asked for. */
import { fail } from '../../shared/errors.ts'
import type { Platform } from '../../ports/platform.ts'
import { openHandOff, type HandOff, type HandOffOptions } from '../../protocols/portal/hand-off.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'
import { AuthService, type AuthPorts } from './auth-service.ts'
import { BaseUrls } from './base-urls.ts'
import { CertificatePins } from './certificate-pins.ts'
import { PortalAccess } from './portal-access.ts'

export interface SiteAuth {
  loaded: LoadedProfile
  access: PortalAccess
  bases: BaseUrls
  auth: AuthService
}

export class AuthServices {
  private readonly sites = new Map<string, SiteAuth>()
  /** The hand-off before, which may still be showing its last page: the port is one for all sites. */
  private closing: Promise<void> = Promise.resolve()

  constructor(
    platform: Pick<Platform, 'clock' | 'logger' | 'openExternal' | 'dataFolder'>,
    profiles: readonly LoadedProfile[],
    options: Pick<AuthPorts, 'handOffPort' | 'token'> = {},
  ) {
    const pins = new CertificatePins(platform.dataFolder)
    const { clock, logger } = platform
    for (const loaded of profiles) {
      const access = new PortalAccess(loaded, pins, clock)
      const auth = new AuthService({
        loaded,
        access,
        clock,
        logger,
        openExternal: (url, origin) => platform.openExternal(url, origin),
        openHandOff: (wanted) => this.openHandOff(wanted),
        ...options,
      })
      const bases = new BaseUrls(platform.dataFolder, loaded.profile.portal)
      this.sites.set(loaded.profile.id, { loaded, access, bases, auth })
    }
  }

  /** @throws VizlinkError bad-request: no such site */
  of(siteId: string): SiteAuth {
    const site = this.sites.get(siteId)
    if (!site)
      throw fail('bad-request', {
        message: 'This site is not known.',
        nextStep: 'Choose a site from the list.',
      })
    return site
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.sites.values()].map(({ auth }) => auth.dispose()))
    await this.closing
  }

  private async openHandOff(options: HandOffOptions): Promise<HandOff> {
    await this.closing
    const handOff = await openHandOff(options)
    return {
      ...handOff,
      close: () => {
        const closed = handOff.close()
        this.closing = Promise.all([this.closing, closed]).then(() => undefined)
        return closed
      },
    }
  }
}
