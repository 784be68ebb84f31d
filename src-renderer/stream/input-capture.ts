/** Keyboard, pointer and wheel on the stream, as input records. Nothing stays pressed on the desktop when attention goes. */
import type { InputRecord } from '../../src-main/shared/stream-input.ts'
import { modifiersOf, virtualKeyOf } from './key-codes.ts'
import { toStreamPixel, wheelUnits, type Size } from './pointer-mapping.ts'

export interface InputCapture {
  /** Releases every key and button that is pressed. */
  releaseAll(): void
  dispose(): void
}

/** What the capture takes of an element. */
interface InputSurface extends Pick<
  HTMLElement,
  'addEventListener' | 'focus' | 'blur' | 'setPointerCapture'
> {
  getBoundingClientRect(): Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>
}

type Button = 1 | 2 | 3 | 4 | 5
/** `MouseEvent.button` counts left, middle, right, back, forward from 0: the records' numbers from 1. */
const buttonOf = (button: number): Button | null =>
  button >= 0 && button <= 4 ? ((button + 1) as Button) : null

/**
 * Captures input on `element`, which takes the keyboard when it has the focus (Ctrl+Alt+Shift+Z gives it back).
 * @param pictureSize size of the stream's pictures in pixels; zero before the first
 * @param send gets records in the order in which things happened
 */
export function captureInput(
  element: InputSurface,
  pictureSize: () => Size,
  send: (records: InputRecord[]) => void,
): InputCapture {
  const stop = new AbortController()
  const keys = new Map<string, number>()
  const buttons = new Set<Button>()
  let position: { x: number; y: number } | null = null
  let scheduled = 0
  /** Parts of a wheel unit that were too small to send. */
  let wheelRest = { vertical: 0, horizontal: 0 }

  function positionRecord(): InputRecord[] {
    const { width, height } = pictureSize()
    const pixel = position && toStreamPixel(position, element.getBoundingClientRect(), { width, height })
    position = null
    return pixel ? [{ kind: 'position', ...pixel, width, height }] : []
  }

  function flushPosition(): void {
    scheduled = 0
    const records = positionRecord()
    if (records.length > 0) send(records)
  }

  /** The latest place first: a click must hit what the user saw under the pointer. */
  function sendAfterPosition(records: InputRecord[]): void {
    send([...positionRecord(), ...records])
  }

  function releaseAll(): void {
    const records: InputRecord[] = [
      ...[...keys.values()].map((code) => ({ kind: 'key', down: false, code, modifiers: 0 }) as const),
      ...[...buttons].map((button) => ({ kind: 'button', down: false, button }) as const),
    ]
    keys.clear()
    buttons.clear()
    if (records.length > 0) send(records)
  }

  function onKey(event: KeyboardEvent): void {
    if (event.type === 'keydown' && event.code === 'KeyZ' && modifiersOf(event) === 7) {
      event.preventDefault()
      element.blur()
      return
    }
    const code = virtualKeyOf(event.code)
    if (code === null) return
    event.preventDefault()
    event.stopPropagation()
    const down = event.type === 'keydown'
    // The desktop repeats by itself, at its own rate.
    if (down ? event.repeat : !keys.has(event.code)) return
    if (down) keys.set(event.code, code)
    else keys.delete(event.code)
    sendAfterPosition([{ kind: 'key', down, code, modifiers: modifiersOf(event) }])
  }

  function onPointerMove(event: PointerEvent): void {
    position = { x: event.clientX, y: event.clientY }
    if (scheduled === 0) scheduled = requestAnimationFrame(flushPosition)
  }

  /** Further buttons of a pressed pointer come as moves (W3C Pointer Events section 10): mouse events report all of them. */
  function onMouseButton(event: MouseEvent): void {
    const button = buttonOf(event.button)
    if (button === null) return
    event.preventDefault()
    const down = event.type === 'mousedown'
    if (down) element.focus({ preventScroll: true })
    if (down ? buttons.has(button) : !buttons.has(button)) return
    if (down) buttons.add(button)
    else buttons.delete(button)
    position = { x: event.clientX, y: event.clientY }
    sendAfterPosition([{ kind: 'button', down, button }])
  }

  function onWheel(event: WheelEvent): void {
    event.preventDefault()
    const vertical = wheelRest.vertical - wheelUnits(event.deltaY, event.deltaMode)
    const horizontal = wheelRest.horizontal + wheelUnits(event.deltaX, event.deltaMode)
    const whole = { vertical: Math.trunc(vertical), horizontal: Math.trunc(horizontal) }
    wheelRest = { vertical: vertical - whole.vertical, horizontal: horizontal - whole.horizontal }
    position = { x: event.clientX, y: event.clientY }
    if (whole.vertical !== 0 || whole.horizontal !== 0) sendAfterPosition([{ kind: 'scroll', ...whole }])
  }

  const { signal } = stop
  element.addEventListener('keydown', onKey, { signal })
  element.addEventListener('keyup', onKey, { signal })
  element.addEventListener('pointermove', onPointerMove, { signal })
  element.addEventListener(
    'pointerdown',
    (event) => {
      // A drag that leaves the picture continues.
      element.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  element.addEventListener('mousedown', onMouseButton, { signal })
  element.addEventListener('mouseup', onMouseButton, { signal })
  element.addEventListener('wheel', onWheel, { signal, passive: false })
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  element.addEventListener('dragstart', (event) => event.preventDefault(), { signal })
  element.addEventListener('blur', releaseAll, { signal })
  element.addEventListener('lostpointercapture', () => releaseButtons(), { signal })
  window.addEventListener('blur', releaseAll, { signal })
  document.addEventListener('visibilitychange', () => document.hidden && releaseAll(), { signal })

  /** The browser took the pointer away (a system gesture): its mouseup will not come. */
  function releaseButtons(): void {
    // After a normal release the mouseup comes in the same task; only what stays pressed is released here.
    setTimeout(() => {
      if (stop.signal.aborted || buttons.size === 0) return
      const records = [...buttons].map((button) => ({ kind: 'button', down: false, button }) as const)
      buttons.clear()
      send(records)
    })
  }

  return {
    releaseAll,
    dispose() {
      releaseAll()
      cancelAnimationFrame(scheduled)
      stop.abort()
    },
  }
}
