/** The way to one site's portal: its authorities, its proxy, and the certificate that the user confirmed for it. */
import { randomUUID } from 'node:crypto'
import { fail, knownFacts } from '../../shared/errors.ts'
import type { Platform } from '../../ports/platform.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import { PortalHttp } from '../../protocols/portal/http.ts'
import { factsOf } from '../../protocols/portal/trust.ts'
import type { CertificatePins } from '../confirmed/index.ts'
import type { Interaction } from './interaction.ts'

/** What the profile says of the way. */
export interface SitePortalOptions {
  portal: Pick<PortalProfile, 'origin' | 'proxy'>
  /** PEM of the authority that the profile names, or null. */
  portalCa: string | null
}

type AccessPlatform = Pick<Platform, 'clock' | 'systemProxy'>

export class PortalAccess {
  private readonly way: SitePortalOptions
  private readonly pins: Pick<CertificatePins, 'get' | 'set'>
  private readonly platform: AccessPlatform

  constructor(way: SitePortalOptions, pins: Pick<CertificatePins, 'get' | 'set'>, platform: AccessPlatform) {
    this.way = way
    this.pins = pins
    this.platform = platform
  }

  private get origin(): string {
    return new URL(this.way.portal.origin).origin
  }

  /** A client of the portal as it is trusted now; the caller closes it. */
  async open(): Promise<PortalHttp> {
    const { portalCa, portal } = this.way
    // What the administrator vouches for counts more than what was confirmed once.
    const pinned = portalCa === null ? await this.pins.get(this.origin) : null
    const { systemProxy } = this.platform
    return new PortalHttp(portalCa, { pinned, proxy: portal.proxy ?? null, systemProxy })
  }

  /**
   * Offers a certificate that no authority vouches for to the user, and pins it when it is confirmed.
   * @param error what a request to the portal failed with
   * @returns false: this error is about something else, or no person is there to ask
   */
  async offer(
    error: unknown,
    http: Pick<PortalHttp, 'shownCertificate'>,
    interaction: Interaction | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (!interaction || this.way.portalCa !== null || !this.isSelfSigned(error)) return false
    if ((await this.pins.get(this.origin)) !== null) return false
    const { certificate } = await http.shownCertificate(new URL(this.origin))
    const facts = factsOf(certificate)
    const now = this.platform.clock.now()
    // One that is out of date would be refused at every use.
    if (now < facts.validFrom || now > facts.validTo) return false
    const answer = await interaction.ask(
      { type: 'certificate', id: randomUUID(), origin: this.origin, ...facts },
      signal,
    )
    signal.throwIfAborted()
    if (answer === null) {
      throw fail('untrusted-certificate', 'not-confirmed', {
        evidence: [
          { label: 'portal', value: this.origin },
          { label: 'sha256', value: facts.fingerprint },
        ],
      })
    }
    await this.pins.set(this.origin, certificate)
    return true
  }

  private isSelfSigned(error: unknown): boolean {
    return knownFacts(error, 'untrusted-certificate', 'self-signed')?.portal === this.origin
  }
}
