import { describe, expect, test } from 'vitest'
import {
  mayTryNext,
  noRouteToNode,
  planRoutes,
  routeLimits,
  routeWarning,
} from '../../../src-main/domain/routes.ts'
import { toFailure, type ErrorKind } from '../../../src-main/shared/errors.ts'
import type { Route } from '../../../src-main/shared/model/desktop.ts'
import { someFailure } from '../../support/some-failure.ts'

const all: Route[] = ['node-ssh', 'srun', 'login-host']

describe('planRoutes', () => {
  test.each<[string, Route[], boolean | null, Route | null, Route[], Route[]]>([
    ['own job', all, true, null, all, all],
    ['unknown owner', all, null, null, all, all],
    ['a service account’s job', all, false, null, all, ['node-ssh', 'login-host']],
    [
      'as the profile orders',
      ['login-host', 'node-ssh'],
      true,
      null,
      ['login-host', 'node-ssh'],
      ['login-host', 'node-ssh'],
    ],
    ['once each', ['srun', 'srun'], true, null, ['srun'], ['srun']],
    [
      'first the one that held',
      all,
      true,
      'login-host',
      ['login-host', 'node-ssh', 'srun'],
      ['login-host', 'node-ssh', 'srun'],
    ],
    ['one that held and is not allowed', ['srun'], true, 'node-ssh', ['srun'], ['srun']],
  ])('%s', (_name, allowed, ownJob, last, order, triedOnes) => {
    const plan = planRoutes(allowed, { ownJob, last })
    expect(plan.map(({ route }) => route)).toEqual(order)
    expect(plan.filter(({ skipped }) => skipped === null).map(({ route }) => route)).toEqual(triedOnes)
  })
})

test.each<[ErrorKind, boolean]>([
  ['auth-refused', true],
  ['login-unreachable', true],
  ['relay-refused', true],
  ['deadline-exceeded', true],
  ['no-way-to-node', true],
  ['host-key-changed', false],
  ['host-key-unknown', false],
  ['needs-answer', false],
  ['link-lost', false],
  ['internal', false],
])('after %s the next route is tried: %s', (kind, expected) => {
  expect(mayTryNext(toFailure(someFailure(kind)))).toBe(expected)
})

test('the failure lists every route with its reason', () => {
  const failure = toFailure(
    noRouteToNode('n1', [
      { route: 'node-ssh', outcome: 'refused', why: 'no key accepted' },
      { route: 'srun', outcome: 'skipped', why: 'not your job' },
      { route: 'login-host', outcome: 'refused', why: 'no address' },
    ]),
  )
  expect(failure.kind).toBe('no-way-to-node')
  expect(failure.evidence.slice(1).map(({ value }) => value)).toEqual([
    'does not work: no key accepted',
    'not tried: not your job',
    'does not work: no address',
  ])
})

test('only the last route is warned of, and says what it cannot do', () => {
  expect(all.map((route) => routeWarning(route) !== null)).toEqual([false, false, true])
  expect(routeLimits['login-host']).toContain('no-x-server')
  expect(routeLimits['node-ssh']).toEqual([])
})
