import { ChevronUp, Maximize, Minimize, PanelRight, Plus, Power, Unplug } from 'lucide-react'
import { useEffect, useState, type Ref } from 'react'
import { Button } from '../../ui/button.tsx'
import { DesktopBar } from '../../ui/desktop-bar.tsx'
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
  siteName,
  node,
  endsAt,
  notes,
  panel,
  busy,
  onDisconnect,
  onEnd,
  onNew,
  onTogglePanel,
  onHide,
}: {
  ref: Ref<HTMLDivElement>
  siteName: string
  node: string | null
  endsAt: number | null
  /** How many warnings are in the panel. */
  notes: number
  panel: boolean
  busy: 'disconnect' | 'end' | null
  onDisconnect: () => void
  onEnd: () => void
  /** Another session is wanted beside this one. */
  onNew: () => void
  onTogglePanel: () => void
  onHide: () => void
}) {
  const fullScreen = useFullScreen()

  function toggleFullScreen(): void {
    const done = fullScreen ? document.exitFullscreen() : document.documentElement.requestFullscreen()
    // Refused by policy or for want of a click: the window stays as it is.
    done.catch(() => undefined)
  }

  return (
    <DesktopBar ref={ref} label={t('stream.toolbar')} siteName={siteName} node={node} endsAt={endsAt}>
      <Button
        icon={<Unplug />}
        collapses
        busy={busy === 'disconnect'}
        title={t('stream.disconnectNote')}
        aria-description={t('stream.disconnectNote')}
        onClick={onDisconnect}
      >
        {busy === 'disconnect' ? t('stream.disconnecting') : t('stream.disconnect')}
      </Button>
      <Button look="quiet" icon={<Power />} collapses busy={busy === 'end'} onClick={onEnd}>
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
      <span className={styles.separator} aria-hidden="true" />
      <Button look="quiet" icon={<PanelRight />} collapses aria-pressed={panel} onClick={onTogglePanel}>
        {t('stream.panel')}
        {notes > 0 && (
          <span className={styles.notes}>
            <span aria-hidden="true">{formatCount(notes)}</span>
            <span className={styles.hidden}> {t('stream.notes', { count: notes })}</span>
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
