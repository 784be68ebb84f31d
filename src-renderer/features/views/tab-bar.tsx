import { useEffect, useRef, type KeyboardEvent as ReactKeyboardEvent } from 'react'
import { StatusDot } from '../../ui/status-dot.tsx'
import { t } from '../../ui/texts.ts'
import { neighbour, stepOfKey } from './tab-keys.ts'
import styles from './tab-bar.module.css'
import { viewPanelId, type ViewTab } from './view-tab.ts'

/**
 * One tab for each view, above the view that is shown. Arrow keys move along the tabs and show nothing yet: a view that is
 * shown takes the keyboard. Ctrl + Page Up and Page Down show the next view from anywhere but the remote desktop, which
 * gets these keys itself; there Ctrl + Alt + Shift with them does it.
 */
export function TabBar({
  tabs,
  shown,
  onShow,
}: {
  tabs: readonly ViewTab[]
  /** Id of the view that is shown. */
  shown: string
  onShow: (id: string) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const ids = tabs.map(({ id }) => id)
  const latest = useRef({ ids, shown, onShow })
  useEffect(() => {
    latest.current = { ids, shown, onShow }
  })

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      const remote = event.target instanceof Element && event.target.closest('[data-stream]') !== null
      const step = stepOfKey(event, remote)
      if (step === 0 || document.querySelector('dialog[open]')) return
      event.preventDefault()
      event.stopImmediatePropagation()
      const { ids: all, shown: from, onShow: show } = latest.current
      if (!event.repeat) show(neighbour(all, from, step))
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])

  // A bar of many tabs scrolls: the one that is shown is in sight.
  useEffect(() => {
    list.current
      ?.querySelector('[aria-selected="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [shown])

  function move(event: ReactKeyboardEvent, from: string): void {
    const target = {
      ArrowRight: neighbour(ids, from, 1),
      ArrowLeft: neighbour(ids, from, -1),
      Home: ids[0],
      End: ids.at(-1),
    }[event.key]
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    list.current?.querySelector<HTMLElement>(`[data-view-tab="${CSS.escape(target)}"]`)?.focus()
  }

  return (
    <nav className={styles.bar} aria-label={t('views.list')}>
      <div ref={list} className={styles.tabs} role="tablist" aria-label={t('views.list')}>
        {tabs.map(({ id, name, where, state, tone }) => (
          <button
            key={id}
            type="button"
            role="tab"
            className={styles.tab}
            data-view-tab={id}
            aria-selected={id === shown}
            aria-controls={viewPanelId}
            tabIndex={id === shown ? 0 : -1}
            title={`${[name, where, state].filter(Boolean).join(', ')}. ${t('views.keys')}`}
            onClick={() => onShow(id)}
            onKeyDown={(event) => move(event, id)}
          >
            {tone && <StatusDot tone={tone} />}
            <span className={styles.name}>{name}</span>
            {where && <span className={styles.where}> {where}</span>}
            {state && <span className={styles.state}> {state}</span>}
          </button>
        ))}
      </div>
    </nav>
  )
}
