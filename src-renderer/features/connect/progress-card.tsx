import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { DesktopSnapshot, Step } from '../../../src-main/shared/model/desktop.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { formatElapsed, formatRunning } from '../../ui/format.ts'
import { LiveText } from '../../ui/live-text.tsx'
import { StepList, type StepItem } from '../../ui/step-list.tsx'
import { say, t } from '../../ui/texts.ts'
import { useNow } from '../../ui/use-now.ts'
import styles from './connect.module.css'

function timeOf(step: Step, now: number): string {
  if (step.ms !== null) return formatElapsed(step.ms)
  if (step.status === 'active' && step.startedAt !== null) return formatRunning(now - step.startedAt)
  return ''
}

function toItem(step: Step, now: number): StepItem {
  return {
    key: step.name,
    label: t(`progress.steps.${step.name}.label`),
    status: step.status,
    statusLabel: t(`progress.stepStatus.${step.status}`),
    time: timeOf(step, now),
  }
}

/** The steps as they happen, in words and times. Has the size of the connect card in every state. */
export function ProgressCard({
  snapshot,
  cancelling,
  onCancel,
}: {
  snapshot: DesktopSnapshot | null
  cancelling: boolean
  onCancel: () => void
}) {
  const now = useNow()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])

  const steps = snapshot?.steps ?? []
  const index = steps.findIndex((step) => step.status === 'active')
  const active = steps[index]
  const detail = active?.detail ? say(active.detail) : null
  const over = steps.length > 0 && steps.every((step) => step.status === 'done')
  /** Nothing is left to cancel. */
  const closing = snapshot?.state === 'ending'
  const title = closing
    ? t('progress.closing')
    : active
      ? t(`progress.steps.${active.name}.now`)
      : over
        ? t('progress.almostThere')
        : t('progress.starting')
  const begin = steps.find((step) => step.startedAt !== null)?.startedAt
  const usual = active?.name === 'queued' ? t('progress.usual.queued') : t('progress.usual.other')

  return (
    <Card
      labelledBy="progress-title"
      tall
      footer={
        !closing && (
          <>
            <Button size="large" busy={cancelling} onClick={onCancel} aria-describedby="cancel-note">
              {cancelling ? t('progress.cancelling') : t('progress.cancel')}
            </Button>
            <p id="cancel-note" className={styles.cancelNote}>
              {t('progress.cancelNote')}
            </p>
          </>
        )
      }
    >
      <header className={styles.now}>
        <p className={styles.overline}>
          <span>{active ? t('progress.stepOf', { index: index + 1, steps: steps.length }) : '\u00a0'}</span>
          {begin && <span>{t('progress.elapsed', { time: formatRunning(now - begin) })}</span>}
        </p>
        <h1 id="progress-title" ref={heading} tabIndex={-1} className={styles.nowTitle}>
          {title}
        </h1>
        <Detail blocked={active?.blocked === true}>{detail ?? usual}</Detail>
      </header>
      <StepList steps={steps.map((step) => toItem(step, now))} label={t('progress.list')} />
      <LiveText>
        {active
          ? `${t('progress.announce', { index: index + 1, steps: steps.length, now: title })} ${detail ?? ''}`.trim()
          : title}
      </LiveText>
    </Card>
  )
}

/** Room for three lines; a longer text scrolls and can then be reached by the keyboard. */
function Detail({ blocked, children }: { blocked: boolean; children: string }) {
  const element = useRef<HTMLParagraphElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useLayoutEffect(() => {
    const { scrollHeight = 0, clientHeight = 0 } = element.current ?? {}
    setScrolls(scrollHeight > clientHeight)
  }, [children])
  return (
    <p ref={element} className={styles.detail} data-blocked={blocked} {...(scrolls ? { tabIndex: 0 } : {})}>
      {children}
    </p>
  )
}
