import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { evidenceLabel } from '../../../src-main/shared/failure-text.ts'
import { Button } from '../../ui/button.tsx'
import { messages } from '../../ui/messages.ts'
import styles from './errors.module.css'

const text = messages.failure

/** The failure as plain text for a ticket. */
export function failureAsText(failure: Failure): string {
  const evidence = failure.evidence.map((item) => `${evidenceLabel(item, 'en')}:\n${item.value}`)
  return [`${text.kind}: ${failure.kind}`, failure.message, failure.nextStep, ...evidence].join('\n\n')
}

/** Each piece of evidence with its label, and a button that copies all of it. */
export function Evidence({ failure }: { failure: Failure }) {
  const [copy, setCopy] = useState<'not-yet' | 'done' | 'refused'>('not-yet')

  async function copyAll(): Promise<void> {
    try {
      await navigator.clipboard.writeText(failureAsText(failure))
      setCopy('done')
    } catch {
      setCopy('refused')
    }
  }

  return (
    <div className={styles.evidence}>
      <dl className={styles.items}>
        <div>
          <dt className={styles.label}>{text.kind}</dt>
          <dd>
            <code className={styles.kind}>{failure.kind}</code>
          </dd>
        </div>
        {failure.evidence.map((item, index) => (
          <div key={index}>
            <dt className={styles.label}>{evidenceLabel(item, 'en')}</dt>
            <dd>
              <pre className={styles.value} tabIndex={0} aria-label={evidenceLabel(item, 'en')} role="group">
                {item.value}
              </pre>
            </dd>
          </div>
        ))}
      </dl>
      {failure.evidence.length === 0 && <p className={styles.label}>{text.noEvidence}</p>}
      <div className={styles.copy}>
        <Button icon={copy === 'done' ? <Check /> : <Copy />} onClick={() => void copyAll()}>
          {text.copy}
        </Button>
        <span role="status" className={styles.label}>
          {copy === 'done' ? text.copied : copy === 'refused' ? text.copyFailed : ''}
        </span>
      </div>
    </div>
  )
}
