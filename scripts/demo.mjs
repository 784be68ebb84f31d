/**
 * `npm run demo`: sets everything up, starts the demo site and opens the client on it. Options: --yes (install without
 * asking), --headless (no window), --seconds N, --json (one line with the run report at the end), --fault NAME, --size WxH.
 */
import { runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run demo [-- OPTIONS]

  --headless         no window: a driven Chromium connects, clicks and reports
  --seconds N        how long the headless run watches the stream (default 5)
  --json             end with one line of JSON, the run report
  --size WxH         size of the remote desktop (default 1280x720 on two cores or fewer, else 1920x1080)
  --fps N            frames per second (default 30 on two cores or fewer, else 60)
  --fault NAME       switch a fault of the demo site on (npm run site -- --list-faults)
  --screenshot FILE  headless: save a picture of the page at the end
  --yes              install Debian packages without asking`)

const args = process.argv.slice(2)
try {
  await setUp({ groups: ['build', 'site', 'browser'], yes: args.includes('--yes') })
  process.exitCode = await runProgram(
    'scripts/demo/run.ts',
    args.filter((argument) => argument !== '--yes'),
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
