/** `vizlink forget-certificate` and `forget-host-keys`: the next connection asks again for what was confirmed once. */
import { CertificatePins, ConfirmedHostKeys } from '../services/confirmed/index.ts'
import { loadProfile } from '../services/sites/index.ts'
import { createLogger, createNodePlatform } from '../shells/node/index.ts'
import type { SiteProfile } from '../shared/model/site-profile.ts'
import { printFailure, say } from './output.ts'
import { t } from './texts.ts'

/** @returns exit status */
export const forgetCertificate = (options: { site: string }): Promise<number> =>
  forget(options, async ({ portal }, dataFolder) => {
    if (!portal) return t('cli.forget.noPortal')
    const { origin } = new URL(portal.origin)
    return (await new CertificatePins(dataFolder).forget(origin))
      ? t('cli.forget.certificate', { origin })
      : t('cli.forget.noCertificate', { origin })
  })

/** @returns exit status */
export const forgetHostKeys = (options: { site: string }): Promise<number> =>
  forget(options, async ({ ssh: { loginHost } }, dataFolder) =>
    (await new ConfirmedHostKeys(dataFolder, loginHost).forget())
      ? t('cli.forget.hostKeys', { host: loginHost.address })
      : t('cli.forget.noHostKeys', { host: loginHost.address }),
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
