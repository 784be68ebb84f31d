import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { t } from '../../ui/texts.ts'
import type { Answer } from './store.ts'

/** For fields whose text no program may change or keep. */
export const asTyped = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const

/** The frame of every question: a refusal that is as near as the answer, and nothing answered by leaving. */
export function QuestionForm({
  title,
  refuse,
  accept,
  values,
  answer,
  focus = null,
  more = null,
  children,
}: {
  title: string
  refuse: string
  accept: string
  /** What accepting answers. */
  values: readonly string[]
  answer: Answer
  /** The button that has the focus first; null where a field has it. */
  focus?: 'refuse' | 'accept' | null
  /** A further choice between the two. */
  more?: ReactNode
  children: ReactNode
}) {
  const focused = (which: typeof focus) => (focus === which ? { 'data-autofocus': true } : {})
  return (
    <Dialog
      title={title}
      onCancel={() => answer(null)}
      onSubmit={() => answer([...values])}
      actions={
        <>
          <Button onClick={() => answer(null)} {...focused('refuse')}>
            {refuse}
          </Button>
          {more}
          <Button look="primary" type="submit" {...focused('accept')}>
            {accept}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}

/** A question whether something is to be trusted: yes, or not. The careful answer has the focus. */
export function YesForm({
  about,
  answer,
  children,
}: {
  /** Its texts in the catalogue. */
  about: 'hostKey' | 'certificate' | 'unprovedHost'
  answer: Answer
  children: ReactNode
}) {
  return (
    <QuestionForm
      title={t(`questions.${about}.title`)}
      refuse={t(`questions.${about}.refuse`)}
      accept={t(`questions.${about}.accept`)}
      values={['yes']}
      answer={answer}
      focus="refuse"
    >
      {children}
    </QuestionForm>
  )
}
