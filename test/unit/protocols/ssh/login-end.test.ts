/** Which failure a login ends with, for every end that was seen. */
import { expect, test } from 'vitest'
import { failureOfLogin, type LoginEnd } from '../../../../src-main/protocols/ssh/login-end.ts'
import { unreachable } from '../../../../src-main/protocols/ssh/failures.ts'

const error = (message: string, more: object = {}): Error => Object.assign(new Error(message), more)

function reasonOf(
  end: Omit<Partial<LoginEnd>, 'tried'> & { said?: string; tried?: Partial<LoginEnd['tried']> },
): string {
  const { said = '', tried, ...rest } = end
  const { failure } = failureOfLogin({
    hop: 'login',
    stage: 'authentication',
    error: error('the connection was closed'),
    words: { last: said, evidence: [] },
    unusableKeys: [],
    ...rest,
    tried: {
      keysOffered: 1,
      keysLeft: 0,
      proofGiven: false,
      methods: ['publickey'],
      answered: false,
      ...tried,
    },
  })
  return `${failure.kind}/${failure.reason}`
}
const allFailed = error('All configured authentication methods failed', { level: 'client-authentication' })

test.each<[string, Parameters<typeof reasonOf>[0], string]>([
  [
    'a time-out of the network',
    { error: error('read ETIMEDOUT', { code: 'ETIMEDOUT' }) },
    'login-unreachable/unreachable',
  ],
  [
    'a reset before the greeting',
    { stage: 'greeting', error: error('read ECONNRESET', { code: 'ECONNRESET' }) },
    'login-unreachable/closed-in-greeting',
  ],
  ['a web page in place of a greeting', { stage: 'greeting', said: '<html>' }, 'login-unreachable/not-ssh'],
  ['a mail server', { stage: 'greeting', said: '220 mail.example ESMTP' }, 'login-unreachable/not-ssh'],
  [
    'words of a full server',
    { stage: 'greeting', said: 'Exceeded MaxStartups' },
    'login-unreachable/closed-in-greeting',
  ],
  [
    'no algorithm',
    { stage: 'key-exchange', error: error('Handshake failed: no matching C->S cipher') },
    'login-unreachable/nothing-in-common',
  ],
  [
    'a bad signature',
    { stage: 'key-exchange', error: error('Handshake failed: signature', { level: 'handshake' }) },
    'login-unreachable/key-exchange-failed',
  ],
  ['a close while keys are agreed', { stage: 'key-exchange' }, 'login-unreachable/closed-in-key-exchange'],
  [
    'a message that is too long',
    { error: new Error('Bad packet length') },
    'login-unreachable/message-too-long',
  ],
  ['a close before any proof', {}, 'login-unreachable/closed-in-authentication'],
  ['B28 a close after the proof', { tried: { proofGiven: true } }, 'auth-refused/not-admitted'],
  [
    'B15 too many',
    { error: error('Too many authentication failures', { code: 2 }) },
    'auth-refused/too-many',
  ],
  [
    'B15 too many, with keys that were not tried',
    { said: 'Too many authentication failures', tried: { keysLeft: 3 } },
    'auth-refused/keys-left',
  ],
  ['a refusal', { error: allFailed }, 'auth-refused/refused'],
  [
    'B15 a refusal, with keys that were not tried',
    { error: allFailed, tried: { keysLeft: 3 } },
    'auth-refused/keys-left',
  ],
  ['no key', { error: allFailed, tried: { keysOffered: 0 } }, 'auth-refused/no-key'],
  [
    'B25 keys that cannot be used',
    { error: allFailed, tried: { keysOffered: 0 }, unusableKeys: ['sk-ssh-ed25519'] },
    'auth-refused/keys-unusable',
  ],
  [
    'wrong answers without a key',
    { error: allFailed, tried: { keysOffered: 0, methods: ['publickey', 'password'], answered: true } },
    'auth-refused/refused',
  ],
  [
    'ways alone that are not known here',
    { error: allFailed, tried: { methods: ['gssapi-with-mic'] } },
    'auth-refused/no-method',
  ],
])('%s', (_what, end, reason) => expect(reasonOf(end)).toBe(reason))

test.each([
  ['a name that does not exist', error('getaddrinfo ENOTFOUND x', { code: 'ENOTFOUND' }), 'unknown-name'],
  ['a name server that is away', error('getaddrinfo EAI_AGAIN x', { code: 'EAI_AGAIN' }), 'unreachable'],
  ['a port where nothing listens', error('connect ECONNREFUSED', { code: 'ECONNREFUSED' }), 'no-server'],
])('%s', (_what, cause, reason) => expect(unreachable('login', cause).failure.reason).toBe(reason))

test('B26 an error of several addresses is reported by its parts', () => {
  const parts = [
    error('connect ETIMEDOUT 192.0.2.1:22', { code: 'ETIMEDOUT' }),
    error('connect ECONNREFUSED 192.0.2.2:22', { code: 'ECONNREFUSED' }),
  ]
  const { reason, facts } = unreachable('login', new AggregateError(parts)).failure
  expect(reason).toBe('unreachable')
  expect(facts.said).toBe('connect ETIMEDOUT 192.0.2.1:22; connect ECONNREFUSED 192.0.2.2:22')
})
