/**
 * `npm run dist`: packages for this system by electron-builder. Electron's binary comes from `VIZLINK_ELECTRON_DIST`
 * (a folder or zip), else from what `npx install-electron` fetched, else electron-builder downloads it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules', 'electron', 'dist')
const folder =
  process.env.VIZLINK_ELECTRON_DIST ?? (existsSync(join(installed, 'version')) ? installed : null)

function run(file, args) {
  const { status } = spawnSync(process.execPath, [join(root, file), ...args], { cwd: root, stdio: 'inherit' })
  return status ?? 1
}

const addon = join(root, 'native', 'build', 'addon', 'vizlink_native.node')
if (!existsSync(addon)) {
  console.error('The native addon is not built: run `npm run demo` or `npm test` once, then again.')
  process.exit(1)
}
if (run('scripts/build.mjs', []) !== 0) process.exit(1)
const args = ['--publish', 'never', ...process.argv.slice(2)]
if (folder !== null) args.push(`-c.electronDist=${folder}`)
const status = run('node_modules/electron-builder/cli.js', args)
if (status !== 0) {
  if (folder === null) {
    console.error(
      "No package was made. Electron's binary is not on this machine; where its downloads can be reached run " +
        '`npx install-electron`, elsewhere set VIZLINK_ELECTRON_DIST to an unpacked Electron of the version in electron-builder.yml.',
    )
  }
  process.exit(status)
}
