import { CircleCheck, CircleHelp, CircleX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { CheckResult, WordedFinding } from '../../../src-main/shared/model/site-check.ts'
import {
  bySection,
  headingOf,
  isProblem,
  wordsAndCode,
} from '../../../src-main/shared/model/site-check-words.ts'
import styles from './site-check.module.css'
import { t } from '../../ui/texts.ts'

const icons: Readonly<Record<CheckResult, typeof CircleX>> = {
  pass: CircleCheck,
  warning: TriangleAlert,
  fail: CircleX,
  'not-testable': CircleHelp,
}
const looks: Readonly<Record<CheckResult, string | undefined>> = {
  pass: styles.pass,
  warning: styles.warning,
  fail: styles.fail,
  'not-testable': styles.untested,
}

/** All findings by section; those that are not as they should be with their details. */
export function Findings({
  findings,
  onlyProblems,
}: {
  findings: readonly WordedFinding[]
  onlyProblems: boolean
}) {
  const shown = onlyProblems ? findings.filter(isProblem) : findings
  if (shown.length === 0) return <p className="quiet-text">{t('site-check.noProblems')}</p>
  return bySection(shown).map((section) => (
    <section key={section.id} aria-labelledby={`check-${section.id}`}>
      <h3 id={`check-${section.id}`} className={styles.section}>
        {t(`site-check.sections.${section.id}`)}
      </h3>
      <ul className={styles.list}>
        {section.findings.map((finding) => (
          <Finding key={finding.id} finding={finding} />
        ))}
      </ul>
    </section>
  ))
}

function Finding({ finding }: { finding: WordedFinding }) {
  const Icon = icons[finding.result]
  const { reason, seen } = finding
  return (
    <li className={styles.finding} data-finding={finding.id} data-result={finding.result}>
      <Icon className={looks[finding.result]} aria-hidden="true" />
      <div className={styles.words}>
        <div className={styles.row}>
          <p className={styles.name}>
            <span className={looks[finding.result]}>{t(`site-check.results.${finding.result}`)}</span>{' '}
            {headingOf(finding)}
          </p>
          <code className={styles.id}>{finding.id}</code>
        </div>
        <dl className={styles.details}>
          {reason === null ? (
            <Detail label={t('site-check.details.seen')}>{seen}</Detail>
          ) : (
            <Detail label={t('site-check.details.reason')}>{reason}</Detail>
          )}
          {isProblem(finding) && (
            <>
              <Detail label={t('site-check.details.meaning')}>{marked(finding.meaning)}</Detail>
              <Detail label={t('site-check.details.change')}>{marked(finding.change)}</Detail>
            </>
          )}
        </dl>
      </div>
    </li>
  )
}

function Detail({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.detail}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const marked = (words: string): ReactNode =>
  wordsAndCode(words).map((part) =>
    part.code ? (
      <code key={part.text} className={styles.code}>
        {part.text}
      </code>
    ) : (
      part.text
    ),
  )
