/** Sign-ins of the app on a platform that opens no browser. */
import { AuthServices } from '../../src-main/services/auth/site-registry.ts'
import type { LoadedProfile } from '../../src-main/services/sites/load-profile.ts'
import { collectingLogger } from './silent-logger.ts'

/** @param dataFolder where confirmed certificates are kept */
export const authServices = (loaded: LoadedProfile, dataFolder: string): AuthServices =>
  new AuthServices(
    {
      clock: { now: () => Date.now() },
      logger: collectingLogger(),
      dataFolder,
      openExternal: () => Promise.reject(new Error('there is no browser')),
    },
    [loaded],
  )
