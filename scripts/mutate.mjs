/** `npm run mutate`: says by `--help` what it does. */
import { runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run mutate -- [options]
Plants each fault of test/mutation in a copy of this checkout and runs its nearest tests; ends with a table.

  --only ID|FOLDER  these faults alone, or those of files below a folder (may be repeated)
  --tier TIER       tests of this tier alone: unit, core, native, page, integration, site-check, e2e, frames (may be repeated)
  --jobs N          copies side by side (2)
  --list            says which faults there are, and runs nothing
  --yes             installs what is missing without a question

Ends with 0 where every fault was noticed. The results are in test-results/mutation.json too.`)

const args = process.argv.slice(2)
try {
  await setUp({ groups: ['build', 'site', 'browser', 'test', 'native'], yes: args.includes('--yes') })
  process.exitCode = await runProgram(
    'scripts/mutate/run.ts',
    args.filter((argument) => argument !== '--yes'),
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
