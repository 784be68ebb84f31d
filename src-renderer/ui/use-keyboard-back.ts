import { useEffect, type RefObject } from 'react'

/**
 * Keys belong to the remote desktop while it has the focus; Ctrl+Alt+Shift+Z (as in Moonlight) leads from it to the bar.
 * @param showBar called before the bar gets the focus
 */
export function useKeyboardBack(bar: RefObject<HTMLElement | null>, showBar?: () => void): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.code !== 'KeyZ' || !event.ctrlKey || !event.altKey || !event.shiftKey) return
      event.preventDefault()
      event.stopImmediatePropagation()
      showBar?.()
      requestAnimationFrame(() => bar.current?.querySelector('button')?.focus())
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [bar, showBar])
}
