/** Sign-ins of the app on a platform that opens no browser. */
import { SiteRegistry } from '../../../src-main/services/auth/site-registry.ts'
import type { LoadedProfile } from '../../../src-main/services/sites/load-profile.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

/** @param dataFolder where confirmed certificates are kept */
export const authServices = (loaded: LoadedProfile, dataFolder: string): SiteRegistry =>
  new SiteRegistry(
    {
      clock: { now: () => Date.now() },
      logger: collectingLogger(),
      dataFolder,
      systemProxy: null,
      openExternal: () => Promise.reject(new Error('there is no browser')),
    },
    [loaded],
  )
