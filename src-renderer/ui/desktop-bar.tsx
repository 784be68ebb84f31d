import { Plus, Power, Unplug } from 'lucide-react'
import { useState, type ReactNode, type Ref } from 'react'
import type { DesktopSnapshot } from '../../src-main/shared/model/desktop.ts'
import { Button } from './button.tsx'
import styles from './desktop-bar.module.css'
import { EndDialog } from './end-dialog.tsx'
import { formatTimeLeft } from './format.ts'
import { t } from './texts.ts'
import { useNow } from './use-now.ts'

/** An open desktop, and what the user can do with it. */
export interface OpenDesktop {
  snapshot: DesktopSnapshot
  siteName: string
  busy: 'disconnect' | 'end' | null
  onDisconnect: () => void
  onEnd: () => void
  /** Another session is wanted beside this one. */
  onNew: () => void
}

/** The slim bar above a remote desktop: where it is, how long it lasts, and its tools. */
export function DesktopBar({
  ref,
  label,
  disconnect,
  desktop: { snapshot, siteName, busy, onDisconnect, onEnd, onNew },
  children,
}: {
  ref: Ref<HTMLDivElement>
  label: string
  /** The button that leaves the desktop running. */
  disconnect: { label: string; note: string }
  desktop: OpenDesktop
  /** Further tools. */
  children?: ReactNode
}) {
  const now = useNow()
  const [asking, setAsking] = useState(false)
  const { node = null, endsAt = null } = snapshot.session ?? {}
  const newNote = t('stream.newSessionNote')
  return (
    <header>
      <div ref={ref} className={styles.toolbar} role="toolbar" aria-label={label}>
        <p className={styles.where}>
          <span className={styles.site}>{siteName}</span>
          {node && <span className={styles.node}>{node}</span>}
          {endsAt !== null && (
            <span className={styles.left}>
              {t('stream.timeLeft', { time: formatTimeLeft(endsAt - now) })}
            </span>
          )}
        </p>
        <div className={styles.tools}>
          <Button
            icon={<Unplug />}
            collapses
            busy={busy === 'disconnect'}
            title={disconnect.note}
            aria-description={disconnect.note}
            onClick={onDisconnect}
          >
            {disconnect.label}
          </Button>
          <Button
            look="quiet"
            icon={<Power />}
            collapses
            busy={busy === 'end'}
            onClick={() => setAsking(true)}
          >
            {busy === 'end' ? t('sessions.endingNow') : t('stream.end')}
          </Button>
          <Button
            look="quiet"
            icon={<Plus />}
            collapses
            title={newNote}
            aria-description={newNote}
            onClick={onNew}
          >
            {t('stream.newSession')}
          </Button>
          {children}
        </div>
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
    </header>
  )
}
