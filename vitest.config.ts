import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/slowest-first.ts'

const tier = (name: string, timeoutSeconds: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutSeconds * 1000,
    hookTimeout: timeoutSeconds * 1000,
    // A machine may stand still for seconds; what never comes is told all the same.
    expect: { poll: { timeout: 15_000 } },
    // Importing Electron's package outside Electron starts a download: it must never happen in a test.
    alias: { electron: new URL('./test/no-electron.ts', import.meta.url).pathname },
  },
})

export default defineConfig({
  test: {
    projects: [tier('unit', 20), tier('native', 120), tier('integration', 120), tier('e2e', 180)],
    maxWorkers: 2,
    sequence: { sequencer: SlowestFirst },
    reporters: ['default'],
  },
})
