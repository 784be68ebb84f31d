/** The faults of test/mutation, one after the other in copies of the checkout: which are noticed by their nearest tests? */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { faults } from '../../test/mutation/index.ts'
import type { Fault } from '../../test/mutation/fault.ts'
import { abandonCopies, root, runIn, Scratch, type Ended } from './scratch.ts'

type Outcome = 'killed' | 'survived' | 'did not apply' | 'no control'
interface Result {
  fault: Fault
  outcome: Outcome
  /** The test that noticed it, or why nothing can be said. */
  by: string
  seconds: number
}

/** A tier's tests take up to 3 minutes each; a fault that makes them hang is noticed all the same. */
const testSeconds = 420

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '2' },
    tier: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
  },
})
/** With `--tier` only its tests run, and faults that have none there are left out. */
const inTiers = (test: string): boolean =>
  values.tier.length === 0 || values.tier.includes(test === 'core' ? test : (test.split('/')[1] ?? ''))
const chosen = faults
  .map((fault) => ({ ...fault, tests: fault.tests.filter(inTiers) }))
  .filter(({ tests }) => tests.length > 0)
  .filter(
    ({ id, file }) =>
      values.only.length === 0 ||
      values.only.some(
        (asked) => asked === id || file === asked || file.startsWith(`${asked.replace(/\/+$/, '')}/`),
      ),
  )
if (chosen.length === 0) {
  console.error('No fault has this id, and none lies in this folder.')
  process.exit(2)
}
if (values.list) {
  for (const { id, file, harm } of chosen) console.log(`${id.padEnd(34)} ${file}\n    ${harm}`)
  process.exit(0)
}

const filesOfCheckout = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter(Boolean)

/** Tests that run the page as it was built; those of the page's own tier bundle its sources themselves. */
const needsPage = ({ file, tests }: Fault): boolean =>
  /^src-(renderer|main\/shared)\//.test(file) &&
  tests.some((test) => /^test\/(e2e|frames|integration\/browser-shell)\//.test(test))

async function runTest(scratch: Scratch, test: string): Promise<Ended> {
  if (test === 'core') return runIn(scratch.folder, 'ctest', ['--test-dir', 'native/build'], testSeconds)
  const project = test.split('/')[1] ?? ''
  if (project === 'unit') return { code: await scratch.unitTests.run(test), output: '' }
  return runIn(scratch.folder, 'vitest', ['run', '--project', project, '--bail', '1', test], testSeconds)
}

/** Without a fault the same tests must pass: else a red one says nothing. Each is run once, before its first fault. */
const controls = new Map<string, Promise<Ended>>()

async function controlled(scratch: Scratch, fault: Fault): Promise<string | null> {
  for (const test of fault.tests) {
    if (!controls.has(test)) {
      const run = async (): Promise<Ended> => {
        await scratch.clean()
        return runTest(scratch, test)
      }
      controls.set(test, run())
    }
    const ended = await controls.get(test)
    if (ended && ended.code !== 0) return `${test} fails without a fault: ${ended.output.trim().slice(-600)}`
  }
  return null
}

async function judge(scratch: Scratch, fault: Fault): Promise<Omit<Result, 'fault' | 'seconds'>> {
  const problem = await controlled(scratch, fault)
  if (problem !== null) return { outcome: 'no control', by: problem }
  try {
    scratch.plant(fault)
  } catch (error) {
    return { outcome: 'did not apply', by: (error as Error).message }
  }
  try {
    const built = await scratch.build(fault.file, needsPage(fault))
    if (built.code !== 0)
      return { outcome: 'did not apply', by: `it cannot be built: ${built.output.slice(-600)}` }
    for (const test of fault.tests) {
      const { code } = await runTest(scratch, test)
      if (code !== 0) return { outcome: 'killed', by: code === 124 ? `${test} (hangs)` : test }
    }
    return { outcome: 'survived', by: '' }
  } finally {
    scratch.restore()
  }
}

function table(results: readonly Result[], of: (fault: Fault) => string): string[] {
  const rows = new Map<string, { killed: number; all: number }>()
  for (const { fault, outcome } of results) {
    const row = rows.get(of(fault)) ?? { killed: 0, all: 0 }
    rows.set(of(fault), { killed: row.killed + (outcome === 'killed' ? 1 : 0), all: row.all + 1 })
  }
  return [...rows].sort().map(([name, { killed, all }]) => `  ${name.padEnd(38)} ${killed} of ${all} killed`)
}

const results: Result[] = []
const report = join(root, 'test-results', 'mutation.json')
/** Written after each fault: a run that is broken off has said what it knows. */
function writeReport(): void {
  const rows = results.map(({ fault: { id, file, kind, security, harm }, ...rest }) => ({
    ...{ id, file, kind, security, harm },
    ...rest,
  }))
  mkdirSync(dirname(report), { recursive: true })
  writeFileSync(report, JSON.stringify(rows, null, 1))
}
// Faults of security first: a run that is broken off has looked at them.
const waiting = chosen.toSorted((one, other) => Number(other.security) - Number(one.security))
async function work(): Promise<void> {
  const scratch = new Scratch()
  try {
    await scratch.fill(filesOfCheckout)
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      const started = Date.now()
      const { outcome, by } = await judge(scratch, fault)
      const seconds = Math.round((Date.now() - started) / 1000)
      results.push({ fault, outcome, by, seconds })
      writeReport()
      console.log(`${outcome.padEnd(14)} ${fault.id.padEnd(34)} ${seconds} s  ${by}`)
    }
  } finally {
    await scratch.remove()
  }
}
for (const [signal, status] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    abandonCopies()
    process.exit(status)
  })
}
const jobs = Math.max(1, Math.min(Number(values.jobs) || 1, chosen.length))
await Promise.all(Array.from({ length: jobs }, work))

const count = (outcome: Outcome): number => results.filter((one) => one.outcome === outcome).length
console.log(['', 'By folder', ...table(results, ({ file }) => dirname(file))].join('\n'))
console.log(['', 'By kind', ...table(results, ({ kind }) => kind)].join('\n'))
console.log(
  ['', 'By weight', ...table(results, ({ security }) => (security ? 'security' : 'other'))].join('\n'),
)
const survivors = results.filter(({ outcome }) => outcome === 'survived')
if (survivors.length > 0) {
  console.log('\nSurvivors')
  for (const { fault } of survivors)
    console.log(`  ${fault.id}${fault.security ? ' (security)' : ''}: ${fault.harm}`)
}
console.log(
  `${count('killed')} killed, ${count('survived')} survived, ${count('did not apply')} did not apply, ${count('no control')} without control`,
)
process.exitCode = count('killed') === results.length ? 0 : 1
