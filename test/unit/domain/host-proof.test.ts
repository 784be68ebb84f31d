import { assert, boolean, constantFrom, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeHost, startedAfter, whyUnproved, type HostFacts } from '../../../src-main/domain/host-proof.ts'
import { said } from '../../support/texts.ts'

const nothing: HostFacts = {
  ...{ ports: 'unseen', shared: false, ofJob: false, startedForUs: false, unclaimed: false },
}
const ours = { startedForUs: true, unclaimed: true }

describe('what proves a host', () => {
  test.each<[string, Partial<HostFacts>, ReturnType<typeof judgeHost>]>([
    ['its ports belong to the user', { ports: 'user' }, 'port-owner'],
    ['to the user, and two records name them', { ports: 'user', shared: true, ...ours }, null],
    ['to a process of this job', { ports: 'user', shared: true, ofJob: true }, 'port-owner'],
    ['a service account’s, whose jobs others have too', { ports: 'job' }, null],
    ['a service account’s, and the records fit', { ports: 'job', ...ours }, 'record'],
    ['no look is possible, and the records fit', ours, 'record'],
    ['the job was there before the request', { unclaimed: true }, null],
    ['somebody has claimed it', { startedForUs: true }, null],
    ['the records fit, but two name the port', { ...ours, shared: true }, null],
    ['nothing at all', {}, null],
  ])('%s', (_what, facts, proof) => expect(judgeHost({ ...nothing, ...facts })).toBe(proof))

  test('whatever is known: records prove nothing where one of their three parts is missing', () => {
    const facts = record({
      ports: constantFrom('user' as const, 'job' as const, 'unseen' as const),
      shared: boolean(),
      ofJob: boolean(),
      startedForUs: boolean(),
      unclaimed: boolean(),
    })
    assert(
      property(facts, (known) => {
        const proof = judgeHost(known)
        if (proof === 'record')
          expect([known.shared, known.startedForUs, known.unclaimed]).toEqual([false, true, true])
        if (proof === 'port-owner') expect(known.ports).toBe('user')
        if (proof === null) expect(said(whyUnproved(known))).toMatch(/^[A-Z].*\.$/)
      }),
    )
  })
})

test.each([
  ['after it was asked for', 10_000, 5000, true],
  ['in the same second, as Slurm reports whole ones', 4000, 5000, true],
  ['before it', 2000, 5000, false],
  ['at an unknown time', null, 5000, false],
  ['for a request of somebody else', 10_000, null, false],
])('a job that started %s', (_what, started, requested, is) =>
  expect(startedAfter(started, requested)).toBe(is),
)
