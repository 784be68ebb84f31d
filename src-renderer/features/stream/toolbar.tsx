import { ChevronUp, Maximize, Minimize, PanelRight } from 'lucide-react'
import { useEffect, useState, type Ref } from 'react'
import { Button } from '../../ui/button.tsx'
import { DesktopBar, type OpenDesktop } from '../../ui/desktop-bar.tsx'
import { formatCount } from '../../ui/format.ts'
import { t } from '../../ui/texts.ts'
import styles from './stream.module.css'

function useFullScreen(): boolean {
  const [on, setOn] = useState(() => document.fullscreenElement !== null)
  useEffect(() => {
    const update = (): void => setOn(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', update)
    return () => document.removeEventListener('fullscreenchange', update)
  }, [])
  return on
}

/** The slim bar above the picture. */
export function Toolbar({
  ref,
  desktop,
  panel,
  onTogglePanel,
  onHide,
}: {
  ref: Ref<HTMLDivElement>
  desktop: OpenDesktop
  panel: boolean
  onTogglePanel: () => void
  onHide: () => void
}) {
  const notes = desktop.snapshot.warnings.length
  const fullScreen = useFullScreen()

  function toggleFullScreen(): void {
    const done = fullScreen ? document.exitFullscreen() : document.documentElement.requestFullscreen()
    // Refused by policy or for want of a click: the window stays as it is.
    done.catch(() => undefined)
  }

  return (
    <DesktopBar
      ref={ref}
      label={t('stream.toolbar')}
      disconnect={{
        label: desktop.busy === 'disconnect' ? t('stream.disconnecting') : t('stream.disconnect'),
        note: t('stream.disconnectNote'),
      }}
      desktop={desktop}
    >
      <span className={styles.separator} aria-hidden="true" />
      <Button look="quiet" icon={<PanelRight />} collapses aria-pressed={panel} onClick={onTogglePanel}>
        {t('stream.panel')}
        {notes > 0 && (
          <span className={styles.notes}>
            <span aria-hidden="true">{formatCount(notes)}</span>
            <span className="only-read-out"> {t('stream.notes', { count: notes })}</span>
          </span>
        )}
      </Button>
      <Button
        look="quiet"
        icon={fullScreen ? <Minimize /> : <Maximize />}
        collapses
        onClick={toggleFullScreen}
      >
        {fullScreen ? t('stream.leaveFullScreen') : t('stream.fullScreen')}
      </Button>
      <Button
        look="quiet"
        icon={<ChevronUp />}
        aria-label={t('stream.hideBar')}
        title={t('stream.hideBar')}
        onClick={onHide}
      />
    </DesktopBar>
  )
}
