/** The check's way to the portal: as the client itself trusts it, or, at first use, with nothing entrusted to it. */
import type { Platform } from '../../ports/platform.ts'
import { PortalAccess, type Interaction } from '../../services/auth/index.ts'
import { CertificatePins } from '../../services/confirmed/index.ts'
import type { LoadedProfile } from '../../services/sites/index.ts'
import { knownFacts } from '../../shared/errors.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import { PortalHttp } from '../../protocols/portal/http.ts'

export interface PortalLook {
  http: PortalHttp
  portal: PortalProfile
  /** The portal's, parsed. */
  origin: URL
  /** No authority vouches for its certificate: neither a token nor the user's name is sent there. */
  isStranger: boolean
}

/** A person who was asked has so long to answer. */
const thinkingMs = 300_000
const firstDeadlineMs = 8000

export interface PortalLookOptions {
  loaded: Pick<LoadedProfile, 'portalCa'>
  portal: PortalProfile
  platform: Pick<Platform, 'clock' | 'dataFolder' | 'systemProxy'>
  /** Who is asked about a certificate that signs itself; null: no person is there. */
  interaction: Interaction | null
  signal?: AbortSignal
}

/**
 * Opens the way. A certificate that signs itself and was never confirmed is shown to the user, as it is at the first connection;
 * without a
 * confirmation the check continues as a stranger.
 * @throws VizlinkError untrusted-certificate: an earlier confirmation cannot be read, which is no trust
 */
export async function openPortalLook(options: PortalLookOptions): Promise<PortalLook> {
  const { loaded, portal, platform, interaction } = options
  const origin = new URL(portal.origin)
  const access = new PortalAccess(
    { portal, portalCa: loaded.portalCa },
    new CertificatePins(platform.dataFolder),
    platform,
  )
  const http = await access.open()
  const problem = origin.protocol === 'https:' ? await problemOf(http, origin) : null
  const isSelfSigned = knownFacts(problem, 'untrusted-certificate', 'self-signed') !== null
  // A site that names its authority is believed, and nothing else.
  if (!isSelfSigned || loaded.portalCa !== null) return { http, portal, origin, isStranger: false }
  const thinking = AbortSignal.timeout(thinkingMs)
  const signals = [thinking, ...(options.signal ? [options.signal] : [])]
  try {
    const confirmed = await access
      .offer(problem, http, interaction, AbortSignal.any(signals))
      .catch((error: unknown) => {
        if (thinking.aborted || knownFacts(error, 'untrusted-certificate', 'not-confirmed')) return false
        throw error
      })
    if (confirmed) return { http: await access.open(), portal, origin, isStranger: false }
    const { certificate } = await http.shownCertificate(origin)
    const pinned = {
      origin: origin.origin,
      pem: certificate.toString(),
      fingerprint: certificate.fingerprint256,
    }
    return {
      http: new PortalHttp(null, {
        ...{ pinned, proxy: portal.proxy ?? null },
        systemProxy: platform.systemProxy,
      }),
      portal,
      origin,
      isStranger: true,
    }
  } finally {
    await http.close()
  }
}

/** What a first request fails with; null: it does not, or about something that each look will meet itself. */
const problemOf = (http: PortalHttp, origin: URL): Promise<unknown> =>
  http.send(origin.href, { deadlineMs: firstDeadlineMs }).then(
    () => null,
    (error: unknown) => error,
  )
