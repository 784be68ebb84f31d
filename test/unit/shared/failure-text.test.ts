import { expect, test } from 'vitest'
import { fail, knownFacts, toFailure, type Failure } from '../../../src-main/shared/errors.ts'
import { evidenceLabel, failureText } from '../../../src-main/shared/failure-text.ts'
import { failureSchema } from '../../../src-main/shared/model/failure.ts'

const during = (failure: Failure, circumstance: NonNullable<Failure['circumstance']>): Failure => ({
  ...failure,
  circumstance,
})
const changed = fail('host-key-changed', 'changed', { facts: { hop: 'login02' }, retryable: false }).failure

test('a failure in each language, with its facts', () => {
  expect(failureText(changed, 'en').message).toBe(
    'The SSH server login02 shows another host key than the one that is known for it.',
  )
  expect(failureText(changed, 'ko').message).toContain('login02')
  expect(failureText(changed, 'ko').nextStep).toMatch(/십시오\(vizlink forget-host-keys\)\.$/)
})

test('a failure of another version has words, too', () => {
  const { message, nextStep } = failureText(toFailure(new Error('x')), 'en')
  expect(failureText({ ...changed, reason: 'of-next-year' }, 'en')).toEqual({
    message,
    nextStep,
  })
})

test('what becomes of the session is said after what to do, or in its place', () => {
  const running = failureText(during(changed, 'running'), 'en')
  expect(running.message).toBe(failureText(changed, 'en').message)
  expect(running.nextStep).toBe(
    `${failureText(changed, 'en').nextStep} Your session keeps running: Connect picks it up again.`,
  )
  const lost = fail('link-lost', 'ssh').failure
  expect(failureText(during(lost, 'queued'), 'en').nextStep).toBe(
    'Check your network. Your session keeps its place in the queue: Connect picks it up again.',
  )
  expect(failureText(during(lost, 'ending'), 'en').message).toBe(
    'Your session is still being ended. The SSH connection was lost.',
  )
})

test('facts are for the failure that has them alone', () => {
  const own = fail('untrusted-certificate', 'self-signed', { facts: { portal: 'https://portal.example' } })
  expect(knownFacts(own, 'untrusted-certificate', 'self-signed')?.portal).toBe('https://portal.example')
  expect(
    knownFacts(fail('untrusted-certificate', 'other-name'), 'untrusted-certificate', 'self-signed'),
  ).toBeNull()
  expect(knownFacts(new Error('x'), 'untrusted-certificate', 'self-signed')).toBeNull()
})

test('a failure crosses processes whole, within its bounds', () => {
  const failure = during(changed, 'running')
  expect(failureSchema.parse(structuredClone(failure))).toEqual(failure)
  expect(failureSchema.safeParse({ ...failure, actions: ['format-disk'] }).success).toBe(false)
  expect(failureSchema.safeParse({ ...failure, facts: { hop: 'x'.repeat(1001) } }).success).toBe(false)
})

test('labels of evidence: in the language, with their values; unknown ones as they are', () => {
  expect(evidenceLabel({ label: 'port-owner', value: '0' }, 'en')).toBe('owner of the port (uid)')
  expect(evidenceLabel({ label: 'attempt', values: { number: 2 }, value: '' }, 'ko')).toBe('시도 2')
  expect(evidenceLabel({ label: 'ssh2', value: '' }, 'ko')).toBe('ssh2')
})
