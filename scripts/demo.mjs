/**
 * `npm run demo`: sets everything up, starts the demo site and opens the client on it. Options: --yes (install without
 * asking), --headless (no window), --seconds N, --json (one line with the run report at the end), --fault NAME, --size WxH.
 */
import { runProgram, setUp } from './set-up/index.mjs'

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
