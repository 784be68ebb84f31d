/** Questions of a desktop on a terminal; without one they are refused, and the failure says what was asked. */
import type { Interaction } from '../services/auth/index.ts'
import type { LoginQuestions } from '../services/cluster/index.ts'
import type { Question } from '../shared/model/desktop.ts'
import { say } from './output.ts'
import { askLine } from './terminal.ts'
import { language, padded, t } from './texts.ts'
import { saidIn } from '../shared/texts/index.ts'

const asking = new Set<string>()

const confirmed = async (text: string): Promise<string[] | null> =>
  /^\s*y(es)?\s*$/i.test((await askLine(`${text} ${t('cli.ask.yesNo')} `)) ?? '') ? [] : null

/** Asks once for each question and passes the answer on. */
export async function answerQuestion(
  desktop: { answer(questionId: string, values: string[] | null): boolean },
  question: Question,
): Promise<void> {
  if (asking.has(question.id)) return
  asking.add(question.id)
  if (question.type === 'browser-sign-in' && process.stdin.isTTY) {
    say(t(question.opened ? 'cli.ask.openAlso' : 'cli.ask.open'))
    say(question.address)
    // Withdrawn when the browser comes back; the step's limit ends the waiting.
    return
  }
  desktop.answer(question.id, await answerOf(question))
}

/** What the person at the terminal answers; null: no person is there, or it is refused. */
export async function answerOf(question: Question): Promise<string[] | null> {
  if (question.type === 'browser-sign-in') return []
  if (!process.stdin.isTTY) return question.type === 'token' ? [] : null
  if (question.type === 'token') {
    say(saidIn(question.problem ?? question.why, language))
    const token = (
      await askLine(`${t('cli.ask.token', { origin: question.origin })}: `, { hidden: true })
    )?.trim()
    return token === undefined ? null : token === '' ? [] : [token]
  }
  if (question.type === 'certificate') {
    const until = new Date(question.validTo).toISOString().slice(0, 10)
    const facts = [
      [t('cli.ask.subject'), question.subject || t('questions.certificate.nameless')],
      [t('cli.ask.issuer'), question.issuer || t('questions.certificate.nameless')],
      ['SHA-256', question.fingerprint],
      [t('cli.ask.until'), until],
    ].map(([name = '', value = '']) => `  ${padded(name, 12)} ${value}`)
    return confirmed(
      [t('cli.ask.certificate', { origin: question.origin }), ...facts, t('cli.ask.published')].join('\n'),
    )
  }
  if (question.type === 'host-key') {
    const { hop, keyType: type, fingerprint } = question
    return confirmed(`${t('cli.ask.hostKey', { hop, type, fingerprint })}\n${t('cli.ask.right')}`)
  }
  if (question.type === 'unproved-host') {
    const { session, node, port, why } = question
    return confirmed(
      `${t('questions.unprovedHost.text', { node, port, session })}\n${saidIn(why, language)} ${t('cli.ask.risk')}\n${t('cli.ask.use')}`,
    )
  }
  if (question.type === 'pairing-pin') {
    say(
      question.problem === null
        ? t('cli.ask.pin', { pin: question.pin })
        : saidIn(question.problem, language),
    )
    const user = (await askLine(`${t('cli.ask.hostUser')}: `))?.trim()
    const password = user && (await askLine(`${t('cli.ask.password')}: `, { hidden: true }))
    return user && password ? [user, password] : null
  }
  if (question.type === 'passphrase') {
    const { file, again } = question
    if (again) say(t('questions.passphrase.wrong'))
    const passphrase = await askLine(`${t('cli.ask.passphrase', { file })}: `, { hidden: true })
    return passphrase === null ? null : [passphrase]
  }
  const values: string[] = []
  for (const { text, echo } of question.prompts) {
    const value = await askLine(text, { hidden: !echo })
    if (value === null) return null
    values.push(value)
  }
  return values
}

/** The portal's questions, answered at the terminal. */
export const terminal: Interaction = {
  ask: (question, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true })
      void answerQuestion({ answer: (_id, values) => (resolve(values), true) }, question)
    }),
}

/** The link process's own questions, answered at the terminal. */
export const terminalQuestions: LoginQuestions = {
  verifyHostKey: async ({ hop, publicKey, fingerprint }) => {
    const keyType = publicKey.split(' ')[0] ?? ''
    return (await answerOf({ type: 'host-key', id: 'host-key', hop, keyType, fingerprint })) !== null
  },
  answerPrompts: ({ hop, title, prompts }) =>
    answerOf({ type: 'prompts', id: 'prompts', hop, title, prompts }),
  askPassphrase: async (file, again) => {
    const [passphrase] = (await answerOf({ type: 'passphrase', id: 'passphrase', file, again })) ?? []
    return passphrase ?? null
  },
  notice: (notice) => {
    say(t('cli.ask.serverSays', { ...notice }))
    return Promise.resolve(null)
  },
}
