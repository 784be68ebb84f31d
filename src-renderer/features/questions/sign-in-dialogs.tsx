/** Questions of a sign-in at the portal: its certificate, the browser that is out, a token instead. */
import { useState } from 'react'
import type { Saying } from '../../../src-main/shared/texts/index.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatDay } from '../../ui/format.ts'
import { say, t } from '../../ui/texts.ts'
import { asTyped, QuestionForm, YesForm } from './question-form.tsx'
import styles from './questions.module.css'
import type { Answer, Of } from './store.ts'

const maximumToken = 10_000

export function CertificateDialog({ question, answer }: { question: Of<'certificate'>; answer: Answer }) {
  return (
    <YesForm about="certificate" answer={answer}>
      <p>{t('questions.certificate.text', { origin: question.origin })}</p>
      <FigureList>
        <Figure name={t('questions.certificate.subject')}>
          {question.subject || t('questions.certificate.nameless')}
        </Figure>
        <Figure name={t('questions.certificate.issuer')}>
          {question.issuer || t('questions.certificate.nameless')}
        </Figure>
        <Figure name={t('questions.certificate.validTo')}>{formatDay(question.validTo)}</Figure>
      </FigureList>
      <div>
        <p className="quiet-text">{t('questions.certificate.fingerprint')}</p>
        <p className={styles.fingerprint}>{question.fingerprint}</p>
      </div>
      <p>{t('questions.hostKey.compare')}</p>
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
  const [pasting, setPasting] = useState(question.problem !== null)
  const [token, setToken] = useState('')
  return (
    <QuestionForm
      title={t('questions.browser.title')}
      refuse={t('questions.browser.cancel')}
      accept={pasting ? t('questions.token.send') : t('questions.browser.again')}
      values={pasting ? ['token', token] : ['open']}
      answer={answer}
      focus={pasting ? null : 'accept'}
      more={!pasting && <Button onClick={() => setPasting(true)}>{t('questions.browser.paste')}</Button>}
    >
      <p>
        {question.opened
          ? t('questions.browser.waiting', { origin: question.origin })
          : t('questions.browser.notOpened')}
      </p>
      {!question.opened && <p className={styles.fingerprint}>{question.address}</p>}
      {pasting && <TokenField value={token} problem={question.problem} onChange={setToken} />}
      {!pasting && <p className="quiet-text">{t('questions.browser.comesBack')}</p>}
    </QuestionForm>
  )
}

export function TokenDialog({ question, answer }: { question: Of<'token'>; answer: Answer }) {
  const [token, setToken] = useState('')
  return (
    <QuestionForm
      title={t('questions.token.title')}
      refuse={t('questions.token.cancel')}
      accept={t('questions.token.send')}
      values={[token]}
      answer={answer}
    >
      <p>{say(question.why)}</p>
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
  problem: Saying | null
  onChange: (value: string) => void
}) {
  return (
    <TextField
      label={t('questions.token.label')}
      hint={problem === null ? t('questions.token.hint') : say(problem)}
      type="password"
      value={value}
      maxLength={maximumToken}
      {...asTyped}
      aria-invalid={problem !== null}
      data-autofocus
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
