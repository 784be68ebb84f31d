/**
 * `npm run vizlink -- COMMAND ...`: the command line. Sets up what the command needs, silently where nothing is to do and
 * with words on standard error where there is: standard output is the command's own, and so are input and exit status.
 */
import { runProgram, setUp } from './set-up/index.mjs'

const args = process.argv.slice(2)
const command = args[0] ?? ''
const speaksOnly =
  !/^[a-z]/.test(command) ||
  /^(help|forget-.*)$/.test(command) ||
  args.some((argument) => argument === '--help' || argument === '-h')
const serves = command === 'serve' && !speaksOnly
const opensWindow = serves && !args.includes('--no-window')
try {
  const groups = [...(speaksOnly ? [] : ['build']), ...(opensWindow ? ['browser'] : [])]
  await setUp({ groups, native: !speaksOnly, page: serves, quiet: true })
  process.exitCode = await runProgram('src-main/cli.ts', args)
} catch (error) {
  console.error(error.message)
  // The site check's 1 would say that there are warnings only.
  process.exitCode = command === 'check' ? 2 : 1
}
