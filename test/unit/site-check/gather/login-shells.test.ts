import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  CheckLogin,
  noQuestions,
  type CheckLoginOptions,
} from '../../../../src-main/site-check/gather/cluster.ts'
import { lookAtLoginHost } from '../../../../src-main/site-check/gather/folders.ts'
import { lookAtRedisFromLogin } from '../../../../src-main/site-check/gather/redis-data.ts'
import { scriptOnHost } from './script-on-host.ts'

/** Start-up files that print, the last line without its end, and what Redis begins its replies with. */
const banner = `printf "+--------+\\n- Welcome -\\n@@folder home missing\\nUse + or -: ";`
/** As csh does it: no newline within quotes. */
const oneLine = `case "$1" in *"\n"*) echo "Unmatched quote." >&2; exit 1 ;; esac;`

const loginShells = {
  banner: `${banner} eval "$1"`,
  csh: `${oneLine} eval "$1"`,
  deadMount: 'PATH="$PWD/bin:$PATH"; eval "$1"',
  german: 'export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8; eval "$1"',
}

/** A login host of this machine, whose login shell is another `sh` that runs the command in its own way. */
function loginWith(shell: keyof typeof loginShells): CheckLogin {
  const standing: Partial<CheckLoginOptions['standing']> = {
    onLogin: (command, _maximumBytes, { input, deadlineMs = 0 } = {}) =>
      scriptOnHost({
        ...{ command, shell: loginShells[shell], cwd: home, limitSeconds: deadlineMs / 1000 },
        ...(input === undefined ? {} : { input }),
      }),
  }
  return new CheckLogin({
    standing: standing as CheckLoginOptions['standing'],
    loaded: {} as CheckLoginOptions['loaded'],
    platform: {} as CheckLoginOptions['platform'],
    questions: noQuestions,
  })
}

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'login-shell-'))
  for (const folder of ['bin', 'dead']) mkdirSync(join(home, folder))
  const stat = 'case "$*" in */dead*) exec sleep 60 ;; esac; PATH="${PATH#*:}" exec stat "$@"'
  writeFileSync(join(home, 'bin', 'stat'), `#!/bin/sh\n${stat}\n`, { mode: 0o755 })
})
afterAll(() => rmSync(home, { recursive: true }))

const look = (shell: keyof typeof loginShells, scratch = 'none'): ReturnType<typeof lookAtLoginHost> =>
  lookAtLoginHost(loginWith(shell), {
    home,
    scratch: join(home, scratch),
    logRotation: home,
  } as Parameters<typeof lookAtLoginHost>[1])

test.each(['banner', 'csh'] as const)('folders by a login shell with a peculiarity: %s', async (shell) => {
  expect(await look(shell)).toMatchObject({
    home: { there: true, writable: true },
    scratch: { there: false },
    logRotation: { state: 'missing' },
  })
})

test('programs speak the language in which they are read', async () => {
  const { lines } = await loginWith('german').run(null, { script: 'echo "@@language $LC_ALL"' }, 5000)
  expect(lines).toEqual([{ name: 'language', text: 'C' }])
})

test('a script that hangs is ended where it runs', async () => {
  // It would end by itself after some seconds: then with 0.
  expect(await loginWith('banner').run(null, { script: 'sleep 5' }, 1000)).toMatchObject({ code: 124 })
})

test('a folder that does not answer hides no other', async () => {
  expect(await look('deadMount', 'dead')).toMatchObject({
    home: { there: true, silent: false },
    scratch: { there: false, silent: true },
    logRotation: { state: 'missing' },
  })
})

test.each(['banner', 'csh'] as const)('Redis by a login shell with a peculiarity: %s', async (shell) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('-NOAUTH Authentication required.\r\n+OK\r\n'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const redis = { address: '127.0.0.1', port } as Parameters<typeof lookAtRedisFromLogin>[1]['redis']
    expect(await lookAtRedisFromLogin(loginWith(shell), { redis, ca: null })).toMatchObject({
      state: 'locked',
    })
  } finally {
    server.close()
  }
})
