/**
 * `npm run mutate`: plants each fault of test/mutation in a copy of this checkout and runs the nearest tests; ends with a
 * table. Options: --only ID|FOLDER and --tier unit|core|native|page|integration|site-check|e2e (both may be repeated), --jobs N (copies
 * side by side, 2), --list (no run), --yes.
 */
import { runProgram, setUp } from './set-up/index.mjs'

const args = process.argv.slice(2)
try {
  await setUp({ groups: ['build', 'site', 'browser', 'test'], yes: args.includes('--yes') })
  process.exitCode = await runProgram(
    'scripts/mutate/run.ts',
    args.filter((argument) => argument !== '--yes'),
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
