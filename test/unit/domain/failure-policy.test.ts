/** What kinds of failures mean, looked at from where each meaning is used. */
import { expect, test } from 'vitest'
import { means, type Meaning } from '../../../src-main/domain/failure-policy.ts'
import { errorKinds } from '../../../src-main/shared/errors.ts'

const kindsThat = (...meanings: Meaning[]) => errorKinds.filter((kind) => means({ kind }, ...meanings))

test('a failure that no further attempt cures leaves no other way to try but another route to the node', () => {
  expect(
    kindsThat('final').filter((kind) => means({ kind }, 'login-gone', 'slurm-silent', 'too-slow')),
  ).toEqual([])
  expect(kindsThat('final').filter((kind) => means({ kind }, 'next-route'))).toEqual(['auth-refused'])
})

test('what is asked again keeps the job', () => {
  for (const kind of kindsThat('login-gone', 'slurm-silent', 'too-slow'))
    expect(means({ kind }, 'job-stays'), kind).toBe(true)
})

test('a host that is not the right one is passed by on no route', () => {
  for (const kind of [
    'host-key-changed',
    'host-key-unknown',
    'certificate-mismatch',
    'foreign-job',
  ] as const) {
    expect(means({ kind }, 'final'), kind).toBe(true)
    expect(means({ kind }, 'next-route'), kind).toBe(false)
  }
})

test('of several meanings one is enough', () => {
  expect(means({ kind: 'link-lost' }, 'too-slow')).toBe(false)
  expect(means({ kind: 'link-lost' }, 'too-slow', 'login-gone')).toBe(true)
  expect(means({ kind: 'internal' }, 'final', 'job-stays', 'signed-out')).toBe(false)
})
