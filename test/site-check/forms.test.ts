import { expect, test } from 'vitest'
import type { FindingId } from '../../src-main/shared/model/site-check.ts'
import { createNodePlatform } from '../../src-main/shells/node/index.ts'
import { startSite } from '../site/index.ts'
import type { SiteOptions } from '../site/types.ts'
import { collectingLogger } from '../support/silent-logger.ts'
import { problemsIn, runCheck, shown } from '../support/site-check.ts'

/** Sites as they are installed, nothing broken: what a form of the web server lacks is all there is to find. */
test.each<[SiteOptions, string[]]>([
  [
    { nginx: 'NG-A' },
    ['routes.cae-automation warning', 'routes.moonlight fail', 'routes.pages warning', 'tls.plain fail'],
  ],
  [{ nginx: 'NG-C' }, ['routes.moonlight fail']],
  [{ nginx: 'NG-D' }, ['routes.moonlight fail', 'routes.pages warning', 'tls.plain fail']],
  [{ signIn: 'saml' }, []],
  [{ signIn: 'oidc' }, []],
])('%j', async (options, expected) => {
  await using site = await startSite({ desktop: 'plain', nodes: 1, ...options })
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: `${site.directory}/client` })
  try {
    const report = await runCheck(platform, site.ready.profile)
    expect(problemsIn(report), shown(report)).toEqual(expected)
    // A client without a Redis user sees less, and says why.
    const untested = report.findings.filter(({ result }) => result === 'not-testable')
    const ids: FindingId[] = ['services.redis', 'redis.sessions', 'redis.persistence']
    expect(untested.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
    for (const { reason } of untested) expect(reason).toMatch(/\.$|\)$/)
  } finally {
    await platform.dispose()
  }
})
