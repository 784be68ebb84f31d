/**
 * `npm test`: set-up, checks, then every test tier; ends with one line `N passed, N failed, N skipped`.
 * Arguments: names of tiers run only these, paths of test files only those of their tiers; `--yes` installs without asking;
 * `--long` runs the long tests alone (`npm run test:long`).
 */
import { runProgram, setUp } from './set-up/index.mjs'
import { wanted } from './test/wanted.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm test [-- TIER | FILE ...]

Sets everything up and runs every test, or only the tiers and test files that are named (docs/testing.md describes the tiers).

  --yes   installs Debian packages without asking
  --long  runs the long tests alone (npm run test:long)

The last line counts what passed, failed and was skipped.`)

const args = process.argv.slice(2)
let asked
try {
  asked = wanted(args)
} catch (error) {
  console.error(error.message)
  process.exit(2)
}
const native = ['core', 'native', 'long'].some((tier) => asked.tiers.has(tier)) ? ['native'] : []
const electron = asked.tiers.has('long')
  ? ['electron', 'dist', 'long']
  : asked.tiers.has('electron')
    ? ['electron']
    : []
try {
  await setUp({
    groups: ['build', 'site', 'browser', 'test', ...native, ...electron],
    sanitize: asked.tiers.has('native'),
    yes: args.includes('--yes'),
  })
  process.exitCode = await runProgram('scripts/test/run.mjs', args)
} catch (error) {
  console.error(error.message)
  console.log('0 passed, 1 failed, 0 skipped')
  process.exitCode = 1
}
