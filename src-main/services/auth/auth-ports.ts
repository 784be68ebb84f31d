/** What signing in takes from the world around it. */
import type { Clock, Logger, Platform } from '../../ports/platform.ts'
import type { HandOff, HandOffOptions } from '../../protocols/portal/hand-off.ts'
import type { SignInHttp } from '../../protocols/portal/http.ts'
import type { PortalProfile } from '../../shared/model/site-profile.ts'
import type { PortalAccess } from './portal-access.ts'

export interface AuthPorts {
  portal: PortalProfile
  access: Pick<PortalAccess, 'offer'> & { open(): Promise<SignInHttp> }
  clock: Clock
  logger: Logger
  openExternal: Platform['openExternal']
  openHandOff(options: HandOffOptions): Promise<HandOff>
  /** Where the portal sends browsers; another one only in tests. */
  handOffPort?: number
  /** A token that the caller brings (command line). */
  token?: string | null
}
