/**
 * What the project needs from the system, and how it gets there. Programs are looked for first, so that systems other
 * than Debian work too; only what is missing is installed, nothing is removed, and only what the new packages need is upgraded.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { runNoted } from './progress.mjs'

/**
 * @typedef {'build'|'site'|'browser'|'electron'|'dist'|'native'|'test'|'long'} Group
 */

/** A thing that must exist: a program on PATH (or in sbin) or a file; `package` is Debian's name for it. */
const needs = {
  build: [
    { program: 'cmake', package: 'cmake' },
    { program: 'make', package: 'make' },
    { program: 'g++', package: 'g++' },
    { program: 'python3', package: 'python3' },
    { module: 'pip', package: 'python3-pip' },
    {
      glob: ['/usr/lib/x86_64-linux-gnu/libcrypto.a', '/usr/lib/aarch64-linux-gnu/libcrypto.a'],
      package: 'libssl-dev',
    },
  ],
  site: [
    { program: 'Xvfb', package: 'xvfb' },
    { program: 'Xtigervnc', package: 'tigervnc-standalone-server' },
    { program: 'openbox', package: 'openbox' },
    { program: 'tint2', package: 'tint2' },
    { program: 'hsetroot', package: 'hsetroot' },
    { program: 'xterm', package: 'xterm' },
    { program: 'gnuplot', package: 'gnuplot-x11' },
    { program: 'xrandr', package: 'x11-xserver-utils' },
    { program: 'setxkbmap', package: 'x11-xkb-utils' },
    { program: 'xauth', package: 'xauth' },
    { glob: ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'], package: 'fonts-dejavu-core' },
    { program: 'nginx', package: 'nginx-light' },
    { program: 'redis-server', package: 'redis-server' },
    { program: 'sshd', package: 'openssh-server' },
    { program: 'ssh', package: 'openssh-client' },
    { program: 'slurmctld', package: 'slurmctld' },
    { program: 'slurmd', package: 'slurmd' },
    { program: 'sbatch', package: 'slurm-client' },
    { program: 'munged', package: 'munge' },
    { program: 'setpriv', package: 'util-linux' },
    // Login shells that people have.
    { program: 'fish', package: 'fish' },
    { program: 'tcsh', package: 'tcsh' },
    { program: 'zsh', package: 'zsh' },
  ],
  browser: [
    {
      anyProgram: ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'microsoft-edge'],
      package: 'chromium',
    },
  ],
  electron: [
    { program: 'unsquashfs', package: 'squashfs-tools' },
    { program: 'xdotool', package: 'xdotool' },
  ],
  dist: [
    { program: '7zz', package: '7zip' },
    { program: 'dpkg-deb', package: 'dpkg' },
    { program: 'rpmbuild', package: 'rpm' },
    { program: 'mksquashfs', package: 'squashfs-tools' },
    { program: 'desktop-file-validate', package: 'desktop-file-utils' },
  ],
  long: [
    { program: 'x86_64-w64-mingw32-g++-posix', package: 'g++-mingw-w64-x86-64-posix' },
    { program: 'dbus-daemon', package: 'dbus' },
    { program: 'gnome-keyring-daemon', package: 'gnome-keyring' },
    { glob: ['/usr/lib/x86_64-linux-gnu/libsecret-1.so.0'], package: 'libsecret-1-0' },
    // What the deb depends on: a test installs it.
    { program: 'xdg-open', package: 'xdg-utils' },
    ...[
      ['libgtk-3.so.0', 'libgtk-3-0'],
      ['libnotify.so.4', 'libnotify4'],
      ['libXss.so.1', 'libxss1'],
      ['libXtst.so.6', 'libxtst6'],
      ['libatspi.so.0', 'libatspi2.0-0'],
    ].map(([file, name]) => ({ glob: [`/usr/lib/x86_64-linux-gnu/${file}`], package: name })),
  ],
  native: [
    { glob: ['/usr/include/doctest/doctest.h'], package: 'doctest-dev' },
    { program: 'clang-format', package: 'clang-format' },
    { program: 'clang-tidy', package: 'clang-tidy' },
    {
      glob: ['/usr/lib/x86_64-linux-gnu/libasan.so.8', '/usr/lib/aarch64-linux-gnu/libasan.so.8'],
      package: 'libasan8',
    },
    {
      glob: ['/usr/lib/x86_64-linux-gnu/libubsan.so.1', '/usr/lib/aarch64-linux-gnu/libubsan.so.1'],
      package: 'libubsan1',
    },
    {
      glob: ['/usr/lib/x86_64-linux-gnu/libtsan.so.2', '/usr/lib/aarch64-linux-gnu/libtsan.so.2'],
      package: 'libtsan2',
    },
  ],
  test: [
    { program: 'xdotool', package: 'xdotool' },
    { program: 'objdump', package: 'binutils' },
    { program: 'ip', package: 'iproute2' },
    { program: 'unshare', package: 'util-linux' },
    { program: 'nsenter', package: 'util-linux' },
    { program: 'perl', package: 'perl-base' },
    // A Kerberos server, for logins by its tickets.
    { program: 'krb5kdc', package: 'krb5-kdc' },
    { program: 'kadmin.local', package: 'krb5-admin-server' },
    { program: 'kinit', package: 'krb5-user' },
    // The page in Korean is measured and looked at.
    { glob: ['/usr/share/fonts/truetype/nanum/NanumGothic.ttf'], package: 'fonts-nanum' },
  ],
}

const searchPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']

function onPath(program) {
  return searchPath.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function present(need) {
  if (need.program) return onPath(need.program)
  if (need.anyProgram) return need.anyProgram.some(onPath)
  if (need.glob) return need.glob.some((path) => existsSync(path))
  if (need.module) {
    const look = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${need.module}') is None)`
    return spawnSync('python3', ['-c', look], { stdio: 'ignore' }).status === 0
  }
  return false
}

/** @param {Group[]} groups @returns {string[]} Debian packages of what is missing */
export function missingPackages(groups) {
  const missing = groups.flatMap((group) => needs[group]).filter((need) => !present(need))
  return [...new Set(missing.map((need) => need.package))]
}

/**
 * Installs without starting services: Debian would start nginx, Redis, sshd and Slurm on all interfaces, and the demo
 * needs none of these system instances. A policy file that the system already has is left as it is.
 */
const installScript = `set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends --no-remove --no-upgrade "$@"
`

function rootPrefix() {
  if (process.getuid?.() === 0) return []
  const sudo = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
  return sudo.status === 0 ? ['sudo', '-n'] : null
}

/**
 * Makes sure that the programs of `groups` are there.
 * @param {{groups: string[], yes: boolean, progress: ReturnType<typeof import('./progress.mjs').createProgress>}} options
 * @returns {Promise<boolean>} false after saying in one line what the user has to do
 */
export async function ensurePrograms({ groups, yes, progress }) {
  const { say, note } = progress
  const packages = missingPackages(groups)
  if (packages.length === 0) return true
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`
  if (!onPath('apt-get')) {
    say(
      `Missing (Debian's names): ${packages.join(' ')}. Please install them by your system's package manager.`,
    )
    return false
  }
  say(`Debian packages to install: ${packages.join(' ')}`)
  const prefix = rootPrefix()
  if (prefix === null) {
    say(`Installing needs root. Please run: sudo ${command}`)
    return false
  }
  if (process.stdin.isTTY && process.stderr.isTTY && !yes) {
    const answer = await progress.aside(async () => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr })
      return terminal.question('Install them now? [Y/n] ').finally(() => terminal.close())
    })
    if (!/^(y(es)?)?$/i.test(answer.trim())) {
      say(`Nothing was installed. To do it yourself: ${command}`)
      return false
    }
  }
  const [program, ...rest] = [...prefix, 'sh', '-c', installScript, 'install', ...packages]
  const { status, output } = await runNoted(program, rest, note)
  if (status === 0) return true
  say(output.trim().split('\n').slice(-6).join('\n'))
  say(`Installing failed. To see why, run: ${command}`)
  return false
}
