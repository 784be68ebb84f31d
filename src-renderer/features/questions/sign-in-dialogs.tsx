/** Questions of a sign-in at the portal: its certificate, the browser that is out, a token instead. */
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatDay } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'
import { QuestionForm, YesForm } from './question-form.tsx'
import styles from './questions.module.css'
import type { Answer, Of } from './store.ts'

const text = messages.questions
const maximumToken = 10_000

export function CertificateDialog({ question, answer }: { question: Of<'certificate'>; answer: Answer }) {
  const words = text.certificate
  return (
    <YesForm words={words} answer={answer}>
      <p>{words.text(question.origin)}</p>
      <FigureList>
        <Figure name={words.subject}>{question.subject}</Figure>
        <Figure name={words.issuer}>{question.issuer}</Figure>
        <Figure name={words.validTo}>{formatDay(question.validTo)}</Figure>
      </FigureList>
      <div>
        <p className={styles.label}>{words.fingerprint}</p>
        <p className={styles.fingerprint}>{question.fingerprint}</p>
      </div>
      <p>{words.compare}</p>
    </YesForm>
  )
}

export function BrowserSignInDialog({
  question,
  answer,
}: {
  question: Of<'browser-sign-in'>
  answer: Answer
}) {
  const words = text.browser
  const [pasting, setPasting] = useState(question.problem !== null)
  const [token, setToken] = useState('')
  return (
    <QuestionForm
      title={words.title}
      refuse={words.cancel}
      accept={pasting ? text.token.send : words.again}
      values={pasting ? ['token', token] : ['open']}
      answer={answer}
      focus={pasting ? null : 'accept'}
      more={!pasting && <Button onClick={() => setPasting(true)}>{words.paste}</Button>}
    >
      <p>{question.opened ? words.waiting(question.origin) : words.notOpened}</p>
      {!question.opened && <p className={styles.fingerprint}>{question.address}</p>}
      {pasting && <TokenField value={token} problem={question.problem} onChange={setToken} />}
      {!pasting && <p className={styles.quiet}>{words.comesBack}</p>}
    </QuestionForm>
  )
}

export function TokenDialog({ question, answer }: { question: Of<'token'>; answer: Answer }) {
  const words = text.token
  const [token, setToken] = useState('')
  return (
    <QuestionForm
      title={words.title}
      refuse={words.cancel}
      accept={words.send}
      values={[token]}
      answer={answer}
    >
      <p>{question.why}</p>
      <TokenField value={token} problem={question.problem} onChange={setToken} />
    </QuestionForm>
  )
}

function TokenField({
  value,
  problem,
  onChange,
}: {
  value: string
  problem: string | null
  onChange: (value: string) => void
}) {
  return (
    <TextField
      label={text.token.label}
      hint={problem ?? text.token.hint}
      type="password"
      value={value}
      maxLength={maximumToken}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      aria-invalid={problem !== null}
      data-autofocus
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
