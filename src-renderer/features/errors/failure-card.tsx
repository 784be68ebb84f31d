import { CircleX } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Failure, FailureAction } from '../../../src-main/shared/errors.ts'
import { Button } from '../../ui/button.tsx'
import { Card, CardHead } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { inWords, t } from '../../ui/texts.ts'
import { Evidence } from './evidence.tsx'
import styles from './errors.module.css'

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
  /** What this page can do about a failure that asks for it (`failure.actions`). */
  offers?: Partial<Record<FailureAction, () => void>>
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { message, nextStep } = inWords(failure)
  // Another way to what the user wants, which does not fail for this reason, is the first thing to do then.
  const instead = failure.actions.includes('vnc-instead') && offers['vnc-instead']
  const checkSite = failure.actions.includes('check-site') && offers['check-site']
  useEffect(() => heading.current?.focus(), [failure])

  return (
    <Card
      labelledBy="failure-title"
      tall
      footer={
        <>
          {instead && (
            <div className={styles.instead}>
              <Button look="primary" size="large" wide busy={busy} onClick={instead}>
                {t('vnc.instead')}
              </Button>
            </div>
          )}
          {checkSite && (
            <div className={styles.instead}>
              <Button size="large" wide onClick={checkSite}>
                {t('site-check.open')}
              </Button>
            </div>
          )}
          <div className={styles.actions}>
            {onRetry && (
              <Button
                look={failure.retryable && !instead ? 'primary' : 'plain'}
                size="large"
                wide
                busy={busy}
                onClick={onRetry}
              >
                {t('failure-card.retry')}
              </Button>
            )}
            {onBack && (
              <Button
                look={(onRetry && failure.retryable) || instead ? 'plain' : 'primary'}
                size="large"
                wide
                onClick={onBack}
              >
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
        {instead && <p>{t('vnc.insteadNote')}</p>}
      </div>
      <Disclosure summary={t('failure-card.details')}>
        <Evidence failure={failure} />
      </Disclosure>
    </Card>
  )
}
