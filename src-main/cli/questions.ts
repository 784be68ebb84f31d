/** Questions of a connection on a terminal; without one they are refused, and the failure says what was asked. */
import { createInterface } from 'node:readline/promises'
import type { QuestionHandlers } from '../services/link/link-client.ts'
import type { Question } from '../shared/model/connection.ts'
import { say } from './output.ts'

const asking = new Set<string>()

async function ask(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(text)
  } finally {
    terminal.close()
  }
}

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
  if (question.type === 'pairing-pin' && process.stdin.isTTY) {
    say(`Open ${question.address} and type the PIN ${question.pin} there.`)
    // Withdrawn when the host has taken it.
    return
  }
  connection.answer(question.id, await answerOf(question))
}

/** What the person at the terminal answers; null: nobody is there, or it is refused. */
export async function answerOf(question: Question): Promise<string[] | null> {
  // A token would be echoed by this terminal: --token-stdin passes it.
  if (question.type === 'browser-sign-in' || question.type === 'token') return []
  if (!process.stdin.isTTY) return null
  if (question.type === 'certificate') {
    const until = new Date(question.validTo).toISOString().slice(0, 10)
    const text = `Nobody vouches for the certificate of ${question.origin}.
  subject      ${question.subject}
  issuer       ${question.issuer}
  SHA-256      ${question.fingerprint}
  valid until  ${until}
Is that the fingerprint that your site publishes? [y/N] `
    return /^y(es)?$/i.test((await ask(text)).trim()) ? [] : null
  }
  if (question.type === 'host-key') {
    const text = `${question.hop} shows the host key ${question.keyType} ${question.fingerprint}.\nIs that right? [y/N] `
    return /^y(es)?$/i.test((await ask(text)).trim()) ? [] : null
  }
  if (question.type === 'pairing-pin') return null
  // Hidden answers would be echoed by this terminal: they are not asked for here.
  if (question.prompts.some((prompt) => !prompt.echo)) return null
  const values: string[] = []
  for (const prompt of question.prompts) values.push(await ask(prompt.text))
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
