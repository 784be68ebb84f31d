import { Plus, Power, Unplug } from 'lucide-react'
import { useCallback, useRef, useState, type ReactNode } from 'react'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import type { Client } from '../../api/index.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { DesktopBar } from '../../ui/desktop-bar.tsx'
import { EndDialog } from '../../ui/end-dialog.tsx'
import { say, t } from '../../ui/texts.ts'
import { useKeyboardBack } from '../../ui/use-keyboard-back.ts'
import styles from './vnc.module.css'
import { VncStage } from './vnc-stage.tsx'

/** An open VNC desktop filling the window, with a slim bar above it. */
export function VncScreen({
  client,
  snapshot,
  siteName,
  busy,
  read,
  notice,
  onRead,
  onDisconnect,
  onEnd,
  onNew,
}: {
  client: Client
  snapshot: DesktopSnapshot
  siteName: string
  busy: 'disconnect' | 'end' | null
  /** Its warnings were read. */
  read: boolean
  /** Between bar and picture; usually nothing. */
  notice: ReactNode
  onRead: () => void
  onDisconnect: () => void
  onEnd: () => void
  /** Another session is wanted beside this one. */
  onNew: () => void
}) {
  const [asking, setAsking] = useState(false)
  const [open, setOpen] = useState(false)
  const bar = useRef<HTMLDivElement>(null)
  useKeyboardBack(bar)
  const onOpen = useCallback(() => setOpen(true), [])
  const warnings = [...snapshot.warnings.map(say), ...(open ? [t('vnc.noPassword')] : [])]

  return (
    <div className={styles.screen}>
      <header>
        <DesktopBar
          ref={bar}
          label={t('vnc.toolbar')}
          siteName={siteName}
          node={snapshot.session?.node ?? null}
          endsAt={snapshot.session?.endsAt ?? null}
        >
          <Button
            icon={<Unplug />}
            collapses
            busy={busy === 'disconnect'}
            title={t('vnc.leaveNote')}
            onClick={onDisconnect}
          >
            {t('stream.disconnect')}
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
            title={t('stream.newSessionNote')}
            aria-description={t('stream.newSessionNote')}
            onClick={onNew}
          >
            {t('stream.newSession')}
          </Button>
        </DesktopBar>
      </header>
      {notice}
      {warnings.length > 0 && !read && (
        <Banner tone="caution" onDismiss={onRead} dismissLabel={t('app.close')}>
          {warnings.join(' ')}
        </Banner>
      )}
      <main className={styles.main} aria-label={t('stream.stage')}>
        <h1 className={styles.hidden}>{t('vnc.heading', { site: siteName })}</h1>
        <VncStage
          client={client}
          desktopId={snapshot.desktopId}
          epoch={snapshot.epoch}
          veil={snapshot.state === 'open' ? null : t('vnc.restoring')}
          onOpen={onOpen}
        />
      </main>
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
