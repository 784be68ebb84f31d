import { defineConfig } from 'vitest/config'
import type { PoolRunnerInitializer } from 'vitest/node'
import { ownNetworkPool } from './test/own-network.ts'
import { SlowestFirst } from './test/slowest-first.ts'

const tier = (
  name: string,
  timeoutSeconds: number,
  more: { globalSetup?: string[]; isolate?: boolean; pool?: PoolRunnerInitializer } = {},
) => ({
  test: {
    ...more,
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
    // An end for what never comes, and no judgement on how soon something does: no test makes one (docs/testing.md). With
    // vitest's own second a machine that stands still for a moment would be one.
    expect: { poll: { timeout: 15_000 } },
    // Importing Electron's package outside Electron starts a download: it must never happen in a test.
    alias: { electron: new URL('./test/no-electron.ts', import.meta.url).pathname },
  },
})

const pool = ownNetworkPool()
const ownNetwork = pool ? { pool } : {}

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
      tier('long', 240, ownNetwork),
    ],
    maxWorkers: 2,
    sequence: { sequencer: SlowestFirst },
    reporters: ['default'],
  },
})
