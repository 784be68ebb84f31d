/** Every kind of package for Linux: built, installed, started with all its fuses, used and removed. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installProbe, type ProbeState } from '../../../scripts/demo/probe.ts'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import type { DesktopUser } from '../../electron/support/desktop-user.ts'
import { connectDevTools, type DevToolsPage } from '../../electron/support/devtools.ts'
import { buildPackages, overlayMachine, type BuiltPackages, type Machine } from './installed-package.ts'
import { noElectron, startStage, type Stage } from '../../electron/support/stage.ts'

const isRoot = process.getuid?.() === 0
const devToolsPort = 9222

interface Kind {
  /** Of the file's name. */
  ending: string
  /** @returns the program's place */
  install(machine: Machine, file: string): string
  remove(machine: Machine): void
  /** For the system: a program that everybody finds. */
  forAll: boolean
}

const kinds: Kind[] = [
  {
    ending: 'deb',
    install: (machine, file) => (machine.run('dpkg', '--install', file), '/opt/Vizlink/vizlink'),
    remove: (machine) => void machine.run('dpkg', '--remove', 'vizlink'),
    forAll: true,
  },
  {
    // What it depends on is known by other names here.
    ending: 'rpm',
    install: (machine, file) => (machine.run('rpm', '--install', '--nodeps', file), '/opt/Vizlink/vizlink'),
    remove: (machine) => void machine.run('rpm', '--erase', 'vizlink'),
    forAll: true,
  },
  {
    ending: 'tar.gz',
    install: (machine, file) => {
      machine.run('mkdir', '/srv/vizlink')
      machine.run('tar', '--extract', '--strip-components=1', '--directory=/srv/vizlink', `--file=${file}`)
      return '/srv/vizlink/vizlink'
    },
    remove: (machine) => void machine.run('rm', '-r', '/srv/vizlink'),
    forAll: false,
  },
  {
    ending: 'AppImage',
    install: (machine, file) => {
      machine.run('install', '-m', '755', file, '/srv/Vizlink.AppImage')
      return '/srv/Vizlink.AppImage'
    },
    remove: (machine) => void machine.run('rm', '/srv/Vizlink.AppImage'),
    forAll: false,
  },
]

/** Presses a button of the page as soon as there is one. */
const press = (page: DevToolsPage, name: string, within = 'document'): Promise<unknown> =>
  vi.waitUntil(
    async () => {
      const pressed = await page.value<boolean>(
        `(() => { const found = [...(${within}?.querySelectorAll('button') ?? [])].find((one) => one.textContent.trim() === ${JSON.stringify(name)}); found?.click(); return found !== undefined })()`,
      )
      return pressed
    },
    { timeout: 30_000, message: `the button ${name}` },
  )

/** Starts the installed program, connects until pictures are shown, and ends the session. */
async function use(program: string, machine: Machine, stage: Stage, picture: string): Promise<void> {
  const child = startIn(machine, stage.user, program, ['--site', stage.user.profileOf(stage.site)])
  try {
    const page = await connectDevTools(devToolsPort)
    await press(page, 'Connect')
    // Not before: a page that is still being loaded forgets it.
    await page.value(`(${installProbe.toString()})(), undefined`)
    await vi.waitUntil(
      async () => {
        const probe = await page.value<ProbeState>('globalThis.vizlinkProbe')
        return (probe?.shown ?? 0) > 60
      },
      { timeout: 90_000, message: 'sixty pictures' },
    )
    if (process.env.VIZLINK_PICTURES)
      writeFileSync(join(process.env.VIZLINK_PICTURES, picture), await page.picture())
    await press(page, 'End session')
    await press(page, 'End session', `document.querySelector('dialog, [role=dialog]')`)
    await stage.noJob()
    page.close()
  } finally {
    await child.end()
  }
}

function startIn(
  machine: Machine,
  user: DesktopUser,
  program: string,
  args: string[],
): { end(): Promise<void> } {
  const [command = '', ...words] = [...machine.enter, ...user.become, program]
  const child = spawn(
    command,
    [...words, `--remote-debugging-port=${devToolsPort}`, ...args],
    // An AppImage unpacks itself where the system has no FUSE.
    { env: { ...user.environment, APPIMAGE_EXTRACT_AND_RUN: '1' }, stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    end: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

describe.skipIf(noElectron !== null || !isRoot)('packages', () => {
  let stage: Stage
  let built: BuiltPackages
  beforeAll(async () => {
    stage = await startStage()
    built = buildPackages(join(inject('electronFolder') ?? '', 'resources', 'app'))
  })
  afterAll(async () => {
    built.dispose()
    await stage[Symbol.asyncDispose]()
  })

  test.each(kinds)('$ending: installs, connects, and leaves nothing when it is removed', async (kind) => {
    await using machine = overlayMachine()
    const program = kind.install(machine, built.file(kind.ending))
    if (kind.forAll) {
      expect(machine.changed()).toEqual(
        expect.arrayContaining([
          '/opt/Vizlink/vizlink',
          '/opt/Vizlink/resources/app.asar',
          '/opt/Vizlink/resources/native/vizlink-askpass',
          '/opt/Vizlink/resources/native/vizlink_native.node',
          '/usr/bin/vizlink',
          '/usr/share/applications/vizlink.desktop',
          '/usr/share/icons/hicolor/256x256/apps/vizlink.png',
        ]),
      )
      expect(machine.run('desktop-file-validate', '/usr/share/applications/vizlink.desktop')).toBe('')
    }
    await use(program, machine, stage, `installed-${kind.ending}.png`)
    kind.remove(machine)
    expect(machine.changed()).toEqual([])
    expect(existsSync(join(stage.user.dataFolder, 'vizlink.log'))).toBe(true)
  })
})
