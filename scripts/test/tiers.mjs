/** The tiers of `npm test`, and how each is run and counted. docs/testing.md says what each of them proves. */
import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runChecks } from '../checks.mjs'
import { runAsOrdinaryUser } from '../ordinary-user.mjs'
import { childEnvironment, root } from '../set-up/index.mjs'
import { startChild } from './children.mjs'

export const results = join(root, 'test-results')

/**
 * Test files side by side. Those that start servers wait for them more than they compute; what runs beside other tiers
 * leaves the machine to them.
 */
const workersOf = (tier, alone) =>
  ({ integration: 5, 'site-check': 3, e2e: 3, frames: 1 })[tier] ?? (alone ? 2 : 1)

/**
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 * @typedef {{counts: Counts, failures: string[]}} Outcome `failures`: what failed, with the name of its tier
 * @typedef {(text: string) => void} Say gets output as it comes
 */

/** Runs a program to its end. @returns {Promise<number>} its exit code; 1 where a signal ended it */
function run(program, args, say) {
  return new Promise((resolve) => {
    const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
    const child = startChild(program, args, {
      cwd: root,
      env: childEnvironment(colours),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', say)
    child.once('error', (error) => {
      say(`${error.message}\n`)
      resolve(1)
    })
    child.once('close', (code) => resolve(code ?? 1))
  })
}

function failuresOf(tier, { testResults }) {
  return testResults.flatMap(({ name, assertionResults, message }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return message ? [`${tier}: ${file}\n${message}`] : []
    return failed.map(
      ({ fullName, failureMessages }) => `${tier}: ${file}: ${fullName}\n${failureMessages.join('\n')}`,
    )
  })
}

/** Runs one vitest project and counts what its JSON report says; a run without a report counts as one failure. */
async function runVitest(tier, files, say, alone) {
  const report = join(results, `${tier}.json`)
  rmSync(report, { force: true })
  const code = await run(
    'vitest',
    [
      'run',
      ...files,
      ...['--project', tier],
      ...['--maxWorkers', `${workersOf(tier, alone)}`],
      ...['--reporter', 'default', '--reporter', 'json', '--outputFile.json', report],
    ],
    say,
  )
  let outcome
  try {
    outcome = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    const why = `The ${tier} tests left no report.`
    return { counts: { passed: 0, failed: 1, skipped: 0 }, failures: [why] }
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = outcome
  const brokenFiles = numFailedTests === 0 && (code !== 0 || numFailedTestSuites > 0) ? 1 : 0
  return {
    counts: {
      passed: numPassedTests,
      failed: numFailedTests + brokenFiles,
      skipped: numPendingTests + numTodoTests,
    },
    failures: failuresOf(tier, outcome),
  }
}

async function runCoreTests(say) {
  const report = join(results, 'core.txt')
  rmSync(report, { force: true })
  const args = ['--test-dir', 'native/build', '--output-on-failure', '--output-log', report]
  const code = await run('ctest', args, say)
  const text = readFileSync(report, { encoding: 'utf8' })
  const counts = /(\d+)% tests passed, (\d+) tests failed out of (\d+)/.exec(text)
  if (!counts) return { counts: { passed: 0, failed: 1, skipped: 0 }, failures: [`core: no count\n${text}`] }
  const failed = Number(counts[2])
  return {
    counts: {
      passed: Number(counts[3]) - failed,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      skipped: 0,
    },
    failures: failed > 0 ? [`core:\n${text}`] : [],
  }
}

/** Tests of our own that count themselves. */
async function counted(work, say) {
  const counts = await work((line) => say(`${line}\n`))
  return { counts: { skipped: 0, ...counts }, failures: [] }
}

/** Tiers whose tests lie in files below `test/`, by the same name. */
export const fileTiers = [
  'unit',
  'native',
  'page',
  'integration',
  'site-check',
  'e2e',
  'frames',
  'electron',
  'long',
]

/**
 * What runs, in this order. A line's first tier is the one that takes the machine; those of the second list run beside it,
 * one after the other: they mostly wait. Nothing runs beside `site-check`, which judges response times, and beside `frames`
 * and `electron`, which count the pictures of a stream.
 */
export const plan = [
  { main: ['checks'], beside: ['core', 'native'] },
  { main: ['unit'], beside: [] },
  { main: ['integration'], beside: ['page', 'user'] },
  { main: ['site-check'], beside: [] },
  { main: ['e2e'], beside: [] },
  { main: ['frames'], beside: [] },
  { main: ['electron'], beside: [] },
]

/** Names of all tiers of `npm test`. */
export const usualTiers = plan.flatMap(({ main, beside }) => [...main, ...beside])

/**
 * @param {string} tier
 * @param {string[]} files paths of the test files that are wanted, from the project's root; none: all
 * @param {Say} say
 * @param {boolean} alone nothing runs beside it
 * @returns {Promise<Outcome>}
 */
export function runTier(tier, files, say, alone) {
  if (tier === 'checks') return counted(runChecks, say)
  if (tier === 'core') return runCoreTests(say)
  if (tier === 'user') return counted(runAsOrdinaryUser, say)
  return runVitest(tier, files, say, alone)
}
