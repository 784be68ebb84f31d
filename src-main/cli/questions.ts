/** Questions of a connection on a terminal; without one they are refused, and the failure says what was asked. */
import type { QuestionHandlers } from '../services/cluster/index.ts'
import type { Question } from '../shared/model/desktop.ts'
import { say } from './output.ts'
import { askLine } from './terminal.ts'

const asking = new Set<string>()

const confirmed = async (text: string): Promise<string[] | null> =>
  /^\s*y(es)?\s*$/i.test((await askLine(text)) ?? '') ? [] : null

/** Asks once for each question and passes the answer on. */
export async function answerQuestion(
  connection: { answer(questionId: string, values: string[] | null): boolean },
  question: Question,
): Promise<void> {
  if (asking.has(question.id)) return
  asking.add(question.id)
  if (question.type === 'browser-sign-in' && process.stdin.isTTY) {
    say(`${question.opened ? 'Sign in in the browser, or open' : 'To sign in, open'} this address there:`)
    say(question.address)
    // Withdrawn when the browser comes back; the step's limit ends the waiting.
    return
  }
  connection.answer(question.id, await answerOf(question))
}

/** What the person at the terminal answers; null: no person is there, or it is refused. */
export async function answerOf(question: Question): Promise<string[] | null> {
  if (question.type === 'browser-sign-in') return []
  if (!process.stdin.isTTY) return question.type === 'token' ? [] : null
  if (question.type === 'token') {
    say(question.problem ?? question.why)
    const token = (await askLine(`Token of ${question.origin} (not shown): `, { hidden: true }))?.trim()
    return token === undefined ? null : token === '' ? [] : [token]
  }
  if (question.type === 'certificate') {
    const until = new Date(question.validTo).toISOString().slice(0, 10)
    const text = `Nobody vouches for the certificate of ${question.origin}.
  subject      ${question.subject}
  issuer       ${question.issuer}
  SHA-256      ${question.fingerprint}
  valid until  ${until}
Is that the fingerprint that your site publishes? [y/N] `
    return confirmed(text)
  }
  if (question.type === 'host-key') {
    const text = `${question.hop} shows the host key ${question.keyType} ${question.fingerprint}.\nIs that right? [y/N] `
    return confirmed(text)
  }
  if (question.type === 'unproved-host') {
    const { session, node, port, why } = question
    return confirmed(`Nothing proves that what answers on ${node}, port ${port}, is the desktop of session ${session}.
${why} Whoever else it is would see what you type.
Go on with it? [y/N] `)
  }
  if (question.type === 'pairing-pin') {
    say(
      question.problem ??
        `The desktop’s host asks for a PIN (${question.pin}). Vizlink types it there for you.`,
    )
    const user = (await askLine('User of the host’s web page: '))?.trim()
    const password = user && (await askLine('Password (not shown): ', { hidden: true }))
    return user && password ? [user, password] : null
  }
  const values: string[] = []
  for (const { text, echo } of question.prompts) {
    const value = await askLine(text, { hidden: !echo })
    if (value === null) return null
    values.push(value)
  }
  return values
}

/** The link process's own questions, answered at the terminal. */
export const terminalQuestions: Omit<QuestionHandlers, 'sign'> = {
  verifyHostKey: async ({ hop, publicKey, fingerprint }) => {
    const keyType = publicKey.split(' ')[0] ?? ''
    return (await answerOf({ type: 'host-key', id: 'host-key', hop, keyType, fingerprint })) !== null
  },
  answerPrompts: ({ hop, title, prompts }) =>
    answerOf({ type: 'prompts', id: 'prompts', hop, title, prompts }),
}
