/** What the user is asked, and what not again. */
import { expect, test } from 'vitest'
import { QuestionBoard } from '../../../../src-main/services/questions/board.ts'
import type { Question } from '../../../../src-main/shared/model/desktop.ts'

/** A board whose user gives the same answer to everything. */
function answering(values: string[] | null) {
  const asked: Question[] = []
  const board: QuestionBoard = new QuestionBoard((question) => {
    if (!question) return
    asked.push(question)
    queueMicrotask(() => board.answer(question.id, values))
  })
  return { board, asked }
}
const shown = (hop: string, key: string) => ({
  hop,
  publicKey: `ssh-ed25519 ${key}`,
  fingerprint: `of ${key}`,
})

test('a host key that was confirmed is not asked about again: not when reconnecting, not when keys are renewed', async () => {
  const { board, asked } = answering([])
  for (let time = 0; time < 3; time++)
    expect(await board.handlers.verifyHostKey(shown('login', 'A'))).toBe(true)
  expect(asked).toHaveLength(1)
})

test.each([
  ['another key of the host', shown('login', 'B')],
  ['the same key at another host', shown('node', 'A')],
])('%s is asked about', async (_what, other) => {
  const { board, asked } = answering([])
  await board.handlers.verifyHostKey(shown('login', 'A'))
  await board.handlers.verifyHostKey(other)
  expect(asked).toMatchObject([
    { type: 'host-key', hop: 'login' },
    { type: 'host-key', hop: other.hop, fingerprint: other.fingerprint },
  ])
})

test('what is asked after the end is refused, and not shown', async () => {
  const { board, asked } = answering([])
  board.close()
  expect(await board.handlers.verifyHostKey(shown('login', 'A'))).toBe(false)
  expect(asked).toEqual([])
})

test('a refusal is not remembered', async () => {
  const { board, asked } = answering(null)
  expect(await board.handlers.verifyHostKey(shown('login', 'A'))).toBe(false)
  expect(await board.handlers.verifyHostKey(shown('login', 'A'))).toBe(false)
  expect(asked).toHaveLength(2)
})

test('B16 a passphrase is asked for; without an answer there is none', async () => {
  const { board, asked } = answering(['secret'])
  expect(await board.handlers.askPassphrase('/home/ada/.ssh/id', true)).toBe('secret')
  expect(asked).toMatchObject([{ type: 'passphrase', file: '/home/ada/.ssh/id', again: true }])
  expect(await answering(null).board.handlers.askPassphrase('/k', false)).toBeNull()
})

test('B19 what a server says is passed on, and not after the end', async () => {
  const notices: string[] = []
  const board = new QuestionBoard(
    () => undefined,
    ({ hop, text }) => void notices.push(`${hop}: ${text}`),
  )
  await board.handlers.notice?.({ hop: 'login', text: 'Approve on your phone' })
  board.close()
  await board.handlers.notice?.({ hop: 'login', text: 'too late' })
  expect(notices).toEqual(['login: Approve on your phone'])
})
