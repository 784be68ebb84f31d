/**
 * Notes in test/durations.json how long each test file took in the last run of its tier, for the order of the next ones:
 * `node scripts/test/durations.mjs` after `npm test` on a machine that did nothing else.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../set-up/index.mjs'
import { answerHelp } from '../set-up/usage.mjs'
import { fileTiers, results } from './tiers.mjs'

answerHelp(`node scripts/test/durations.mjs

Notes in test/durations.json how long each test file took in the last npm test.`)

const leastSeconds = 5
const path = join(root, 'test', 'durations.json')
const noted = Object.entries(JSON.parse(readFileSync(path, 'utf8')))
const durations = new Map(noted.filter(([file]) => existsSync(join(root, 'test', file))))
for (const tier of fileTiers) {
  const report = join(results, `${tier}.json`)
  if (!existsSync(report)) continue
  for (const { name, startTime, endTime } of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    const file = relative(join(root, 'test'), name)
    // The long run has files of other tiers, which take longer there.
    if (!file.startsWith(`${tier}/`)) continue
    const seconds = Math.round((endTime - startTime) / 1000)
    if (seconds >= leastSeconds) durations.set(file, seconds)
    else durations.delete(file)
  }
}
const slowestFirst = [...durations].sort(([, one], [, other]) => other - one)
writeFileSync(path, `${JSON.stringify(Object.fromEntries(slowestFirst), null, 2)}\n`)
