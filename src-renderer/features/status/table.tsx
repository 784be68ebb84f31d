import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { t } from '../../ui/texts.ts'
import styles from './status.module.css'

const mostRows = 40

/** Rows in two or three columns, whose headings are read out alone. */
export function Table({ headings, children }: { headings: readonly string[]; children: ReactNode }) {
  return (
    <table className={classNames(styles.table, headings.length === 2 && styles.two)}>
      <thead className="only-read-out">
        <tr>
          {headings.map((heading) => (
            <th key={heading} scope="col">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

/** The first rows of a table, and how many more there are. */
export function LongTable({ headings, rows }: { headings: readonly string[]; rows: readonly ReactNode[] }) {
  return (
    <>
      <Table headings={headings}>{rows.slice(0, mostRows)}</Table>
      {rows.length > mostRows && (
        <p className={styles.note}>{t('panels.more', { count: rows.length - mostRows })}</p>
      )}
    </>
  )
}
