/** `npm run check`: the static checks alone. */
import { runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run check

Types, layering, format, lint, and unused code and dependencies; part of npm test.`)

try {
  await setUp({ groups: [], native: false, page: false })
  process.exitCode = await runProgram('scripts/test/run.mjs', ['checks'])
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
