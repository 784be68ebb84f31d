import { ClipboardCopy, Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { SiteCheckReport, SiteCheckSnapshot } from '../../../src-main/shared/model/site-check.ts'
import { summaryOf, takenAt, wordedIn } from '../../../src-main/shared/model/site-check-words.ts'
import { toHtml } from '../../../src-main/shared/site-check-html.ts'
import { toMarkdown } from '../../../src-main/shared/site-check-markdown.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { useModal } from '../../ui/dialog.tsx'
import { LiveText } from '../../ui/live-text.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { currentLanguage, inWords, t } from '../../ui/texts.ts'
import { Findings } from './findings.tsx'
import styles from './site-check.module.css'
import type { SiteCheckStore } from './store.ts'

/** Over whatever is shown (a stream continues behind it): what works at a site and what does not. */
export function SiteCheckDialog({
  siteId,
  siteName,
  store,
  onClose,
}: {
  siteId: string
  siteName: string
  store: SiteCheckStore
  onClose: () => void
}) {
  const snapshot = useStore(store, ({ bySite }) => bySite[siteId])
  const onlyProblems = useStore(store, (state) => state.onlyProblems)
  const element = useModal()
  useEffect(() => store.watch(siteId), [store, siteId])

  const report = snapshot?.report ?? null
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      aria-labelledby="check-title"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <header className={styles.head}>
        <h2 id="check-title" className={styles.title} tabIndex={-1}>
          {t('site-check.title', { site: siteName })}
        </h2>
        <p className={styles.lead}>{t('site-check.lead')}</p>
      </header>
      <div className={styles.content} tabIndex={0} role="region" aria-label={t('site-check.report')}>
        {snapshot?.failure && (
          <Banner tone="bad">
            {t('site-check.failed')} {inWords(snapshot.failure).message} {inWords(snapshot.failure).nextStep}
          </Banner>
        )}
        <Progress snapshot={snapshot} />
        {report && <Report report={report} onlyProblems={onlyProblems} store={store} />}
      </div>
      <footer className={styles.actions}>
        {report && <Exports report={report} />}
        <span className={styles.gap} />
        <Button onClick={onClose}>{t('site-check.close')}</Button>
        <Button look="primary" busy={Boolean(snapshot?.progress)} onClick={() => void store.run(siteId)}>
          {snapshot?.progress
            ? t('site-check.running')
            : report
              ? t('site-check.runAgain')
              : t('site-check.run')}
        </Button>
      </footer>
    </dialog>
  )
}

function Progress({ snapshot }: { snapshot: SiteCheckSnapshot | undefined }) {
  const progress = snapshot?.progress ?? null
  const finished =
    !progress && snapshot?.report ? t('site-check.finished', { summary: summaryOf(snapshot.report, t) }) : ''
  return (
    <>
      <LiveText>{progress ? t('site-check.running') : finished}</LiveText>
      {progress && (
        <div className={styles.progress}>
          <progress
            className={styles.bar}
            aria-label={t('site-check.running')}
            max={Math.max(progress.total, 1)}
            value={progress.done}
          />
          <p className="quiet-text">
            {t('site-check.progress', { done: progress.done, total: progress.total })}
            {progress.looking[0] &&
              ` · ${t('site-check.lookingAt', { what: t(`site-check.looking.${progress.looking[0]}`) })}`}
          </p>
        </div>
      )}
    </>
  )
}

function Report({
  report,
  onlyProblems,
  store,
}: {
  report: SiteCheckReport
  onlyProblems: boolean
  store: SiteCheckStore
}) {
  return (
    <>
      <div className={styles.summary}>
        <div>
          <p className={styles.counts}>{summaryOf(report, t)}</p>
          <p className="quiet-text">
            {t('site-check.taken', { when: takenAt(report, t) })}
            {report.exitCode === 0 && ` · ${t('site-check.allWell')}`}
          </p>
        </div>
        <label className={styles.filter}>
          <input
            type="checkbox"
            checked={onlyProblems}
            onChange={(event) => store.showOnlyProblems(event.target.checked)}
          />
          {t('site-check.onlyProblems')}
        </label>
      </div>
      <Findings findings={wordedIn(report, currentLanguage()).findings} onlyProblems={onlyProblems} />
    </>
  )
}

const copiedForMs = 2500

function Exports({ report }: { report: SiteCheckReport }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return undefined
    const timer = window.setTimeout(() => setState('idle'), copiedForMs)
    return () => clearTimeout(timer)
  }, [state])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(toMarkdown(report, currentLanguage()))
      setState('copied')
    } catch {
      setState('failed')
    }
  }

  return (
    <>
      <Button look="quiet" icon={<ClipboardCopy />} onClick={() => void copy()}>
        {state === 'copied' ? t('site-check.copied') : t('site-check.copy')}
      </Button>
      <Button look="quiet" icon={<Download />} onClick={() => save(report)}>
        {t('site-check.save')}
      </Button>
      <LiveText>
        {state === 'copied' ? t('site-check.copied') : state === 'failed' ? t('site-check.copyFailed') : ''}
      </LiveText>
      {state === 'failed' && <p className="quiet-text">{t('site-check.copyFailed')}</p>}
    </>
  )
}

const save = (report: SiteCheckReport): void =>
  saveFile(`site-check-${report.site.id}`, report.startedAt, 'html', toHtml(report, currentLanguage()))
