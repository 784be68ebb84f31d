/** The app's end: nothing of it goes on afterwards. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApp } from '../../../src-main/app.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

test('an app that ends at once waits for the identity that it is making: its folder can go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-dispose-test-'))
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: folder })
  const { secrets } = platform
  const done: string[] = []
  const slow = {
    ...platform,
    secrets: {
      persistent: secrets.persistent,
      get: (name: string) => secrets.get(name),
      delete: (name: string) => secrets.delete(name),
      set: async (name: string, value: string) => {
        await secrets.set(name, value)
        done.push(name)
      },
    },
  }
  try {
    await createApp(slow, { profiles: [] }).dispose()
    expect(done).toEqual(['gamestream-identity'])
    expect(readdirSync(join(folder, 'secrets'))).toHaveLength(1)
  } finally {
    await platform.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
})
