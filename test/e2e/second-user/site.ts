/** The demo site as a program that a test can tell to fail. */
import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { startSite } from '../../site/index.ts'
import type { FaultName } from '../../site/faults.ts'
import type { Site } from '../../site/types.ts'
import { serveCommands } from './commands.ts'

let site: Site | undefined

const handlers = {
  async start() {
    site = await startSite({
      desktop: 'plain',
      nodes: 1,
      signIn: 'saml',
      size: { width: 640, height: 360 },
      fps: 20,
    })
    // On a real cluster everybody may walk through the folders above a home: only its own modes keep others out.
    for (const folder of [site.directory, dirname(site.ready.home), site.ready.home])
      await chmod(folder, 0o755)
    return site.ready
  },
  setFault: async ({ name, on }: { name: FaultName; on: boolean }) => site?.setFault(name, on),
  activeJobs: () => site?.activeJobs(),
}
export type SiteCommands = typeof handlers
serveCommands(handlers)
