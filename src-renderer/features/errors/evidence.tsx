import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import type { Failure } from '../../../src-main/shared/errors.ts'
import { Button } from '../../ui/button.tsx'
import { labelOf, t } from '../../ui/texts.ts'
import { failureAsText } from './report.ts'
import styles from './errors.module.css'

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
          <dt className={styles.label}>{t('failure-card.kind')}</dt>
          <dd>
            <code className={styles.kind}>{failure.kind}</code>
          </dd>
        </div>
        {failure.evidence.map((item, index) => (
          <div key={index}>
            <dt className={styles.label}>{labelOf(item)}</dt>
            <dd>
              <pre className={styles.value} tabIndex={0} aria-label={labelOf(item)} role="group">
                {item.value}
              </pre>
            </dd>
          </div>
        ))}
      </dl>
      {failure.evidence.length === 0 && <p className={styles.label}>{t('failure-card.noEvidence')}</p>}
      <div className={styles.copy}>
        <Button icon={copy === 'done' ? <Check /> : <Copy />} onClick={() => void copyAll()}>
          {t('failure-card.copy')}
        </Button>
        <span role="status" className={styles.label}>
          {copy === 'done'
            ? t('failure-card.copied')
            : copy === 'refused'
              ? t('failure-card.copyFailed')
              : ''}
        </span>
      </div>
    </div>
  )
}
