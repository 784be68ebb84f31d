import { createContext, use, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Measured } from '../../../src-main/shared/model/status.ts'
import type { Saying, Text } from '../../../src-main/shared/texts/index.ts'
import { classNames } from '../../ui/class-names.ts'
import { Summary } from '../../ui/disclosure.tsx'
import { formatAge } from '../../ui/format.ts'
import { say, t } from '../../ui/texts.ts'
import styles from './status.module.css'
import type { StatusStore } from './store.ts'

/** What all blocks of the panel need: the time, and which blocks are open. */
export const PanelContext = createContext<{ now: number; store: StatusStore } | null>(null)

export function usePanel(): { now: number; store: StatusStore } {
  const panel = use(PanelContext)
  if (!panel) throw new Error('a block is outside the panel')
  return panel
}

/** One part of the panel under its title; folded away it still says the most important in `digest`. */
export function Block({
  name,
  title,
  digest = null,
  of,
  afterMs,
  stale,
  open: openAtFirst = false,
  children,
}: {
  /** For remembering whether it is open. */
  name: string
  title: string
  digest?: string | null
  /** The part that the digest is of: greyed when it is old. */
  of?: Measured<unknown>
  afterMs?: number
  /** The digest is old, where it is of no part. */
  stale?: boolean
  open?: boolean
  children: ReactNode
}) {
  const { now, store } = usePanel()
  const old = of ? isStale(of, now, afterMs) : stale
  const open = useStore(store, (state) => state.open[name] ?? openAtFirst)
  return (
    <details
      className={styles.block}
      data-block={name}
      open={open}
      onToggle={(event) => store.setOpen(name, event.currentTarget.open)}
    >
      <Summary>
        <h2 className={styles.blockTitle}>{title}</h2>
        <span className={classNames(styles.digest, old && styles.old)}>{digest ?? ''}</span>
      </Summary>
      {/* What is folded away is not drawn at all. */}
      {open && <div className={styles.content}>{children}</div>}
    </details>
  )
}

/** Values with their source and age; greyed when `stale`. */
export function Sourced({
  title = null,
  source,
  at,
  stale,
  problem = null,
  note = null,
  children,
}: {
  /** Only where a block has several sources. */
  title?: string | null
  source: Saying
  /** Unix time in ms of the last good answer; null if there was none. */
  at: number | null
  stale: boolean
  problem?: Text | null
  note?: ReactNode
  children: ReactNode
}) {
  const { now } = usePanel()
  return (
    <section className={classNames(styles.part, stale && styles.stale)} data-stale={stale || undefined}>
      {title !== null && <h3 className={styles.partTitle}>{title}</h3>}
      {children}
      {note !== null && <p className={styles.note}>{note}</p>}
      {problem && <p className={styles.problem}>{say(problem)}</p>}
      <p className={styles.source}>
        {at === null
          ? source === ''
            ? t('status.waiting')
            : t('status.never', { source: say(source) })
          : t('status.asOf', { source: say(source), age: formatAge(now - at) })}
      </p>
    </section>
  )
}

/** Parts that are older than this are greyed. */
export const staleAfterMs = 60_000

/** Whether a part's value is old, or its last attempt failed. */
export const isStale = ({ at, problem }: Measured<unknown>, now: number, afterMs = staleAfterMs): boolean =>
  at === null || problem !== null || now - at > afterMs

/** A part of the snapshot; `children` shows its value once there is one. */
export function PartBlock<T>({
  title = null,
  part,
  afterMs = staleAfterMs,
  note = null,
  children,
}: {
  title?: string | null
  part: Measured<T>
  afterMs?: number
  note?: ReactNode
  children: (value: T) => ReactNode
}) {
  const { now } = usePanel()
  const { value, source, at, problem, invented } = part
  return (
    <Sourced
      title={title}
      source={source}
      at={at}
      stale={isStale(part, now, afterMs)}
      problem={problem}
      note={invented ? <strong className={styles.invented}>{t('status.invented')}</strong> : note}
    >
      {value === null ? null : Array.isArray(value) && value.length === 0 ? (
        <p className={styles.note}>{t('status.none')}</p>
      ) : (
        children(value)
      )}
    </Sourced>
  )
}
