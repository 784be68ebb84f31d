/** Keyboard, pointer and wheel on the stream, as input records. Nothing stays pressed on the desktop when attention goes. */
import type { InputRecord } from '../../src-main/shared/stream-input.ts'
import { modifiersOf, placeOfCharacter, virtualKeyOf, virtualKeyOfName } from './key-codes.ts'
import { toStreamPixel, type Size } from './pointer-mapping.ts'
import { WheelAxis } from './wheel.ts'

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

const leftShift = 0xa0
/** Keys whose character is not known. */
const nameless = ['Dead', 'Process', 'Unidentified']

/** A key without a place of its own types its character at the place of a US keyboard. */
function typed(event: KeyboardEvent): InputRecord[] | null {
  const place = placeOfCharacter(event.key)
  if (!place) return null
  const letter = place.code >= 0x41 && place.code <= 0x5a
  // Caps Lock is held by the desktop too.
  const shift = letter && event.getModifierState('CapsLock') ? !place.shift : place.shift
  const modifiers = modifiersOf(event) | (shift ? 1 : 0)
  const key = (code: number, down: boolean): InputRecord => ({ kind: 'key', down, code, modifiers })
  const press = [key(place.code, true), key(place.code, false)]
  return shift && !event.shiftKey ? [key(leftShift, true), ...press, key(leftShift, false)] : press
}

/**
 * Captures input on `element`, which takes the keyboard when it has the focus (Ctrl+Alt+Shift+Z gives it back).
 * @param pictureSize size of the stream's pictures in pixels; zero before the first
 * @param send gets records in the order in which things happened
 * @param onUnsent a key was pressed that cannot be sent: its character, or its name; called once
 */
export function captureInput(
  element: InputSurface,
  pictureSize: () => Size,
  send: (records: InputRecord[]) => void,
  onUnsent: (key: string) => void = () => undefined,
): InputCapture {
  const stop = new AbortController()
  const keys = new Map<string, number>()
  const buttons = new Set<Button>()
  let position: { x: number; y: number } | null = null
  let scheduled = 0
  let reported = false
  const wheel = { vertical: new WheelAxis(), horizontal: new WheelAxis() }
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
    const known = virtualKeyOf(event.code)
    // What fills in forms sends keys without a name.
    const { key: name = '' } = event as { key?: string }
    const code = known ?? virtualKeyOfName(name)
    if (code === null) return onKeyWithoutPlace(event, name)
    event.preventDefault()
    event.stopPropagation()
    const down = event.type === 'keydown'
    const id = known === null ? name : event.code
    // The desktop repeats by itself, at its own rate.
    if (down ? event.repeat : !keys.has(id)) return
    if (down) keys.set(id, code)
    else keys.delete(id)
    sendAfterPosition([{ kind: 'key', down, code, modifiers: modifiersOf(event) }])
  }

  /** On-screen keyboards and remote input name a character alone. */
  function onKeyWithoutPlace(event: KeyboardEvent, name: string): void {
    const character = [...name].length === 1
    if (!character && !nameless.includes(name)) return
    event.preventDefault()
    event.stopPropagation()
    if (event.type !== 'keydown') return
    const records = character ? typed(event) : null
    if (records) return sendAfterPosition(records)
    if (reported) return
    reported = true
    onUnsent(name)
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
    const { deltaX, deltaY, deltaMode: mode, timeStamp: at } = event
    // In Chromium and Firefox, and in no standard.
    const { wheelDeltaX, wheelDeltaY } = event as { wheelDeltaX?: number; wheelDeltaY?: number }
    const vertical =
      wheelRest.vertical - wheel.vertical.units({ delta: deltaY, mode, legacy: wheelDeltaY, at })
    const horizontal =
      wheelRest.horizontal + wheel.horizontal.units({ delta: deltaX, mode, legacy: wheelDeltaX, at })
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
