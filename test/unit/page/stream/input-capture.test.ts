/** What a person does on the stream, as records; above all that nothing stays pressed on the desktop. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InputRecord } from '../../../../src-main/shared/stream-input.ts'
import { captureInput, type InputCapture } from '../../../../src-renderer/stream/input-capture.ts'

/** As much of an element as the capture uses. */
class Surface extends EventTarget {
  focusCalls = 0
  blurCalls = 0
  captured: number[] = []
  focus(): void {
    this.focusCalls++
  }
  blur(): void {
    this.blurCalls++
    this.dispatchEvent(new Event('blur'))
  }
  getBoundingClientRect() {
    return { left: 100, top: 50, width: 640, height: 360 }
  }
  setPointerCapture(id: number): void {
    this.captured.push(id)
  }
}

let surface: Surface
let page: EventTarget & { hidden: boolean }
let sent: InputRecord[][]
let capture: InputCapture
let unsent: string[]
let drawing: Map<number, () => void>
const records = (): InputRecord[] => sent.flat()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  surface = new Surface()
  page = Object.assign(new EventTarget(), { hidden: false })
  sent = []
  unsent = []
  drawing = new Map()
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', page)
  let handles = 0
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => {
    drawing.set(++handles, draw)
    return handles
  })
  vi.stubGlobal('cancelAnimationFrame', (handle: number) => void drawing.delete(handle))
  capture = captureInput(
    surface,
    () => ({ width: 1280, height: 720 }),
    (batch) => void sent.push(batch),
    (name) => void unsent.push(name),
  )
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function happens(type: string, properties: object = {}, target: EventTarget = surface): Event {
  const event = Object.assign(new Event(type, { cancelable: true }), {
    shiftKey: false,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    repeat: false,
    ...properties,
  })
  target.dispatchEvent(event)
  return event
}
const key = (down: boolean, code: string, properties: object = {}): Event =>
  happens(down ? 'keydown' : 'keyup', { code, ...properties })
const button = (down: boolean, number: number): Event =>
  happens(down ? 'mousedown' : 'mouseup', { button: number, clientX: 420, clientY: 230 })
function drawn(): void {
  const now = [...drawing.values()]
  drawing.clear()
  for (const draw of now) draw()
}

const aDown: InputRecord = { kind: 'key', down: true, code: 65, modifiers: 0 }
const aUp: InputRecord = { kind: 'key', down: false, code: 65, modifiers: 0 }
const middle: InputRecord = { kind: 'position', x: 640, y: 360, width: 1280, height: 720 }
const leftDown: InputRecord = { kind: 'button', down: true, button: 1 }
const leftUp: InputRecord = { kind: 'button', down: false, button: 1 }

describe('keys', () => {
  test('are sent once when they go down and once when they come up, and the page does nothing with them', () => {
    const event = key(true, 'KeyA')
    key(true, 'KeyA', { repeat: true })
    key(false, 'KeyA')
    key(false, 'KeyA')
    expect(records()).toEqual([aDown, aUp])
    expect(event.defaultPrevented).toBe(true)
  })

  test('that are unknown are the page’s', () => {
    expect(key(true, 'Fancy').defaultPrevented).toBe(false)
    expect(sent).toEqual([])
  })

  const byName = (down: boolean, name: string, properties: object = {}): Event =>
    key(down, '', { key: name, getModifierState: () => false, ...properties })
  const of = (code: number, down: boolean, modifiers = 0): InputRecord => ({
    kind: 'key',
    down,
    code,
    modifiers,
  })

  test('B47: Hangul and Hanja of a Korean keyboard', () => {
    for (const code of ['Lang1', 'Lang2']) {
      key(true, code)
      key(false, code)
    }
    expect(records()).toEqual([of(0x16, true), of(0x16, false), of(0x17, true), of(0x17, false)])
  })

  test('B47: without a physical key are typed by their character, with Shift where it needs one', () => {
    expect(byName(true, 'a').defaultPrevented).toBe(true)
    byName(false, 'a')
    byName(true, 'A')
    byName(true, '!', { shiftKey: true })
    byName(true, 'B', { getModifierState: () => true })
    expect(records()).toEqual([
      ...[aDown, aUp],
      ...[of(0xa0, true, 1), of(65, true, 1), of(65, false, 1), of(0xa0, false, 1)],
      ...[of(0x31, true, 1), of(0x31, false, 1)],
      ...[of(66, true), of(66, false)],
    ])
  })

  test('without a physical key but with a name are held as long as they are pressed', () => {
    byName(true, 'Control')
    byName(true, 'Control', { repeat: true })
    expect(records()).toEqual([of(0xa2, true)])
    happens('blur')
    byName(false, 'Control')
    expect(records()).toEqual([of(0xa2, true), of(0xa2, false)])
  })

  test('B47: that have no place at all are reported once, and not to the desktop', () => {
    for (const name of ['é', '한', 'Dead', 'é']) expect(byName(true, name).defaultPrevented).toBe(true)
    expect([unsent, records()]).toEqual([['é'], []])
    // The page’s own keys are none of them.
    expect(byName(true, 'BrightnessUp').defaultPrevented).toBe(false)
  })

  test('carry the modifiers', () => {
    key(true, 'KeyA', { shiftKey: true, altKey: true })
    expect(records()).toMatchObject([{ modifiers: 5 }])
  })

  test('Ctrl+Alt+Shift+Z gives the keyboard back and lets go of everything', () => {
    const modifiers = { ctrlKey: true, altKey: true, shiftKey: true }
    key(true, 'KeyA')
    const event = key(true, 'KeyZ', modifiers)
    expect(event.defaultPrevented).toBe(true)
    expect(surface.blurCalls).toBe(1)
    expect(records()).toEqual([aDown, aUp])
    key(true, 'KeyZ', { ctrlKey: true, altKey: true })
    expect(surface.blurCalls).toBe(1)
  })
})

describe('nothing stays pressed when', () => {
  test.each<[string, () => void]>([
    ['the window loses the focus', () => happens('blur', {}, window)],
    ['the picture loses it', () => happens('blur')],
    [
      'the page is hidden',
      () => {
        page.hidden = true
        happens('visibilitychange', {}, page)
      },
    ],
    ['it is asked for', () => capture.releaseAll()],
    ['the view goes', () => capture.dispose()],
  ])('%s', (_what, happen) => {
    key(true, 'KeyA')
    key(true, 'KeyB')
    button(true, 0)
    button(true, 2)
    sent.length = 0
    happen()
    expect(records()).toEqual([
      aUp,
      { kind: 'key', down: false, code: 66, modifiers: 0 },
      leftUp,
      { kind: 'button', down: false, button: 3 },
    ])
    sent.length = 0
    happen()
    key(false, 'KeyA')
    button(false, 0)
    expect(records()).toEqual([])
  })

  test('the page that is shown again lets go of nothing', () => {
    key(true, 'KeyA')
    happens('visibilitychange', {}, page)
    expect(records()).toEqual([aDown])
  })

  test('the pointer is taken away without its mouseup', () => {
    button(true, 0)
    sent.length = 0
    happens('lostpointercapture')
    vi.runAllTimers()
    expect(records()).toEqual([leftUp])
  })

  test('and an ordinary release is sent once', () => {
    button(true, 0)
    happens('lostpointercapture')
    button(false, 0)
    vi.runAllTimers()
    expect(records().filter((record) => record.kind === 'button')).toEqual([leftDown, leftUp])
  })
})

describe('the pointer', () => {
  test('is sent once a picture, where it was last, and is captured while pressed', () => {
    happens('pointermove', { clientX: 1, clientY: 1 })
    happens('pointermove', { clientX: 420, clientY: 230 })
    expect(sent).toEqual([])
    drawn()
    expect(sent).toEqual([[middle]])
    drawn()
    expect(sent).toHaveLength(1)
    happens('pointerdown', { pointerId: 7 })
    expect(surface.captured).toEqual([7])
  })

  test('a click comes behind its place, takes the focus, and counts once', () => {
    const event = button(true, 0)
    button(true, 0)
    button(false, 0)
    button(false, 0)
    expect(sent).toEqual([
      [middle, leftDown],
      [middle, leftUp],
    ])
    expect({ prevented: event.defaultPrevented, focus: surface.focusCalls }).toEqual({
      prevented: true,
      focus: 2,
    })
  })

  test('unknown buttons are the page’s', () => {
    expect([button(true, 5), button(true, -1)].map((event) => event.defaultPrevented)).toEqual([false, false])
    expect(sent).toEqual([])
  })

  test('B49: five notches of the wheel are five times 120, whatever a browser’s notch is', () => {
    for (const deltaY of [144, 144, 144, 144, 144])
      happens('wheel', { deltaY, deltaX: 0, deltaMode: 0, clientX: 420, clientY: 230 })
    const scrolls = records().filter((record) => record.kind === 'scroll')
    expect(scrolls).toEqual(
      Array.from({ length: 5 }, () => ({ kind: 'scroll', vertical: -120, horizontal: 0 })),
    )
  })

  test('turns of the wheel add up until there is a whole unit; up and right are positive', () => {
    const turn = (deltaY: number, deltaX = 0): Event =>
      happens('wheel', { deltaY, deltaX, deltaMode: 0, clientX: 420, clientY: 230 })
    expect(turn(-0.5).defaultPrevented).toBe(true)
    expect(sent).toEqual([])
    turn(-0.5)
    turn(0, 100)
    expect(records().filter((record) => record.kind === 'scroll')).toEqual([
      { kind: 'scroll', vertical: 1, horizontal: 0 },
      { kind: 'scroll', vertical: 0, horizontal: 120 },
    ])
  })

  test('opens no menu and drags no picture away', () => {
    expect(['contextmenu', 'dragstart'].map((type) => happens(type).defaultPrevented)).toEqual([true, true])
  })
})

test('after the end nothing is sent', () => {
  button(true, 0)
  happens('lostpointercapture')
  happens('pointermove', { clientX: 420, clientY: 230 })
  capture.dispose()
  sent.length = 0
  drawn()
  vi.runAllTimers()
  key(true, 'KeyA')
  button(true, 0)
  happens('wheel', { deltaY: 100, deltaX: 0, deltaMode: 0, clientX: 1, clientY: 1 })
  expect(sent).toEqual([])
})
