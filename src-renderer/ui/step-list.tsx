import { Check, Circle, X } from 'lucide-react'
import { classNames } from './class-names.ts'
import styles from './step-list.module.css'

export interface StepItem {
  key: string
  label: string
  status: 'pending' | 'active' | 'done' | 'failed'
  /** What the status is called, for screen readers. */
  statusLabel: string
  /** Elapsed time in words; empty before the step. */
  time: string
}

const icons = { pending: Circle, active: Circle, done: Check, failed: X }

/** Steps in their order, each one line of fixed height: nothing moves while they pass. */
export function StepList({ steps, label }: { steps: readonly StepItem[]; label: string }) {
  return (
    <ol className={styles.list} aria-label={label}>
      {steps.map((step) => {
        const Icon = icons[step.status]
        return (
          <li
            key={step.key}
            className={classNames(styles.step, styles[step.status])}
            aria-current={step.status === 'active' ? 'step' : undefined}
            data-step={step.key}
            data-status={step.status}
          >
            <span className={styles.mark} aria-hidden="true">
              <Icon />
            </span>
            <span className={styles.label}>
              {step.label}
              <span className="only-read-out">, {step.statusLabel}</span>
            </span>
            <span className={styles.time}>{step.time}</span>
          </li>
        )
      })}
    </ol>
  )
}
