/** Who uses the app: an ordinary user with a home folder and a screen. As root Chromium runs without its sandbox only. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { startXServer, writeCookie } from '../../site/desktop/x-server.ts'
import { startDaemon } from '../../site/support/processes.ts'
import type { Site } from '../../site/types.ts'
import { RunningApp } from './running-app.ts'

/** An id that no account has, for root alone; others run the app themselves. */
const userId = process.getuid?.() === 0 ? 61_235 : null

export interface DesktopUser extends AsyncDisposable {
  readonly home: string
  /** What the app keeps of this user. */
  readonly dataFolder: string
  readonly environment: Record<string, string>
  /** What makes a command one of this user's: words before it. */
  readonly become: readonly string[]
  /** Runs Electron with the app as this user. */
  readonly program: string
  /** The user's own copy of the site's profile, with the files that it names. */
  profileOf(site: Site): string
  /** Gives a file to the user. */
  give(file: string): void
  /** Starts the app and waits for its window. */
  start(args: string[]): Promise<RunningApp>
}

/** @param folder Electron with the app in it (`inject('electronFolder')`) */
export async function startDesktopUser(folder: string): Promise<DesktopUser> {
  const stack = new AsyncDisposableStack()
  const home = mkdtempSync(join(tmpdir(), 'vizlink-user-'))
  stack.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 10 }))
  const give = (file: string): void => {
    if (userId !== null) chownSync(file, userId, userId)
  }
  const made = (name: string): string => {
    const path = join(home, name)
    mkdirSync(path, { mode: 0o700 })
    give(path)
    return path
  }
  give(home)
  const screen = join(home, '.screen')
  mkdirSync(screen, { mode: 0o700 })
  const xauthority = join(home, '.Xauthority')
  writeCookie(xauthority)
  give(xauthority)
  const { daemon, display } = await startXServer(
    { width: 1600, height: 1000, directory: screen, keyRepeat: false },
    xauthority,
  )
  stack.defer(() => daemon.stop())
  const environment = {
    HOME: home,
    USER: 'engineer',
    LOGNAME: 'engineer',
    PATH: '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TMPDIR: made('tmp'),
    XDG_RUNTIME_DIR: made('run'),
    DISPLAY: display,
    XAUTHORITY: xauthority,
  }
  const manager = startDaemon('openbox', [], {
    environment: { ...environment, HOME: screen },
    logFile: join(screen, 'openbox.log'),
  })
  stack.defer(() => manager.stop())
  const program = join(folder, 'electron')
  const starter = join(home, 'start-app')
  const become =
    userId === null ? [] : ['setpriv', '--reuid', `${userId}`, '--regid', `${userId}`, '--clear-groups', '--']
  writeFileSync(
    starter,
    `#!/bin/sh\nexec ${[...become, program].map((word) => `'${word}'`).join(' ')} "$@"\n`,
    {
      mode: 0o755,
    },
  )
  chmodSync(starter, 0o755)

  const dataFolder = join(home, '.local', 'share', 'vizlink')
  return {
    ...{ home, dataFolder, environment, become },
    program: starter,
    give,
    profileOf(site) {
      const profile = JSON.parse(readFileSync(site.ready.profile, 'utf8')) as {
        portal: { caFile: string }
        ssh: { identityFile: string }
      }
      const own = (source: string): string => {
        const copy = join(home, basename(source))
        copyFileSync(source, copy)
        chmodSync(copy, 0o600)
        give(copy)
        return copy
      }
      profile.portal.caFile = own(profile.portal.caFile)
      profile.ssh.identityFile = own(profile.ssh.identityFile)
      const file = join(home, 'site.json')
      writeFileSync(file, JSON.stringify(profile), { mode: 0o600 })
      give(file)
      return file
    },
    async start(args) {
      const application: ElectronApplication = await _electron.launch({
        executablePath: starter,
        args,
        cwd: home,
        env: environment,
        chromiumSandbox: true,
        timeout: 60_000,
      })
      const app = new RunningApp(application, dataFolder)
      stack.defer(() => app.kill())
      await app.opened()
      return app
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
