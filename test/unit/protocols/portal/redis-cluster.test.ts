/** A Redis cluster behind the portal, as its services pass the answer on, with redis-py of either kind. */
import { expect, test } from 'vitest'
import { unexpected } from '../../../../src-main/protocols/portal/http.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

const reasonFor = (status: number, json: object): string =>
  unexpected('/sessions', portalAnswer({ status, json, text: JSON.stringify(json) })).failure.reason

test.each([
  { error: 'Test login failed', message: 'MOVED 9842 10.0.0.12:6379' },
  { error: '9842 10.0.0.12:6379' },
  { error: 'Failed to submit Slurm job: MOVED 9842 [fd00::2]:6379' },
])('%j', (json) => {
  expect(reasonFor(500, json)).toBe('portal-redis-cluster')
  expect(reasonFor(401, json)).not.toBe('portal-redis-cluster')
})

test.each([
  { error: 'Error 111 connecting to 10.0.0.12:6379. Connection refused.' },
  { error: 'The file has MOVED', message: null },
  { error: 500 },
])('not a cluster: %j', (json) => {
  expect(reasonFor(500, json)).not.toBe('portal-redis-cluster')
})
