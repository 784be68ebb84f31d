import { CircleX } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { Button } from '../../ui/button.tsx'
import { Card, CardHead } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { messages } from '../../ui/messages.ts'
import { Evidence } from './evidence.tsx'
import styles from './errors.module.css'

const text = messages.failure

/** What went wrong in one sentence, what to do now, and the evidence for the person who has to mend it. */
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
                {text.retry}
              </Button>
            )}
            {onBack && (
              <Button
                look={(onRetry && failure.retryable) || instead ? 'plain' : 'primary'}
                size="large"
                wide
                onClick={onBack}
              >
                {text.back}
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
        {step && <p className={styles.step}>{text.stepFailed(step)}</p>}
      </CardHead>
      <div className={styles.next}>
        <h2 className={styles.nextTitle}>{text.next}</h2>
        <p>{failure.nextStep}</p>
        {instead && <p>{instead.note}</p>}
      </div>
      <Disclosure summary={text.details}>
        <Evidence failure={failure} />
      </Disclosure>
    </Card>
  )
}
