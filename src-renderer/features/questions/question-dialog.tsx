import { useState } from 'react'
import { useStore } from 'zustand'
import { assertNever } from '../../../src-main/shared/errors.ts'
import type { Question } from '../../../src-main/shared/model/desktop.ts'
import { TextField } from '../../ui/field.tsx'
import { say, t } from '../../ui/texts.ts'
import { asTyped, QuestionForm, YesForm } from './question-form.tsx'
import styles from './questions.module.css'
import { BrowserSignInDialog, CertificateDialog, TokenDialog } from './sign-in-dialogs.tsx'
import type { Answer, Asker, Of, QuestionStore } from './store.ts'

const maxLength = 1024

/** The question that somebody has open, as a modal dialog; nothing where there is none. */
export function QuestionDialog({
  asker,
  question,
  store,
}: {
  asker: Asker
  question: Question | null
  store: QuestionStore
}) {
  const answered = useStore(store, (state) => state.answered)
  if (!question || answered.has(question.id)) return null
  const answer: Answer = (values) => void store.answer(asker, question.id, values)
  switch (question.type) {
    case 'host-key':
      return <HostKeyDialog key={question.id} question={question} answer={answer} />
    case 'prompts':
      return <PromptsDialog key={question.id} question={question} answer={answer} />
    case 'passphrase':
      return <PassphraseDialog key={question.id} question={question} answer={answer} />
    case 'certificate':
      return <CertificateDialog key={question.id} question={question} answer={answer} />
    case 'browser-sign-in':
      return <BrowserSignInDialog key={question.id} question={question} answer={answer} />
    case 'token':
      return <TokenDialog key={question.id} question={question} answer={answer} />
    case 'unproved-host':
      return <UnprovedHostDialog key={question.id} question={question} answer={answer} />
    case 'pairing-pin':
      return <PinDialog key={question.id} question={question} answer={answer} />
    default:
      return assertNever(question, 'question')
  }
}

function HostKeyDialog({ question, answer }: { question: Of<'host-key'>; answer: Answer }) {
  return (
    <YesForm about="hostKey" answer={answer}>
      <p>{t('questions.hostKey.text', { hop: question.hop })}</p>
      <div>
        <p className="quiet-text">{t('questions.hostKey.fingerprint', { type: question.keyType })}</p>
        <p className={styles.fingerprint}>{question.fingerprint}</p>
      </div>
      <p>{t('questions.hostKey.compare')}</p>
    </YesForm>
  )
}

function UnprovedHostDialog({ question, answer }: { question: Of<'unproved-host'>; answer: Answer }) {
  return (
    <YesForm about="unprovedHost" answer={answer}>
      <p>
        {t('questions.unprovedHost.text', {
          session: question.session,
          node: question.node,
          port: question.port,
        })}
      </p>
      <p>{say(question.why)}</p>
      <p>{t('questions.unprovedHost.risk')}</p>
    </YesForm>
  )
}

function PromptsDialog({ question, answer }: { question: Of<'prompts'>; answer: Answer }) {
  const [values, setValues] = useState<string[]>(() => question.prompts.map(() => ''))
  return (
    <QuestionForm
      title={question.title}
      refuse={t('questions.prompts.refuse')}
      accept={t('questions.prompts.send')}
      values={values}
      answer={answer}
    >
      <p className="quiet-text">{t('questions.prompts.at', { hop: question.hop })}</p>
      {question.prompts.map((prompt, index) => (
        <TextField
          key={index}
          label={prompt.text}
          type={prompt.echo ? 'text' : 'password'}
          value={values[index] ?? ''}
          maxLength={maxLength}
          {...asTyped}
          {...(index === 0 ? { 'data-autofocus': true } : {})}
          onChange={(event) => setValues(values.with(index, event.target.value))}
        />
      ))}
    </QuestionForm>
  )
}

function PassphraseDialog({ question, answer }: { question: Of<'passphrase'>; answer: Answer }) {
  const [passphrase, setPassphrase] = useState('')
  return (
    <QuestionForm
      title={t('questions.passphrase.title')}
      refuse={t('questions.passphrase.refuse')}
      accept={t('questions.passphrase.unlock')}
      values={[passphrase]}
      answer={answer}
    >
      <p>{t('questions.passphrase.text', { file: question.file })}</p>
      {question.again && <p role="alert">{t('questions.passphrase.wrong')}</p>}
      <TextField
        label={t('questions.passphrase.label')}
        type="password"
        value={passphrase}
        maxLength={1024}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
        aria-invalid={question.again}
        onChange={(event) => setPassphrase(event.target.value)}
      />
    </QuestionForm>
  )
}

function PinDialog({ question, answer }: { question: Of<'pairing-pin'>; answer: Answer }) {
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const field = { ...asTyped, maxLength, 'aria-invalid': question.problem !== null }
  return (
    <QuestionForm
      title={t('questions.pin.title')}
      refuse={t('questions.pin.refuse')}
      accept={t('questions.pin.send')}
      values={[user, password]}
      answer={answer}
    >
      <p>{t('questions.pin.text')}</p>
      <TextField
        {...field}
        label={t('questions.pin.user')}
        value={user}
        data-autofocus
        onChange={(event) => setUser(event.target.value)}
      />
      <TextField
        {...field}
        {...(question.problem === null ? {} : { hint: say(question.problem) })}
        label={t('questions.pin.password')}
        type="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <p className="quiet-text">{t('questions.pin.byHand')}</p>
      <p className={styles.pin}>{question.pin}</p>
    </QuestionForm>
  )
}
