/** Every way in which the app ends, in a real Electron: nothing of it stays, here or at the site. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunningApp } from '../../electron/support/running-app.ts'
import { noElectron, startStage, type Stage } from '../../electron/support/stage.ts'

type End = 'close' | 'quit' | 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL'
const end = (app: RunningApp, how: End): Promise<void> =>
  app.endsBy(() =>
    how === 'close' ? app.closeWindow() : how === 'quit' ? app.quit() : process.kill(app.pid, how),
  )

describe.skipIf(noElectron)('ends in a real Electron', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await startStage()
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  for (const how of ['close', 'quit', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const) {
    test(`${how} while it streams: only the session stays`, async () => {
      const app = await stage.start()
      await app.connect()
      await end(app, how)
      await stage.noRelay()
      expect(await stage.site.activeJobs()).toHaveLength(1)
    })
  }

  for (const how of ['close', 'quit', 'SIGTERM'] as const) {
    test(`${how} while a VNC desktop is asked for: no job stays`, async () => {
      await stage.site.setFault('partition-down', true)
      try {
        const before = await stage.site.activeJobs()
        const app = await stage.start()
        await app.page.getByRole('button', { name: 'Open a VNC desktop' }).click()
        await vi.waitUntil(async () => (await stage.site.activeJobs()).length > before.length, {
          timeout: 30_000,
          message: 'its job is in the queue',
        })
        await end(app, how)
        await vi.waitUntil(async () => (await stage.site.activeJobs()).length === before.length, {
          timeout: 30_000,
          message: 'its job is gone',
        })
      } finally {
        await stage.site.setFault('partition-down', false)
      }
    })
  }

  test('quit while a session waits: it keeps its place, and the next start takes it up', async () => {
    const app = await stage.start()
    const kept = await app.connect()
    await app.page.getByRole('button', { name: 'End session' }).click()
    await app.page.getByRole('dialog').getByRole('button', { name: 'End session' }).click()
    await stage.noJob()
    await stage.site.setFault('partition-down', true)
    await app.page.getByRole('button', { name: 'Connect', exact: true }).click()
    const waiting = await vi.waitUntil(
      async () => {
        const jobs = await stage.site.activeJobs()
        return jobs.length > 0 ? jobs : null
      },
      { timeout: 30_000, message: 'a job waits' },
    )
    await vi.waitUntil(async () => (await app.connections()).some(({ state }) => state === 'queued'), {
      timeout: 30_000,
      message: 'the app knows it',
    })
    await end(app, 'quit')
    expect(await stage.site.activeJobs()).toEqual(waiting)
    await stage.site.setFault('partition-down', false)
    const next = await stage.start()
    const { session } = await next.connect()
    expect([session?.jobId]).toEqual(waiting)
    expect(session?.id).not.toBe(kept.session?.id)
    await end(next, 'quit')
  })
})
