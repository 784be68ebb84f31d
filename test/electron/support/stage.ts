/** A demo site, and a user of this computer with the app. */
import { inject, vi } from 'vitest'
import { startSite } from '../../site/index.ts'
import { markedProcesses } from '../../site/support/processes.ts'
import type { Site, SiteOptions } from '../../site/types.ts'
import { startDesktopUser, type DesktopUser } from './desktop-user.ts'
import type { RunningApp } from './running-app.ts'

/** Why the tests are left out; null where they run. */
export const noElectron =
  inject('electronFolder') === null ? 'no Electron can be had on this computer (see set-up)' : null

export interface Stage extends AsyncDisposable {
  site: Site
  user: DesktopUser
  /** Starts the app with the site. */
  start(): Promise<RunningApp>
  /** Settles when no relay runs on the node. */
  noRelay(): Promise<unknown>
  /** Settles when Slurm has no job. */
  noJob(): Promise<unknown>
}

export async function startStage(options: SiteOptions = {}): Promise<Stage> {
  const stack = new AsyncDisposableStack()
  try {
    const site = await startSite({ desktop: 'plain', strip: true, nodes: 1, ...options })
    stack.defer(() => site.dispose())
    const user = stack.use(await startDesktopUser(inject('electronFolder') ?? ''))
    const profile = user.profileOf(site)
    const relays = (): number[] => markedProcesses(site.directory, /\/relay-[0-9a-f]{32}/)
    return {
      site,
      user,
      start: () => user.start(['--site', profile]),
      noRelay: () =>
        vi.waitUntil(() => relays().length === 0, { timeout: 30_000, message: 'no relay runs on the node' }),
      noJob: () =>
        vi.waitUntil(async () => (await site.activeJobs()).length === 0, {
          timeout: 30_000,
          message: 'Slurm has no job',
        }),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}
