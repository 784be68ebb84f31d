/** The tiers of `npm test` that its arguments name, one after the other and beside one another as the plan says. */
import { mkdirSync } from 'node:fs'
import { endChildrenWithUs } from './children.mjs'
import { plan, results, runTier } from './tiers.mjs'
import { tierOf, wanted } from './wanted.mjs'

const { tiers, files } = wanted(process.argv.slice(2))

const total = { passed: 0, failed: 0, skipped: 0 }
/** What failed, reported once more at the very end: a long run's own words have scrolled away by then. */
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

endChildrenWithUs()
mkdirSync(results, { recursive: true })
for (const { main, beside } of [...plan, { main: ['long'], beside: [] }]) {
  const lanes = [main, beside].map((names) => names.filter((name) => tiers.has(name)))
  const first = lanes.findIndex((names) => names.length > 0)
  const alone = lanes.some((names) => names.length === 0)
  await Promise.all(lanes.map((names, index) => runInTurn(names, index === first, alone)))
}
for (const failure of failures) console.log(`\nFAILED ${failure}`)
console.log(`\n${lines.join('\n')}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
