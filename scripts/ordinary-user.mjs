/**
 * Programs as an ordinary user: root hides faults of sshd, ptys, Slurm and the browser's sandbox.
 * As root a user is made up inside a mount namespace of its own, so that the system's user list stays as it is.
 */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment, node24, root } from './set-up/index.mjs'
import { startChild } from './test/children.mjs'

const userId = 64123
const program = ['scripts/demo/run.ts', '--headless', '--seconds', '5', '--json']

/**
 * Runs a program as an ordinary user that is made up for it, in a checkout that the user can read; only for root.
 * @param {string} name the user's
 * @param {(home: string) => string[]} program arguments of Node.js, where `home` is the user's folder
 * @param {(result: {code: number | null, output: string, home: string}) => T} use gets what came of it, before it is removed
 * @returns {Promise<T>}
 * @template T
 */
export async function asOrdinaryUser(name, program, use) {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-user-'))
  try {
    const home = join(folder, 'home')
    mkdirSync(home, { mode: 0o700 })
    chownSync(home, userId, userId)
    chmodSync(folder, 0o755)
    writeFileSync(
      join(folder, 'passwd'),
      `${readFileSync('/etc/passwd', 'utf8')}${name}:x:${userId}:${userId}::${home}:/bin/sh\n`,
    )
    writeFileSync(join(folder, 'group'), `${readFileSync('/etc/group', 'utf8')}${name}:x:${userId}:\n`)
    const script = `set -e
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/group" /etc/group
mkdir "$1/checkout"
mount --bind "$2" "$1/checkout"
cd "$1/checkout"
shift 2
exec setpriv --reuid ${userId} --regid ${userId} --clear-groups -- "$@"`
    const environment = {
      ...childEnvironment({ HOME: home, TMPDIR: home, USER: name, LOGNAME: name }),
    }
    delete environment.DISPLAY
    const child = startChild(
      'unshare',
      [
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-c',
        script,
        'run',
        folder,
        root,
        node24(),
        ...program(home),
      ],
      { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    const code = await new Promise((resolve) => {
      child.once('error', () => resolve(1))
      child.once('exit', resolve)
    })
    return use({ code, output, home })
  } finally {
    // The second is the table of ports of the demo site (test/site/support/port-table.ts) of a user who is gone now.
    for (const left of [folder, `/tmp/vizlink-ports-${userId}`])
      rmSync(left, { recursive: true, force: true })
  }
}

/**
 * Runs the demo once so.
 * @param {(line: string) => void} say
 * @returns {Promise<{passed: number, failed: number, skipped: number}>} one test
 */
export async function runAsOrdinaryUser(say) {
  if (process.getuid?.() !== 0) {
    say('skipped: these tests already run as an ordinary user')
    return { passed: 0, failed: 0, skipped: 1 }
  }
  try {
    return await asOrdinaryUser(
      'vizuser',
      () => program,
      ({ code, output }) => {
        const report = JSON.parse(output.trim().split('\n').at(-1) || '{}')
        const passed = code === 0 && report.ok === true
        say(`${passed ? 'ok  ' : 'FAIL'} the demo as an ordinary user`)
        if (!passed) say(output.slice(-2000))
        return passed ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
      },
    )
  } catch (error) {
    say(`FAIL the demo as an ordinary user: ${error.message}`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
