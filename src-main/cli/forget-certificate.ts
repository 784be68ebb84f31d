/** `vizlink forget-certificate`: the next connection asks about the portal's certificate again. */
import { CertificatePins } from '../services/auth/certificate-pins.ts'
import { loadProfile } from '../services/sites/load-profile.ts'
import { createLogger, createNodePlatform } from '../shells/node/index.ts'
import { printFailure, say } from './output.ts'

/** @returns exit status */
export async function forgetCertificate({ site }: { site: string }): Promise<number> {
  try {
    const { profile } = await loadProfile(site)
    const { dataFolder } = createNodePlatform({ logger: createLogger({ level: 'warn' }) })
    if (!profile.portal) {
      say('The site has no portal.')
      return 0
    }
    const { origin } = new URL(profile.portal.origin)
    const forgotten = await new CertificatePins(dataFolder).forget(origin)
    say(forgotten ? `The certificate of ${origin} is forgotten.` : `There was none for ${origin}.`)
    return 0
  } catch (error) {
    printFailure(error)
    return 1
  }
}
