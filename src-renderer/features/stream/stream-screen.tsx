import { ChevronDown } from 'lucide-react'
import { useCallback, useRef, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import type { Client } from '../../api/index.ts'
import type { startStreamView } from '../../stream/index.ts'
import { classNames } from '../../ui/class-names.ts'
import { EndDialog } from '../../ui/end-dialog.tsx'
import { say, t } from '../../ui/texts.ts'
import { useKeyboardBack } from '../../ui/use-keyboard-back.ts'
import { Stage, type StageHandle } from './stage.tsx'
import type { StreamStore } from './store.ts'
import styles from './stream.module.css'
import { Toolbar } from './toolbar.tsx'

/** The remote desktop filling the window, a slim bar above it and `panel` beside it. */
export function StreamScreen({
  client,
  snapshot,
  siteName,
  busy,
  store,
  startView,
  panel,
  notice,
  onDisconnect,
  onEnd,
  onNew,
}: {
  client: Client
  snapshot: DesktopSnapshot
  siteName: string
  busy: 'disconnect' | 'end' | null
  store: StreamStore
  startView: typeof startStreamView
  panel: ReactNode
  /** Shown between bar and picture; usually nothing. */
  notice: ReactNode
  onDisconnect: () => void
  onEnd: () => void
  onNew: () => void
}) {
  const shown = useStore(store)
  const stage = useRef<StageHandle>(null)
  const toolbar = useRef<HTMLDivElement>(null)
  const [asking, setAsking] = useState(false)

  const showBar = useCallback(() => store.showToolbar(true), [store])
  useKeyboardBack(toolbar, showBar)

  const detail = snapshot.steps.find((step) => step.status === 'active')?.detail

  return (
    <div className={styles.screen}>
      <header>
        {shown.toolbar ? (
          <Toolbar
            ref={toolbar}
            siteName={siteName}
            node={snapshot.session?.node ?? null}
            endsAt={snapshot.session?.endsAt ?? null}
            notes={snapshot.warnings.length}
            panel={shown.panel}
            busy={busy}
            onDisconnect={onDisconnect}
            onEnd={() => setAsking(true)}
            onNew={onNew}
            onTogglePanel={store.togglePanel}
            onHide={() => {
              store.showToolbar(false)
              stage.current?.focus()
            }}
          />
        ) : (
          <button
            type="button"
            className={styles.handle}
            aria-label={t('stream.showBar')}
            title={`${t('stream.showBar')}. ${t('stream.leaveKeys')}`}
            onClick={() => store.showToolbar(true)}
          >
            <ChevronDown aria-hidden="true" />
          </button>
        )}
      </header>
      {notice}
      <div className={styles.body}>
        <main className={styles.main} aria-label={t('stream.stage')}>
          <h1 className={styles.hidden}>{t('stream.title', { site: siteName })}</h1>
          <Stage
            ref={stage}
            client={client}
            desktopId={snapshot.desktopId}
            epoch={snapshot.epoch}
            reconnecting={snapshot.state === 'reconnecting'}
            weak={snapshot.stream?.weak ?? false}
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
      {asking && (
        <EndDialog
          onKeep={() => setAsking(false)}
          onEnd={() => {
            setAsking(false)
            onEnd()
          }}
        />
      )}
    </div>
  )
}
