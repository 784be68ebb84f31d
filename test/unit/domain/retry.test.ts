import { describe, expect, test } from 'vitest'
import { reconnectDelayMs, worthRetrying } from '../../../src-main/domain/retry.ts'
import { errorKinds, fail, type ErrorKind } from '../../../src-main/shared/errors.ts'

test('pauses double up to eight seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 50, 5000].map(reconnectDelayMs)).toEqual([
    500, 1000, 2000, 4000, 8000, 8000, 8000, 8000,
  ])
  expect(reconnectDelayMs(-1)).toBe(500)
})

test('a minute leaves room for several attempts', () => {
  let spent = 0
  let attempts = 0
  while (spent < 60_000) spent += reconnectDelayMs(attempts++)
  expect(attempts).toBeGreaterThan(8)
})

/** What time cannot mend: the user, an administrator or a new session must. */
const hopeless: ErrorKind[] = [
  'job-ended-early',
  'host-key-changed',
  'host-key-unknown',
  'certificate-mismatch',
  'untrusted-certificate',
  'auth-refused',
  'needs-answer',
  'no-encoder',
  'cancelled',
  'bad-profile',
]

describe('worthRetrying', () => {
  test.each(errorKinds)('%s', (kind) => {
    const { failure } = fail(kind, { message: 'm', nextStep: 'n' })
    expect(worthRetrying(failure)).toBe(!hopeless.includes(kind))
  })
})
