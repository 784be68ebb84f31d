import { ChevronDown } from 'lucide-react'
import { useCallback, useRef, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Client } from '../../api/index.ts'
import type { startStreamView } from '../../stream/index.ts'
import { classNames } from '../../ui/class-names.ts'
import type { OpenDesktop } from '../../ui/desktop-bar.tsx'
import { say, t } from '../../ui/texts.ts'
import { useKeyboardBack } from '../../ui/use-keyboard-back.ts'
import { lineText } from './line-text.ts'
import { Stage, type StageHandle } from './stage.tsx'
import type { StreamStore } from './store.ts'
import styles from './stream.module.css'
import { Toolbar } from './toolbar.tsx'

/** The remote desktop filling the window, a slim bar above it and `panel` beside it. */
export function StreamScreen({
  client,
  store,
  startView,
  panel,
  notice,
  ...desktop
}: OpenDesktop & {
  client: Client
  store: StreamStore
  startView: typeof startStreamView
  panel: ReactNode
  /** Shown between bar and picture; usually nothing. */
  notice: ReactNode
}) {
  const { snapshot, siteName } = desktop
  const shown = useStore(store)
  const stage = useRef<StageHandle>(null)
  const toolbar = useRef<HTMLDivElement>(null)

  const showBar = useCallback(() => store.showToolbar(true), [store])
  useKeyboardBack(toolbar, showBar)

  const detail = snapshot.steps.find((step) => step.status === 'active')?.detail

  return (
    <div className={styles.screen}>
      {shown.toolbar ? (
        <Toolbar
          ref={toolbar}
          desktop={desktop}
          panel={shown.panel}
          onTogglePanel={store.togglePanel}
          onHide={() => {
            store.showToolbar(false)
            stage.current?.focus()
          }}
        />
      ) : (
        <header>
          <button
            type="button"
            className={styles.handle}
            aria-label={t('stream.showBar')}
            title={`${t('stream.showBar')}. ${t('stream.leaveKeys')}`}
            onClick={showBar}
          >
            <ChevronDown aria-hidden="true" />
          </button>
        </header>
      )}
      {notice}
      <div className={styles.body}>
        <main className={styles.main} aria-label={t('stream.stage')}>
          <h1 className="only-read-out">{t('stream.title', { site: siteName })}</h1>
          <Stage
            ref={stage}
            client={client}
            desktopId={snapshot.desktopId}
            epoch={snapshot.epoch}
            reconnecting={snapshot.state === 'reconnecting'}
            line={lineText(snapshot)}
            silence={snapshot.silence ?? null}
            detail={detail ? say(detail) : null}
            store={store}
            startView={startView}
          />
        </main>
        <aside
          className={classNames(styles.panel, !shown.panel && styles.closed)}
          aria-label={t('status.title')}
          hidden={!shown.panel}
          // It scrolls, so the keyboard must be able to get there.
          tabIndex={0}
        >
          {panel}
        </aside>
      </div>
    </div>
  )
}
