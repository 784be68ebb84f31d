import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import type { PoolRunnerInitializer } from 'vitest/node'
import { ownNetworkPool } from './test/own-network.ts'
import { SlowestFirst } from './test/slowest-first.ts'

interface More {
  globalSetup?: string[]
  isolate?: boolean
  pool?: PoolRunnerInitializer
  env?: Record<string, string>
  /** Files of other tiers that this one has, too. */
  files?: string[]
}

const tier = (name: string, timeoutSeconds: number, { files = [], ...more }: More = {}) => ({
  test: {
    ...more,
    name,
    include: [`test/${name}/**/*.test.ts`, ...files],
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
    // An end for what never comes, and no judgement on how soon something does: no test makes one (docs/testing.md). With
    // vitest's own second a machine that pauses for a moment would be one.
    expect: { poll: { timeout: 15_000 } },
    // Importing Electron's package outside Electron starts a download: it must never happen in a test.
    alias: { electron: new URL('./test/no-electron.ts', import.meta.url).pathname },
  },
})

const pool = ownNetworkPool()
const ownNetwork = pool ? { pool } : {}
const electronBundle = ['test/electron/support/bundle.ts']
/** Test files that have more in the long run. */
const longer = globSync('test/integration/**/*.test.ts').filter((file) =>
  readFileSync(file, 'utf8').includes('/support/long-run.ts'),
)

export default defineConfig({
  test: {
    projects: [
      // Its files leave nothing behind: two processes run all of them, and load what they share once.
      tier('unit', 20, { isolate: false }),
      tier('native', 120),
      tier('page', 60, { globalSetup: ['test/page/support/gallery-server.ts'] }),
      tier('integration', 120, ownNetwork),
      tier('site-check', 120, ownNetwork),
      tier('e2e', 180, ownNetwork),
      tier('frames', 180, ownNetwork),
      tier('electron', 180, { ...ownNetwork, globalSetup: electronBundle }),
      tier('long', 240, {
        ...{ ...ownNetwork, globalSetup: electronBundle, files: longer },
        env: { VIZLINK_LONG_RUN: '1' },
      }),
    ],
    maxWorkers: 2,
    sequence: { sequencer: SlowestFirst },
    reporters: ['default'],
  },
})
