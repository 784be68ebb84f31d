/** `vizlink forget-certificate` and `forget-host-keys`: the next connection asks again for what was confirmed once. */
import { CertificatePins, ConfirmedHostKeys } from '../services/confirmed/index.ts'
import { loadProfile } from '../services/sites/index.ts'
import { createLogger, createNodePlatform } from '../shells/node/index.ts'
import type { SiteProfile } from '../shared/model/site-profile.ts'
import { printFailure, say } from './output.ts'

/** @returns exit status */
export const forgetCertificate = (options: { site: string }): Promise<number> =>
  forget(options, async ({ portal }, dataFolder) => {
    if (!portal) return 'The site has no portal.'
    const { origin } = new URL(portal.origin)
    return (await new CertificatePins(dataFolder).forget(origin))
      ? `The certificate of ${origin} is forgotten.`
      : `There was none for ${origin}.`
  })

/** @returns exit status */
export const forgetHostKeys = (options: { site: string }): Promise<number> =>
  forget(options, async ({ ssh: { loginHost } }, dataFolder) =>
    (await new ConfirmedHostKeys(dataFolder, loginHost).forget())
      ? `The host keys of ${loginHost.address} and of the nodes behind it are forgotten.`
      : `There were none for ${loginHost.address}.`,
  )

async function forget(
  { site }: { site: string },
  work: (profile: SiteProfile, dataFolder: string) => Promise<string>,
): Promise<number> {
  try {
    const { profile } = await loadProfile(site)
    const { dataFolder } = createNodePlatform({ logger: createLogger({ level: 'warn' }) })
    say(await work(profile, dataFolder))
    return 0
  } catch (error) {
    printFailure(error)
    return 1
  }
}
