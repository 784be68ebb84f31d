/** The deb: built, installed, started with all its fuses, used and removed. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { connectDevTools } from '../../electron/support/devtools.ts'
import { buildDeb, overlayMachine } from '../../electron/support/installed-package.ts'
import { noElectron, startStage } from '../../electron/support/stage.ts'

const isRoot = process.getuid?.() === 0
const devToolsPort = 9222

describe.skipIf(noElectron !== null || !isRoot)('the deb', () => {
  test('installs, connects, and leaves nothing when it is removed', async () => {
    await using stage = await startStage()
    const built = buildDeb(join(inject('electronFolder') ?? '', 'resources', 'app'))
    try {
      await using machine = overlayMachine()
      machine.run('dpkg', '--install', built.file)
      const installed = machine.changed()
      expect(installed).toEqual(
        expect.arrayContaining([
          '/opt/Vizlink/vizlink',
          '/opt/Vizlink/resources/app.asar',
          '/opt/Vizlink/resources/native/vizlink_native.node',
          '/usr/share/applications/vizlink.desktop',
          '/usr/share/icons/hicolor/256x256/apps/vizlink.png',
        ]),
      )
      expect(machine.run('desktop-file-validate', '/usr/share/applications/vizlink.desktop')).toBe('')

      const { user, site } = stage
      const program = spawn(
        '/usr/sbin/chroot',
        [
          ...[machine.folder, ...user.become, '/opt/Vizlink/vizlink'],
          ...[`--remote-debugging-port=${devToolsPort}`, '--site', user.profileOf(site)],
        ],
        { env: user.environment, stdio: 'ignore' },
      )
      const ended = new Promise<void>((resolve) => program.once('exit', () => resolve()))
      try {
        const page = await connectDevTools(devToolsPort)
        const press = (name: string, within = 'document'): Promise<unknown> =>
          eventually(
            `the button ${name}`,
            async () =>
              (await page.value<boolean>(
                `(() => { const found = [...${within}.querySelectorAll('button')].find((one) => one.textContent.trim() === ${JSON.stringify(name)}); found?.click(); return found !== undefined })()`,
              )) || null,
          )
        await press('Connect')
        await eventually(
          'sixty pictures',
          async () => {
            const facts = await page.value<string | null>(
              `document.querySelector('[data-facts]')?.dataset.facts ?? null`,
            )
            return facts && (JSON.parse(facts) as { framesShown: number }).framesShown > 60 ? true : null
          },
          90_000,
        )
        if (process.env.VIZLINK_PICTURES)
          writeFileSync(join(process.env.VIZLINK_PICTURES, 'installed.png'), await page.picture())
        await press('End session')
        await press('End session', `document.querySelector('dialog, [role=dialog]')`)
        await stage.noJob()
        page.close()
      } finally {
        program.kill('SIGTERM')
        await ended
      }
      machine.run('dpkg', '--remove', 'vizlink')
      expect(machine.changed()).toEqual([])
      expect(existsSync(join(user.dataFolder, 'vizlink.log'))).toBe(true)
    } finally {
      built.dispose()
    }
  })
})
