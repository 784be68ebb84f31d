import { ChevronUp, Maximize, Minimize, PanelRight, Plus, Power, Unplug } from 'lucide-react'
import { useEffect, useState, type Ref } from 'react'
import { Button } from '../../ui/button.tsx'
import { DesktopBar } from '../../ui/desktop-bar.tsx'
import { messages } from '../../ui/messages.ts'
import styles from './stream.module.css'

const text = messages.stream

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
  /** How many warnings stand in the panel. */
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
    <DesktopBar ref={ref} label={text.toolbar} siteName={siteName} node={node} endsAt={endsAt}>
      <Button
        icon={<Unplug />}
        collapses
        busy={busy === 'disconnect'}
        title={text.disconnectNote}
        aria-description={text.disconnectNote}
        onClick={onDisconnect}
      >
        {busy === 'disconnect' ? text.disconnecting : text.disconnect}
      </Button>
      <Button look="quiet" icon={<Power />} collapses busy={busy === 'end'} onClick={onEnd}>
        {busy === 'end' ? messages.end.ending : text.end}
      </Button>
      <Button
        look="quiet"
        icon={<Plus />}
        collapses
        title={text.newSessionNote}
        aria-description={text.newSessionNote}
        onClick={onNew}
      >
        {text.newSession}
      </Button>
      <span className={styles.separator} aria-hidden="true" />
      <Button look="quiet" icon={<PanelRight />} collapses aria-pressed={panel} onClick={onTogglePanel}>
        {text.panel}
        {notes > 0 && (
          <span className={styles.notes}>
            {notes}
            <span className={styles.hidden}> {text.notes(notes)}</span>
          </span>
        )}
      </Button>
      <Button
        look="quiet"
        icon={fullScreen ? <Minimize /> : <Maximize />}
        collapses
        onClick={toggleFullScreen}
      >
        {fullScreen ? text.leaveFullScreen : text.fullScreen}
      </Button>
      <Button
        look="quiet"
        icon={<ChevronUp />}
        aria-label={text.hideBar}
        title={text.hideBar}
        onClick={onHide}
      />
    </DesktopBar>
  )
}
