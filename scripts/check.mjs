import { runChecks } from './checks.mjs'
import { setUp } from './set-up/index.mjs'

try {
  await setUp({ groups: [], native: false, page: false })
  const { failed } = await runChecks(console.log)
  process.exitCode = failed === 0 ? 0 : 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
