/** The app's sign-ins: one for each site, made when it is first asked for. */
import { fail } from '../../shared/errors.ts'
import type { Platform } from '../../ports/platform.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { LoadedProfile } from '../sites/index.ts'
import type { AuthPorts } from './auth-ports.ts'
import { AuthService } from './auth-service.ts'
import { BaseUrls } from './base-urls.ts'
import { HandOffs } from './hand-offs.ts'
import { CertificatePins } from '../confirmed/index.ts'
import { PortalAccess } from './portal-access.ts'

export interface PortalSite {
  kind: 'portal'
  loaded: LoadedProfile
  portal: PortalProfile
  access: Pick<PortalAccess, 'open'>
  bases: BaseUrls
  auth: Pick<AuthService, 'outlook' | 'signIn' | 'token' | 'keepAlive' | 'signOut' | 'dispose'>
}

/** What a service takes of the registry: a site by its id. */
export type Sites = Pick<SiteRegistry, 'of'>

/** A site, with or without a portal to sign in at. */
export type SiteAuth = PortalSite | { kind: 'batch'; loaded: LoadedProfile }

type AuthPlatform = Pick<Platform, 'clock' | 'logger' | 'openExternal' | 'dataFolder' | 'systemProxy'>
type AuthOptions = Pick<AuthPorts, 'handOffPort' | 'token'>

export class SiteRegistry {
  private readonly sites = new Map<string, SiteAuth>()
  private readonly handOffs = new HandOffs()
  private readonly platform: AuthPlatform
  private readonly options: AuthOptions

  constructor(platform: AuthPlatform, profiles: readonly LoadedProfile[], options: AuthOptions = {}) {
    this.platform = platform
    this.options = options
    for (const loaded of profiles) this.add(loaded)
  }

  /** Every site, in the order in which they came. */
  all(): LoadedProfile[] {
    return [...this.sites.values()].map(({ loaded }) => loaded)
  }

  /** Adds a site whose id no other has. */
  add(loaded: LoadedProfile): void {
    const { id, portal } = loaded.profile
    if (!portal) {
      this.sites.set(id, { kind: 'batch', loaded })
      return
    }
    const { clock, logger, dataFolder } = this.platform
    const pins = new CertificatePins(dataFolder)
    const access = new PortalAccess({ portal, portalCa: loaded.portalCa }, pins, this.platform)
    const auth = new AuthService({
      portal,
      access,
      clock,
      logger,
      openExternal: (url, origin) => this.platform.openExternal(url, origin),
      openHandOff: (wanted) => this.handOffs.open(wanted),
      ...this.options,
    })
    const bases = new BaseUrls(dataFolder, portal)
    this.sites.set(id, { kind: 'portal', loaded, portal, access, bases, auth })
  }

  /** @throws VizlinkError bad-request: no such site */
  of(siteId: string): SiteAuth {
    const site = this.sites.get(siteId)
    if (!site) throw fail('bad-request', 'unknown-site')
    return site
  }

  /** @throws VizlinkError portal-not-routed: the site has none */
  portalOf(siteId: string): PortalSite {
    const site = this.of(siteId)
    if (site.kind === 'portal') return site
    throw fail('portal-not-routed', 'no-portal', { retryable: false })
  }

  async dispose(): Promise<void> {
    await Promise.all(
      [...this.sites.values()].flatMap((site) => (site.kind === 'portal' ? [site.auth.dispose()] : [])),
    )
    await this.handOffs.settled()
  }
}
