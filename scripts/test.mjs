/**
 * `npm test`: set-up, checks, then every test tier; ends with one line `N passed, N failed, N skipped`.
 * Arguments: names of tiers run only these, paths of test files only those of their tiers; `--yes` installs without asking;
 * `--long` runs the long tests alone (`npm run test:long`).
 */
import { mkdirSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { root, setUp } from './set-up/index.mjs'
import { fileTiers, plan, results, runTier, usualTiers } from './test/tiers.mjs'

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const isPath = (argument) => argument.includes('/')
const files = asked.filter(isPath).map((path) => relative(root, resolve(path)))
const tierOf = (file) => fileTiers.find((tier) => file.startsWith(`test/${tier}/`))
const named = process.argv.includes('--long') ? ['long'] : asked.filter((argument) => !isPath(argument))
const tiers = [...usualTiers, 'long']
const unknown = [
  ...named.filter((name) => !tiers.includes(name)),
  ...files.filter((file) => tierOf(file) === undefined),
]
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Tiers: ${tiers.join(', ')}; or the path of a test file.`)
  process.exit(2)
}
const wanted = new Set(named.length + files.length > 0 ? [...named, ...files.map(tierOf)] : usualTiers)

const total = { passed: 0, failed: 0, skipped: 0 }
/** What failed, told once more at the very end: a long run's own words have scrolled away by then. */
const failures = []
/** One line for each tier that ran. */
const lines = []

/** Runs a tier, counts it and says how it went. */
async function count(tier, say, alone) {
  const started = Date.now()
  const own = files.filter((file) => tierOf(file) === tier)
  const { counts, failures: failed } = await runTier(tier, own, say, alone).catch((error) => ({
    counts: { passed: 0, failed: 1, skipped: 0 },
    failures: [`${tier}: ${error.message}`],
  }))
  for (const name of Object.keys(total)) total[name] += counts[name]
  failures.push(...failed)
  const seconds = Math.round((Date.now() - started) / 1000)
  const rest = ['failed', 'skipped']
    .filter((name) => counts[name] > 0)
    .map((name) => `, ${counts[name]} ${name}`)
  lines.push(`${tier} ${counts.passed} passed${rest.join('')} ${seconds} s`)
  say(`${lines.at(-1)}\n`)
}

const print = (text) => void process.stdout.write(text)

/**
 * One tier after the other.
 * @param {boolean} first of what runs beside one another: its output is shown as it comes, that of the others in one piece
 * @param {boolean} alone nothing runs beside these
 */
async function runInTurn(names, first, alone) {
  for (const tier of names) {
    const kept = []
    await count(tier, first ? print : (text) => kept.push(text), alone)
    print(kept.join(''))
  }
}

try {
  await setUp({
    groups: ['build', 'site', 'browser', 'test'],
    sanitize: wanted.has('native'),
    yes: process.argv.includes('--yes'),
  })
  mkdirSync(results, { recursive: true })
  for (const { main, beside } of [...plan, { main: ['long'], beside: [] }]) {
    const lanes = [main, beside].map((names) => names.filter((name) => wanted.has(name)))
    const first = lanes.findIndex((names) => names.length > 0)
    const alone = lanes.some((names) => names.length === 0)
    await Promise.all(lanes.map((names, index) => runInTurn(names, index === first, alone)))
  }
} catch (error) {
  console.error(error.message)
  total.failed++
}
for (const failure of failures) console.log(`\nFAILED ${failure}`)
console.log(`\n${lines.join('\n')}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
