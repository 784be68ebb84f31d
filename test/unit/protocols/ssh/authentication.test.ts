/** What one SSH server may ask of a person: three answers to a question, four factors, and nothing after a refusal. */
import { expect, test } from 'vitest'
import { createAuthentication, type Prompt } from '../../../../src-main/protocols/ssh/authentication.ts'

/** A login at a server whose offer the test sets; what is tried next, `false` where nothing is. */
function login(answer: string | null = 'secret') {
  const unanswered: Prompt[][] = []
  const handler = createAuthentication({
    user: 'ada',
    agent: {} as never,
    answer: async () => (answer === null ? null : [answer]),
    unanswered: (prompts) => void unanswered.push(prompts),
  })
  const offered = (methods: string[] | null, partialSuccess: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      const next = (method: unknown): void => resolve(method && (method as { type: string }).type)
      handler(methods as never, partialSuccess, next)
    })
  return { offered, unanswered }
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

test('a question without an answer is reported at once, with what was asked', async () => {
  const { offered, unanswered } = login(null)
  await offered(null, false)
  void offered(['password'], false)
  await expect.poll(() => unanswered).toEqual([[{ text: 'Password: ', echo: false }]])
})
