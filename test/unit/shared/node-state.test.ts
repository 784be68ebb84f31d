/** One judgment of nodes for the queue, the panels and the site check. */
import { expect, test } from 'vitest'
import { isAway, nodeCondition } from '../../../src-main/shared/node-state.ts'

test.each([
  ['idle', 'usable', false],
  ['mixed', 'usable', false],
  ['ALLOCATED', 'usable', false],
  ['completing', 'usable', false],
  ['idle*', 'silent', false],
  ['IDLE+NOT_RESPONDING', 'silent', false],
  ['maint', 'reserved', false],
  ['reserved', 'reserved', false],
  ['MIXED+PLANNED', 'reserved', false],
  ['down', 'down', true],
  ['down*', 'down', true],
  ['DOWN+DRAIN', 'down', true],
  ['failing', 'down', true],
  ['error', 'down', true],
  ['unknown', 'down', true],
  ['inval', 'down', true],
  ['drained', 'drained', true],
  ['draining*', 'drained', true],
  ['IDLE+DRAIN', 'drained', true],
  // Slurm wakes it for a job.
  ['powered_down', 'unknown', false],
  ['powering_up', 'unknown', false],
  ['', 'unknown', false],
])('%s: %s', (state, condition, away) => {
  expect(nodeCondition(state)).toBe(condition)
  expect(isAway(state)).toBe(away)
})
