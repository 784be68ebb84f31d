/** `npm start`: Vizlink in Electron where its binary is present, else in a browser window, saying so. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { follow, root, runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm start [-- OPTIONS]

Opens Vizlink in Electron where its binary is installed, else in a browser window.

  --site FILE  a site profile (docs/site-profile.md); without it the installed sites
  --no-window  browser shell: serves the page and prints a file that opens it`)

/** Path of Electron's binary, or null: looked up without loading the package, which would start a download. */
function electronBinary() {
  const folder = join(root, 'node_modules', 'electron')
  const marker = join(folder, 'path.txt')
  if (!existsSync(marker)) return null
  const binary = join(folder, 'dist', readFileSync(marker, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

const args = process.argv.slice(2)
try {
  await setUp({ groups: ['build', 'browser'] })
  const electron = electronBinary()
  if (electron === null) {
    console.error(
      "Electron's binary is not installed (npx install-electron fetches it): opening the browser shell instead.",
    )
    process.exitCode = await runProgram('src-main/cli.ts', ['serve', ...args])
  } else {
    process.exitCode = await follow(spawn(electron, [root, ...args], { stdio: 'inherit' }))
  }
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
