/** A user whose system has a keyring, in a real Electron: what an earlier version kept in it is carried over, once. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { DesktopUser } from '../../electron/support/desktop-user.ts'
import { noElectron, startStage, type Stage } from '../../electron/support/stage.ts'

/** Gives the user a message bus with an open keyring, as a session of GNOME has. */
async function openKeyring(user: DesktopUser): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack()
  // The bus serves users with an account only: the test's has one in these programs' own view of the system.
  const accounts = join(user.home, 'accounts')
  const id = statSync(user.home).uid
  writeFileSync(
    accounts,
    `${readFileSync('/etc/passwd', 'utf8')}engineer:x:${id}:${id}::${user.home}:/bin/sh\n`,
  )
  const withAccount =
    user.become.length === 0
      ? []
      : [
          'unshare',
          '--mount',
          'sh',
          '-c',
          'mount --bind "$1" /etc/passwd && shift && exec "$@"',
          'sh',
          accounts,
        ]
  const run = (program: string, args: string[]) => {
    const [command = program, ...rest] = [...withAccount, ...user.become, program, ...args]
    const child = spawn(command, rest, { env: user.environment, stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    stack.defer(async () => {
      child.kill('SIGTERM')
      await ended
    })
    return child
  }
  const bus = run('dbus-daemon', ['--session', '--nofork', '--print-address'])
  for await (const line of createInterface(bus.stdout)) {
    user.environment.DBUS_SESSION_BUS_ADDRESS = line
    break
  }
  user.environment.XDG_CURRENT_DESKTOP = 'GNOME'
  const keyring = run('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'])
  keyring.stdin.end('the login password')
  await vi.waitUntil(() => existsSync(join(user.home, '.local/share/keyrings/login.keyring')), {
    timeout: 30_000,
    message: 'the keyring answers',
  })
  return { [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

describe.skipIf(noElectron)('a keyring in a real Electron', () => {
  let stage: Stage
  const stack = new AsyncDisposableStack()
  beforeAll(async () => {
    stage = stack.use(await startStage())
    stack.use(await openKeyring(stage.user))
  })
  afterAll(() => stack.disposeAsync())

  test('a store of an earlier version moves to the user’s files, and the running session is found again', async () => {
    const { user } = stage
    const files = join(user.dataFolder, 'secrets')
    const fileOf = (name: string): string => join(files, createHash('sha256').update(name).digest('hex'))
    const first = await stage.start()
    const { session } = await first.connect()
    const { id: site } = JSON.parse(readFileSync(join(user.home, 'site.json'), 'utf8')) as { id: string }
    const names = ['gamestream-identity', `host-pairings/${site}`]
    const values = names.map((name) => readFileSync(fileOf(name), 'utf8'))
    // As the earlier version wrote it: one file, each value encrypted with the keyring's key.
    const { folder, stored } = await first.application.evaluate(
      ({ app, safeStorage }, texts) => ({
        folder: app.getPath('userData'),
        stored: texts.map((text) => safeStorage.encryptString(text).toString('base64')),
      }),
      values,
    )
    for (const text of stored) expect(Buffer.from(text, 'base64').toString('latin1')).toMatch(/^v11/)
    await first.endsBy(() => first.quit())
    rmSync(files, { recursive: true })
    const earlier = join(folder, 'secrets.json')
    writeFileSync(earlier, JSON.stringify(Object.fromEntries(names.map((name, at) => [name, stored[at]]))))
    user.give(earlier)

    const second = await stage.start()
    const again = await second.connect()
    expect(again.session?.id).toBe(session?.id)
    expect(existsSync(earlier)).toBe(false)
    expect(names.map((name) => readFileSync(fileOf(name), 'utf8'))[0]).toBe(values[0])
    for (const name of readdirSync(files)) expect(statSync(join(files, name)).mode & 0o777).toBe(0o600)
    await second.endsBy(() => second.quit())
  })

  test('a restart without the keyring finds the session, too', async () => {
    delete stage.user.environment.DBUS_SESSION_BUS_ADDRESS
    delete stage.user.environment.XDG_CURRENT_DESKTOP
    const [job] = await stage.site.activeJobs()
    const app = await stage.start()
    await app.connect()
    expect(await stage.site.activeJobs()).toEqual([job])
    await app.endsBy(() => app.quit())
  })
})
