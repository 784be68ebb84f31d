/** Processes of Electron's and of the product's that die while a desktop is shown: it recovers by itself. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunningApp } from '../../electron/support/running-app.ts'
import { noElectron, startStage, type Stage } from '../../electron/support/stage.ts'

describe.skipIf(noElectron)('crashes in a real Electron', () => {
  let stage: Stage
  let app: RunningApp
  beforeAll(async () => {
    stage = await startStage()
    app = await stage.start()
    await app.connect()
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  for (const [name, signal] of [
    ['GPU', 'SIGKILL'],
    ['network.mojom.NetworkService', 'SIGKILL'],
    ['vizlink-stream', 'SIGSEGV'],
    ['vizlink-stream', 'SIGTERM'],
    ['vizlink-link', 'SIGKILL'],
  ] as const) {
    test(`${name} by ${signal}`, async () => {
      const before = await app.pidOf(name)
      process.kill(before, signal)
      await vi.waitUntil(
        async () => {
          const now = (await app.processes()).find(({ type, name: own, serviceName }) =>
            [type, own, serviceName].includes(name),
          )
          return now && now.pid !== before ? now : null
        },
        { timeout: 60_000, message: 'another one runs' },
      )
      await app.streaming()
      await app.newPictures(10)
    })
  }

  test('the page twice within a minute: a page says so, and leads back to the desktop', async () => {
    process.kill(await app.pidOf('Tab'), 'SIGKILL')
    await app.pageAgain()
    process.kill(await app.pidOf('Tab'), 'SIGKILL')
    await vi.waitUntil(
      async () => {
        const heading = await app.answers<string>(`document.querySelector('h1')?.textContent`)
        return /stopped twice/.test(heading ?? '')
      },
      { timeout: 30_000, message: 'the page that says so' },
    )
    await app.inPage(`document.querySelector('a').click()`)
    await app.pageAgain()
    await app.newPictures(10)
  })

  test('the log names each, and a crash report lies in the user’s folder', async () => {
    const log = app.log()
    for (const event of ['child-process.gone', 'stream-process.exited', 'link-process.exited', 'page.gone'])
      expect(log).toContain(event)
    const reports = readdirSync(join(stage.user.dataFolder, 'crashes'), {
      recursive: true,
      encoding: 'utf8',
    }).filter((name) => name.endsWith('.dmp'))
    expect(reports).not.toEqual([])
  })
})
