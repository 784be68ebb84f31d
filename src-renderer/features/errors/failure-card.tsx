import { CircleX } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { Button } from '../../ui/button.tsx'
import { Card, CardHead } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { t } from '../../ui/texts.ts'
import { Evidence } from './evidence.tsx'
import styles from './errors.module.css'

/** What went wrong in one sentence, what to do now, and the evidence for whoever has to mend it. */
export function FailureCard({
  failure,
  step,
  busy,
  onRetry,
  onBack,
  instead = null,
}: {
  failure: Failure
  /** Name of the step that failed, in the user's words. */
  step: string | null
  busy: boolean
  /** null: what was asked for is not known any more. */
  onRetry: (() => void) | null
  onBack: (() => void) | null
  /** Another way to what the user wants, which does not fail for this reason: the first thing to do then. */
  instead?: { label: string; note: string; choose: () => void } | null
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [failure])

  return (
    <Card
      labelledBy="failure-title"
      tall
      footer={
        <>
          {instead && (
            <div className={styles.instead}>
              <Button look="primary" size="large" wide busy={busy} onClick={instead.choose}>
                {instead.label}
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
        title={failure.message}
        errorKind={failure.kind}
      >
        {step && <p className={styles.step}>{t('failure-card.stepFailed', { step })}</p>}
      </CardHead>
      <div className={styles.next}>
        <h2 className={styles.nextTitle}>{t('failure-card.next')}</h2>
        <p>{failure.nextStep}</p>
        {instead && <p>{instead.note}</p>}
      </div>
      <Disclosure summary={t('failure-card.details')}>
        <Evidence failure={failure} />
      </Disclosure>
    </Card>
  )
}
