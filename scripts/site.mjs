/** `npm run site`: the demo site alone, until stopped. Set-up first, then `test/site/main.ts` with the same arguments. */
import { runProgram, setUp } from './set-up/index.mjs'

const args = process.argv.slice(2)
const asksOnly = args.includes('--help') || args.includes('--list-faults')
try {
  const groups = asksOnly ? [] : ['site']
  await setUp({ groups, native: false, page: false, yes: args.includes('--yes') })
  process.exitCode = await runProgram(
    'test/site/main.ts',
    args.filter((argument) => argument !== '--yes'),
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
