/**
 * `npm run dist`: packages by electron-builder (docs/packaging.md). Electron's files come from `VIZLINK_ELECTRON_DIST` (a folder), else
 * from what `npx install-electron` fetched, else electron-builder downloads them. On Linux nothing else is fetched: what
 * electron-builder would download comes from Debian packages. Options of electron-builder (`--linux deb`, `--dir`) are passed on.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { appImageTools } from './package/app-image.mjs'
import { releaseOptions } from './package/release.mjs'
import { childEnvironment, root, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run dist [-- OPTIONS OF ELECTRON-BUILDER]

Makes packages: deb, rpm and tar.gz on Linux. docs/packaging.md describes the variables that it reads.

  --linux deb  this kind alone
  --win dir    a tree for Windows; --mac dir: for macOS
  --dir        a tree alone`)

const installed = join(root, 'node_modules', 'electron', 'dist')
const folder =
  process.env.VIZLINK_ELECTRON_DIST ?? (existsSync(join(installed, 'version')) ? installed : null)
const args = process.argv.slice(2)

/** The system that is packaged for, as Node.js names it: electron-builder's own options say so. */
function targetSystem() {
  const has = (pattern) => args.some((argument) => pattern.test(argument))
  const platform = has(/^(-w|--win|--windows)(=|$)/)
    ? 'win32'
    : has(/^(-m|-o|--mac|--macos)(=|$)/)
      ? 'darwin'
      : process.platform
  return {
    platform,
    name: `${platform}-${has(/^--arm64$/) ? 'arm64' : has(/^--x64$/) ? 'x64' : process.arch}`,
  }
}
const target = targetSystem()

/** Where a folder is given its own version counts: tests build packages with another one. */
const electronOptions = () => [
  `-c.electronDist=${folder}`,
  `-c.electronVersion=${readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '')}`,
]

function build() {
  const tools = process.platform === 'linux' && target.platform === 'linux' ? appImageTools() : null
  const environment = {
    CUSTOM_FPM_PATH: join(import.meta.dirname, 'package', 'fpm.mjs'),
    ELECTRON_BUILDER_7ZIP_PATH: '/usr/bin/7zz',
    ...(tools ? { APPIMAGE_TOOLS_PATH: tools } : {}),
  }
  const named = args.some((argument) => /^(-[lwmo]|--(linux|win|windows|mac|macos|dir))(=|$)/.test(argument))
  const targets = tools && !named ? ['--linux', 'deb', 'rpm', 'tar.gz', 'AppImage'] : []
  const options = [
    ...['--publish', 'never', ...targets, ...args],
    ...(folder === null ? [] : electronOptions()),
    `-c.afterPack=${join(import.meta.dirname, 'package', 'licences.mjs')}`,
    ...releaseOptions(process.env.VIZLINK_RELEASE),
  ]
  try {
    const program = join(root, 'node_modules', 'electron-builder', 'cli.js')
    return spawnSync(process.execPath, [program, ...options], {
      cwd: root,
      env: childEnvironment(environment),
      stdio: 'inherit',
    }).status
  } finally {
    if (tools) rmSync(tools, { recursive: true, force: true })
  }
}

try {
  await setUp({
    groups: process.platform === 'linux' && target.platform === 'linux' ? ['build', 'dist'] : ['build'],
  })
  if (!existsSync(join(root, 'native', 'build', 'addon', target.name)))
    console.warn(
      `Without the native addon: there is none for ${target.name}. What is made here does not start without it.`,
    )
  process.exitCode = build() ?? 1
  if (process.exitCode !== 0 && folder === null) {
    console.error(
      "No package was made. Electron's files are not on this machine; where its downloads can be reached run " +
        '`npx install-electron`, elsewhere set VIZLINK_ELECTRON_DIST to an unpacked Electron of the version in electron-builder.yml.',
    )
  }
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
