import { useCallback, useRef, useState, type ReactNode } from 'react'
import type { Client } from '../../api/index.ts'
import { Banner } from '../../ui/banner.tsx'
import { DesktopBar, type OpenDesktop } from '../../ui/desktop-bar.tsx'
import { say, t } from '../../ui/texts.ts'
import { useKeyboardBack } from '../../ui/use-keyboard-back.ts'
import styles from './vnc.module.css'
import { VncStage } from './vnc-stage.tsx'

/** An open VNC desktop filling the window, with a slim bar above it. */
export function VncScreen({
  client,
  read,
  notice,
  onRead,
  ...desktop
}: OpenDesktop & {
  client: Client
  /** Its warnings were read. */
  read: boolean
  /** Between bar and picture; usually nothing. */
  notice: ReactNode
  onRead: () => void
}) {
  const { snapshot, siteName } = desktop
  const [open, setOpen] = useState(false)
  const bar = useRef<HTMLDivElement>(null)
  useKeyboardBack(bar)
  const onOpen = useCallback(() => setOpen(true), [])
  const warnings = [...snapshot.warnings.map(say), ...(open ? [t('vnc.noPassword')] : [])]

  return (
    <div className={styles.screen}>
      <DesktopBar
        ref={bar}
        label={t('vnc.toolbar')}
        disconnect={{ label: t('stream.disconnect'), note: t('vnc.leaveNote') }}
        desktop={desktop}
      />
      {notice}
      {warnings.length > 0 && !read && (
        <Banner tone="caution" onDismiss={onRead} dismissLabel={t('app.close')}>
          {warnings.join(' ')}
        </Banner>
      )}
      <main className={styles.main} aria-label={t('stream.stage')}>
        <h1 className="only-read-out">{t('vnc.heading', { site: siteName })}</h1>
        <VncStage
          client={client}
          desktopId={snapshot.desktopId}
          epoch={snapshot.epoch}
          veil={snapshot.state === 'open' ? null : t('vnc.restoring')}
          onOpen={onOpen}
        />
      </main>
    </div>
  )
}
