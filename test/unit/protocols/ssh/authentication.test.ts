/** What one SSH server may ask of a person: three answers to a question, four factors, and nothing after a refusal. */
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2'
import { expect, test } from 'vitest'
import { createAuthentication, type Prompt } from '../../../../src-main/protocols/ssh/authentication.ts'
import { newPublicKey } from '../../../support/public-key.ts'

type PromptHandler = (
  name: string,
  instructions: string,
  language: string,
  prompts: { prompt: string; echo: boolean }[],
  finish: (answers: string[]) => void,
) => void

/** A login at a server whose offer the test sets; what is tried next, `false` where nothing is. */
function login(answer: string | null = 'secret', publicKeys: string[] = []) {
  const unanswered: Prompt[][] = []
  const keys: string[] = []
  const pauses: string[] = []
  const authentication = createAuthentication({
    user: 'ada',
    publicKeys,
    sign: async () => Buffer.from('signature'),
    personAtWork: () => void pauses.push('pause'),
    answer: async () => (answer === null ? null : [answer]),
    unanswered: (prompts) => void unanswered.push(prompts),
  })
  let challenge = async (_text: string): Promise<unknown> => null
  const offered = (methods: string[] | null, partialSuccess: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      const next = (method: unknown): void => {
        const { type, agent } = (method || {}) as { type?: string; agent?: BaseAgent<ParsedKey> }
        agent?.getIdentities((_error, [key] = []) => {
          const named = key as ParsedKey
          keys.push(`${named.type} ${named.getPublicSSH().toString('base64')}`)
          agent.sign(named, Buffer.from(''), {}, () => undefined)
        })
        const { prompt } = (method || {}) as { prompt?: PromptHandler }
        challenge = (text) =>
          new Promise((answered) => prompt?.('', '', '', [{ prompt: text, echo: false }], answered))
        resolve(type ?? method)
      }
      authentication.handler(methods as never, partialSuccess, next)
    })
  /** What is answered to a prompt of the attempt under way. */
  const challenged = (text: string): Promise<unknown> => challenge(text)
  return { offered, unanswered, authentication, keys, pauses, challenged }
}

test('a server that takes no password is given three', async () => {
  const { offered } = login()
  expect(await offered(null, false)).toBe('none')
  const tried: unknown[] = []
  for (let time = 0; time < 4; time++) tried.push(await offered(['password'], false))
  expect(tried).toEqual(['password', 'password', 'password', false])
})

test('a server that wants factor after factor gets no fifth', async () => {
  const { offered } = login()
  await offered(null, false)
  const tried: unknown[] = [await offered(['password'], false)]
  for (let factor = 0; factor < 4; factor++) tried.push(await offered(['password'], true))
  expect(tried).toEqual(['password', 'password', 'password', 'password', false])
})

test('a mistyped code may be given again where a challenge asks for several things', async () => {
  const { offered, challenged } = login()
  const challenges = ['keyboard-interactive']
  await offered(null, false)
  const tried: unknown[] = []
  for (let time = 0; time < 4; time++) {
    const type = await offered(challenges, false)
    tried.push(type)
    if (type === false) break
    for (const text of ['Password: ', 'Passcode or option (1-2): ', 'Code: '])
      expect(await challenged(text)).toEqual(['secret'])
  }
  expect(tried).toEqual(['keyboard-interactive', 'keyboard-interactive', 'keyboard-interactive', false])
  expect(await offered(['password'], false)).toBe(false)
})

test('a question without an answer is reported at once, with what was asked', async () => {
  const { offered, unanswered } = login(null)
  await offered(null, false)
  void offered(['password'], false)
  await expect.poll(() => unanswered).toEqual([[{ text: 'Password: ', echo: false }]])
})

/** A server's refusals, as they are heard; what is tried after each. */
async function refusals(
  client: ReturnType<typeof login>,
  methods: string[],
  times: number,
): Promise<unknown[]> {
  await client.offered(null, false)
  const types: unknown[] = []
  for (let time = 0; time < times; time++) {
    client.authentication.heard(methods, false)
    types.push(await client.offered(methods, false))
  }
  return types
}

const newRsaKey = (): string =>
  ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).public.split(' ').slice(0, 2).join(' ')

test('B15 of many keys five are offered, best first; the next method follows, while the server still listens', async () => {
  const keys = Array.from({ length: 8 }, newPublicKey)
  const client = login('secret', keys)
  const types = await refusals(client, ['publickey', 'password'], 6)
  expect(types).toEqual([...Array.from({ length: 5 }, () => 'agent'), 'password'])
  expect(client.keys).toEqual(keys.slice(0, 5))
  expect(client.authentication.tried).toMatchObject({ keysOffered: 5, keysLeft: 3 })
})

test('B24 an RSA key is offered once more for SHA-512, behind all others', async () => {
  const [rsa, other] = [newRsaKey(), newPublicKey()]
  const client = login('secret', [rsa, other])
  expect(await refusals(client, ['publickey'], 4)).toEqual(['agent', 'agent', 'agent', false])
  expect(client.keys).toEqual([rsa, other, rsa.replace('ssh-rsa', 'rsa-sha2-512')])
  expect(client.authentication.tried).toMatchObject({ keysOffered: 2, keysLeft: 0 })
})

test('after one factor the methods are those that the server named last', async () => {
  const client = login('secret', [newPublicKey(), newPublicKey()])
  await client.offered(null, false)
  client.authentication.heard(['publickey'], false)
  expect(await client.offered(['publickey'], false)).toBe('agent')
  client.authentication.heard(['keyboard-interactive'], true)
  // ssh2 still passes on what it heard before the key.
  expect(await client.offered(['publickey'], false)).toBe('keyboard-interactive')
})

test('a proof is open until the server has judged it', async () => {
  const client = login('secret', [newPublicKey()])
  await refusals(client, ['publickey', 'password'], 1)
  await expect.poll(() => client.authentication.tried.proofGiven).toBe(true)
  client.authentication.heard(['publickey', 'password'], false)
  expect(client.authentication.tried.proofGiven).toBe(false)
})

test('B18 the clock is paused where a person may be at work: at a challenge, and after an answer', async () => {
  const client = login()
  await refusals(client, ['keyboard-interactive'], 1)
  expect(client.pauses).toHaveLength(1)
  client.authentication.heard(['password'], false)
  await client.offered(['password'], false)
  await expect.poll(() => client.pauses).toHaveLength(2)
})
