/**
 * `npm test`: set-up, checks, then every test tier; ends with one line `N passed, N failed, N skipped`.
 * Arguments: tier names (unit native integration e2e user) run only these; `--yes` installs without asking.
 * VIZLINK_SLOW=1 adds what takes long: a job's time limit, and the whole matrix of sign-ins, web servers and outcomes.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runChecks } from './checks.mjs'
import { childEnvironment, root, setUp } from './set-up/index.mjs'
import { runAsOrdinaryUser } from './ordinary-user.mjs'

const tierNames = ['checks', 'core', 'unit', 'native', 'integration', 'e2e', 'user']
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const unknown = asked.filter((name) => !tierNames.includes(name))
if (unknown.length > 0) {
  console.error(
    `Unknown tier: ${unknown.join(', ')}. Tiers: ${tierNames.join(', ')}; VIZLINK_SLOW=1 adds the slow tests.`,
  )
  process.exit(2)
}
const wanted = (name) => asked.length === 0 || asked.includes(name)
const total = { passed: 0, failed: 0, skipped: 0 }
const results = join(root, 'test-results')

function add({ passed = 0, failed = 0, skipped = 0 }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: childEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
      ...options,
    })
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/** What failed, told once more at the very end: a long run's own words have scrolled away by then. */
const failures = []

function noteFailures(tier, { testResults }) {
  for (const { name, assertionResults, message } of testResults) {
    const file = relative(root, name)
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    for (const { fullName, failureMessages } of failed)
      failures.push(`${tier}: ${file}: ${fullName}\n${failureMessages.join('\n')}`)
    if (failed.length === 0 && message) failures.push(`${tier}: ${file}\n${message}`)
  }
}

/** Test files side by side where it is not the usual two: these tests wait for real servers more than they compute. */
const workers = { integration: 4 }

/** Runs one vitest project and counts what its JSON report says; a run without a report counts as one failure. */
async function runTier(tier) {
  const report = join(results, `${tier}.json`)
  rmSync(report, { force: true })
  const code = await run('vitest', [
    'run',
    '--project',
    tier,
    ...(workers[tier] ? ['--maxWorkers', `${workers[tier]}`] : []),
    '--reporter',
    'default',
    '--reporter',
    'json',
    '--outputFile.json',
    report,
  ])
  try {
    const outcome = JSON.parse(readFileSync(report, 'utf8'))
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = outcome
    noteFailures(tier, outcome)
    const brokenFiles = numFailedTests === 0 && (code !== 0 || numFailedTestSuites > 0) ? 1 : 0
    add({
      passed: numPassedTests,
      failed: numFailedTests + brokenFiles,
      skipped: numPendingTests + numTodoTests,
    })
  } catch {
    console.error(`The ${tier} tests left no report.`)
    add({ failed: 1 })
  }
}

async function runCoreTests() {
  const report = join(results, 'core.txt')
  const code = await run('ctest', [
    '--test-dir',
    'native/build',
    '--output-on-failure',
    '--output-log',
    report,
  ])
  const counts = /(\d+)% tests passed, (\d+) tests failed out of (\d+)/.exec(readFileSync(report, 'utf8'))
  if (!counts) return add({ failed: 1 })
  const failed = Number(counts[2])
  add({ passed: Number(counts[3]) - failed, failed: failed === 0 && code !== 0 ? 1 : failed })
}

try {
  await setUp({
    groups: ['build', 'site', 'browser', 'test'],
    sanitize: wanted('native'),
    yes: process.argv.includes('--yes'),
  })
  mkdirSync(results, { recursive: true })
  if (wanted('checks')) add(await runChecks(console.log))
  if (wanted('core')) await runCoreTests()
  for (const tier of ['unit', 'native', 'integration', 'e2e']) if (wanted(tier)) await runTier(tier)
  if (wanted('user')) add(await runAsOrdinaryUser(console.log))
} catch (error) {
  console.error(error.message)
  total.failed++
}
for (const failure of failures) console.log(`\nFAILED ${failure}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
