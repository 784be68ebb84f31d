/** The demo site as a program that a test can make fail. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { startSite } from '../../site/index.ts'
import type { FaultName } from '../../site/faults.ts'
import type { Site } from '../../site/types.ts'
import { serveCommands } from './commands.ts'

let site: Site | undefined

/** From now on `sbatch` has its command line for half a second: no watcher, however busy the machine is, misses it. */
function slowSbatch(): void {
  const [real = ''] = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'sbatch'))
    .filter((file) => existsSync(file))
  const folder = mkdtempSync(join(homedir(), 'programs-'))
  writeFileSync(join(folder, 'sbatch'), `#!/bin/sh\nsleep 0.5\nexec '${real}' "$@"\n`, { mode: 0o700 })
  process.env.PATH = `${folder}${delimiter}${process.env.PATH}`
}

const handlers = {
  async start() {
    slowSbatch()
    site = await startSite({
      desktop: 'plain',
      strip: true,
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
