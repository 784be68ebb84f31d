import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import styles from './dialog.module.css'

const focusable = 'button:not([disabled]), input:not([disabled]), select, a[href], [tabindex="0"]'

/** For a `dialog` that is modal for as long as it is there; the focus then returns to where it was. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = element.current
    const before = document.activeElement
    dialog?.showModal()
    dialog?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return element
}

/**
 * A modal question. The focus stays inside and returns to where it was; Escape means `onCancel`.
 * The element marked `data-autofocus` gets the focus first (the harmless answer, or the first field).
 */
export function Dialog({
  title,
  children,
  actions,
  onCancel,
  onSubmit,
}: {
  title: string
  children: ReactNode
  actions: ReactNode
  onCancel: () => void
  onSubmit: () => void
}) {
  const element = useModal()
  const titleId = useId()
  const textId = useId()

  // The browser keeps the page behind out of reach but lets Tab leave for its own bar; a question keeps it.
  function keepFocus(event: KeyboardEvent<HTMLDialogElement>): void {
    if (event.key === 'Escape') {
      event.preventDefault()
      onCancel()
      return
    }
    if (event.key !== 'Tab') return
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>(focusable)]
    const edge = event.shiftKey ? all[0] : all.at(-1)
    if (document.activeElement !== edge) return
    event.preventDefault()
    ;(event.shiftKey ? all.at(-1) : all[0])?.focus()
  }

  return (
    <dialog
      ref={element}
      className={styles.dialog}
      aria-labelledby={titleId}
      aria-describedby={textId}
      onKeyDown={keepFocus}
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        <div id={textId} className={styles.body}>
          {children}
        </div>
        <div className={styles.actions}>{actions}</div>
      </form>
    </dialog>
  )
}
