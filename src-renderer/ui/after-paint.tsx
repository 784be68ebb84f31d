/** What is not seen at once waits until what is has been drawn: asking the app delays the person who wants to use the page. */
import { useEffect, useState, type ReactNode } from 'react'

/** False while a component is drawn for the first time, true from the moment after. */
export function useAfterPaint(): boolean {
  const [painted, setPainted] = useState(false)
  useEffect(() => {
    let timer: number | undefined
    const frame = requestAnimationFrame(() => {
      // The frame is drawn after its callbacks.
      timer = window.setTimeout(() => setPainted(true))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [])
  return painted
}

/** Shows its children a moment after what is drawn together with it. */
export const AfterPaint = ({ children }: { children: ReactNode }): ReactNode =>
  useAfterPaint() ? children : null
