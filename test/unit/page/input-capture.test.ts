/** Keys and buttons that are held: let go wherever the page loses them. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { InputRecord } from '../../../src-main/shared/stream-input.ts'
import { captureInput } from '../../../src-renderer/stream/input-capture.ts'

class Place extends EventTarget {
  hidden = false
  setPointerCapture(): void {}
  focus(): void {}
  blur(): void {
    this.dispatchEvent(new Event('blur'))
  }
  getBoundingClientRect(): object {
    return { left: 0, top: 0, width: 100, height: 100 }
  }
}

let page: Place
let shown: Place
beforeEach(() => {
  page = new Place()
  shown = new Place()
  vi.stubGlobal('window', page)
  vi.stubGlobal('document', shown)
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('cancelAnimationFrame', () => undefined)
})
afterEach(() => vi.unstubAllGlobals())

function held() {
  const surface = new Place()
  const sent: InputRecord[] = []
  const capture = captureInput(
    surface as unknown as HTMLElement,
    () => ({ width: 100, height: 100 }),
    (records) => sent.push(...records),
  )
  const on = (type: string, facts: object): void =>
    void surface.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), facts))
  const none = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat: false }
  const key = (type: string, code: string, more = {}): void => on(type, { ...none, code, ...more })
  key('keydown', 'AltLeft', { altKey: true })
  key('keydown', 'KeyA', { altKey: true })
  on('mousedown', { button: 0, clientX: 1, clientY: 1 })
  sent.length = 0
  return { surface, sent, capture, key }
}
const released = [
  { kind: 'key', down: false, code: 0xa4, modifiers: 0 },
  { kind: 'key', down: false, code: 0x41, modifiers: 0 },
  { kind: 'button', down: false, button: 1 },
]

test.each<[string, (one: ReturnType<typeof held>) => void]>([
  ['the window', () => page.dispatchEvent(new Event('blur'))],
  ['the picture', ({ surface }) => surface.blur()],
  [
    'the tab',
    () => {
      shown.hidden = true
      shown.dispatchEvent(new Event('visibilitychange'))
    },
  ],
  ['the view, which is closed', ({ capture }) => capture.dispose()],
])('what is held is let go when the keyboard leaves %s, and once', (_what, leave) => {
  const one = held()
  leave(one)
  leave(one)
  expect(one.sent).toEqual(released)
})

test('a key that is held is pressed once', () => {
  const { sent, key } = held()
  for (let repeat = 0; repeat < 5; repeat++) key('keydown', 'KeyA', { repeat: true })
  expect(sent).toEqual([])
})
