/**
 * The product's own shell in a real Electron (22.3.25, the sources bundled for it): from the click to the desktop, through
 * crashes and ends. Each test continues where the one before it stopped.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunningApp } from './support/running-app.ts'
import { noElectron, startStage, type Stage } from './support/stage.ts'
import { text } from '../support/texts.ts'

describe.skipIf(noElectron)('a desktop in a real Electron', () => {
  let stage: Stage
  let app: RunningApp
  let sessionId: string | undefined
  beforeAll(async () => {
    stage = await startStage()
    app = await stage.start()
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  test('its renderer is in the sandbox', async () => {
    const status = readFileSync(`/proc/${await app.pidOf('Tab')}/status`, 'utf8')
    expect(status).toMatch(/^Seccomp:\s2$/m)
    expect(status).toMatch(/^NoNewPrivs:\s1$/m)
  })

  test('one click shows the desktop, every frame arrives, and a click on it comes back in the picture', async () => {
    const { session } = await app.connect()
    sessionId = session?.id
    await app.newPictures(60)
    const box = await app.page.locator('video#stream').boundingBox()
    if (!box) throw new Error('the stream is not visible')
    await app.page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.75)
    const seen = await vi.waitUntil(
      async () => {
        const now = await app.probe()
        return now.roundTrips.length > 0 ? now : null
      },
      { timeout: 30_000, message: 'the echo of the click' },
    )
    expect(seen.invalid).toBe(0)
    expect(seen.counters).toEqual([...seen.counters].sort((a, b) => a - b))
    // The host counts its frames from 1.
    const newest = seen.counters.at(-1) ?? Infinity
    const facts = await vi.waitUntil(
      async () => {
        const [{ stream = null } = {}] = await app.connections()
        return stream && stream.framesReceived >= newest ? stream : null
      },
      { timeout: 30_000, message: 'figures as new as the picture' },
    )
    expect(facts.framesDropped).toBe(0)
  })

  test('a stream process that is killed is replaced', async () => {
    process.kill(await app.pidOf('vizlink-stream'), 'SIGKILL')
    await vi.waitUntil(async () => (await app.connections()).some(({ state }) => state === 'reconnecting'), {
      timeout: 30_000,
      message: 'it reconnects',
    })
    expect((await app.streaming()).session?.id).toBe(sessionId)
    await app.newPictures(10)
  })

  test('a page that is killed comes back with the desktop', async () => {
    process.kill(await app.pidOf('Tab'), 'SIGKILL')
    await app.pageAgain()
    await app.newPictures(10)
    expect((await app.streaming()).session?.id).toBe(sessionId)
  })

  test('closing the window while it streams leaves nothing running here, and the session on the node', async () => {
    await app.endsBy(() => app.closeWindow())
    await stage.noRelay()
    expect(await stage.site.activeJobs()).toHaveLength(1)
  })

  test('started again, on a system without a keyring, it takes the session up; SIGTERM ends it as well', async () => {
    app = await stage.start()
    expect((await app.connect()).session?.id).toBe(sessionId)
    expect(await app.children()).toEqual(['vizlink-link', 'vizlink-stream'])
    await app.endsBy(() => process.kill(app.pid, 'SIGTERM'))
    await stage.noRelay()
    expect(await stage.site.activeJobs()).toHaveLength(1)
  })

  test('Disconnect leaves no process of a connection; End session ends the job', async () => {
    app = await stage.start()
    expect((await app.connect()).session?.id).toBe(sessionId)
    await app.page.getByRole('button', { name: text('stream.disconnect') }).click()
    await app.page.getByText(text('desktop.ended.disconnected')).waitFor()
    await vi.waitUntil(async () => (await app.children()).length === 0, {
      timeout: 30_000,
      message: 'the children are gone',
    })
    await stage.noRelay()

    expect((await app.connect()).session?.id).toBe(sessionId)
    await app.page.getByRole('button', { name: text('stream.end') }).click()
    await app.page
      .getByRole('dialog')
      .getByRole('button', { name: text('stream.end') })
      .click()
    await app.page.getByText(text('desktop.ended.ended')).waitFor()
    await stage.noJob()
    await app.endsBy(() => app.quit())
  })
})
