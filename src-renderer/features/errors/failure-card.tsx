import { CircleX } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { leavesSession, type Failure } from '../../../src-main/shared/errors.ts'
import type { FailureAction } from '../../../src-main/shared/failure-actions.ts'
import { Button } from '../../ui/button.tsx'
import { Card, CardHead } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { EndDialog } from '../../ui/end-dialog.tsx'
import { inWords, t } from '../../ui/texts.ts'
import { Evidence } from './evidence.tsx'
import styles from './errors.module.css'

const labels = {
  'vnc-instead': 'vnc.instead',
  'end-and-new': 'failure-card.endAndNew',
  'another-session': 'failure-card.anotherSession',
  'check-site': 'site-check.open',
  'open-portal': 'failure-card.openPortal',
  'forget-certificate': 'failure-card.forgetCertificate',
  'forget-host-key': 'failure-card.forgetHostKey',
  'save-report': 'failure-card.saveReport',
} as const satisfies Record<FailureAction, string>

/** What a page can do about a failure that asks for it (`failure.actions`). */
export type Offers = Partial<Record<FailureAction, () => void>>

/** What went wrong in one sentence, what to do now, and the evidence for the person who has to mend it. */
export function FailureCard({
  failure,
  step,
  busy,
  onRetry,
  onBack,
  offers = {},
}: {
  failure: Failure
  /** Name of the step that failed, in the user's words. */
  step: string | null
  busy: boolean
  /** null: what was asked for is not known any more. */
  onRetry: (() => void) | null
  onBack: (() => void) | null
  offers?: Offers
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { message, nextStep } = inWords(failure)
  const [asked, setAsked] = useState(false)
  const offered = failure.actions.flatMap((action) => {
    const run = offers[action]
    // A session that still runs is ended after a question alone.
    return run
      ? [{ action, run: action === 'end-and-new' && leavesSession(failure) ? () => setAsked(true) : run }]
      : []
  })
  const has = (action: FailureAction) => offered.some((one) => one.action === action) && action
  // Another way to what the user wants, which does not fail for this reason, is the first thing to do then.
  const first =
    has('vnc-instead') ||
    (onRetry && failure.retryable ? 'retry' : has('end-and-new') || has('another-session') || 'back')
  useEffect(() => heading.current?.focus(), [failure])

  return (
    <Card
      labelledBy="failure-title"
      tall
      footer={
        <>
          {offered.map(({ action, run }) => (
            <div key={action} className={styles.action}>
              <Button
                look={action === first ? 'primary' : 'plain'}
                size="large"
                wide
                busy={busy}
                onClick={run}
              >
                {t(labels[action])}
              </Button>
            </div>
          ))}
          <div className={styles.actions}>
            {onRetry && (
              <Button
                look={first === 'retry' ? 'primary' : 'plain'}
                size="large"
                wide
                busy={busy}
                onClick={onRetry}
              >
                {t('failure-card.retry')}
              </Button>
            )}
            {onBack && (
              <Button look={first === 'back' ? 'primary' : 'plain'} size="large" wide onClick={onBack}>
                {t('failure-card.back')}
              </Button>
            )}
          </div>
        </>
      }
    >
      <CardHead
        icon={<CircleX />}
        look="bad"
        headingId="failure-title"
        headingRef={heading}
        title={message}
        errorKind={failure.kind}
      >
        {step && <p className={styles.step}>{t('failure-card.stepFailed', { step })}</p>}
      </CardHead>
      <div className={styles.next}>
        <h2 className={styles.nextTitle}>{t('failure-card.next')}</h2>
        <p>{nextStep}</p>
        {has('vnc-instead') && <p>{t('vnc.insteadNote')}</p>}
      </div>
      <Disclosure summary={t('failure-card.details')}>
        <Evidence failure={failure} />
      </Disclosure>
      {asked && (
        <EndDialog
          instead={false}
          onKeep={() => setAsked(false)}
          onEnd={() => {
            setAsked(false)
            offers['end-and-new']?.()
          }}
        />
      )}
    </Card>
  )
}
