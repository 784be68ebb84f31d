/** `npm test` leaves no test file out. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileTiers, usualTiers } from '../../../scripts/test/tiers.mjs'

test('every test file lies in a tier, and every tier but the long one is run by npm test', () => {
  const files = readdirSync(join(import.meta.dirname, '..', '..'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.[jt]sx?$/.test(name))
    .map((name) => name.split('/')[0] ?? '')
  expect([...new Set(files)].sort()).toEqual([...fileTiers].sort())
  expect(fileTiers.filter((tier) => !usualTiers.includes(tier))).toEqual(['long'])
})
