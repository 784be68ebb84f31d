/** Puts input into the desktop's X server by XTEST. */
import { connectX, requireExtension, type XTest } from './x-client.ts'
import { keysymOf } from './key-table.ts'

export interface Injector {
  key(virtualKey: number, down: boolean): void
  /** Absolute position in pixels of the desktop. */
  position(x: number, y: number): void
  move(dx: number, dy: number): void
  /** GameStream's numbers: 1 left, 2 middle, 3 right, 4 back, 5 forward. */
  button(button: number, down: boolean): void
  /** 120 units are one notch; positive is up or right. */
  scroll(vertical: number, horizontal: number): void
  /** Releases everything that is held. */
  releaseAll(): void
  close(): void
}

/** Connects to the X server and learns its keyboard map. */
export async function startInjector(desktop: { display: string; xauthority: string }): Promise<Injector> {
  const x = await connectX(desktop.display, desktop.xauthority)
  x.client.on('error', () => undefined)
  const test = await requireExtension<XTest>(x.client, 'xtest')
  const root = x.display.screen[0]?.root ?? 0
  const first = x.display.min_keycode
  const map = await new Promise<number[][]>((resolve, reject) =>
    x.client.GetKeyboardMapping(first, x.display.max_keycode - first + 1, (error, table) =>
      error ? reject(new Error('the X server gave no keyboard map')) : resolve(table),
    ),
  )
  const keycodes = new Map<number, number>()
  // As XKeysymToKeycode looks: every key's first symbol, then every key's second.
  const levels = Math.max(0, ...map.map((keysyms) => keysyms.length))
  for (let level = 0; level < levels; level++) {
    map.forEach((keysyms, index) => {
      const keysym = keysyms[level]
      if (keysym !== undefined && !keycodes.has(keysym)) keycodes.set(keysym, first + index)
    })
  }
  const heldKeys = new Set<number>()
  const heldButtons = new Set<number>()
  const rest = { vertical: 0, horizontal: 0 }

  const fakeKey = (keycode: number, down: boolean): void => {
    if (down) heldKeys.add(keycode)
    else heldKeys.delete(keycode)
    test.FakeInput(down ? test.KeyPress : test.KeyRelease, keycode, 0, root, 0, 0)
  }
  const fakeButton = (button: number, down: boolean): void => {
    if (down) heldButtons.add(button)
    else heldButtons.delete(button)
    test.FakeInput(down ? test.ButtonPress : test.ButtonRelease, button, 0, root, 0, 0)
  }
  const wheel = (
    axis: 'vertical' | 'horizontal',
    amount: number,
    positive: number,
    negative: number,
  ): void => {
    rest[axis] += amount
    while (Math.abs(rest[axis]) >= 120) {
      const button = rest[axis] > 0 ? positive : negative
      rest[axis] -= Math.sign(rest[axis]) * 120
      test.FakeInput(test.ButtonPress, button, 0, root, 0, 0)
      test.FakeInput(test.ButtonRelease, button, 0, root, 0, 0)
    }
  }
  return {
    key(virtualKey, down) {
      const keycode = keycodes.get(keysymOf[virtualKey] ?? 0)
      if (keycode !== undefined) fakeKey(keycode, down)
    },
    position: (px, py) => test.FakeInput(test.MotionNotify, 0, 0, root, px, py),
    move: (dx, dy) => test.FakeInput(test.MotionNotify, 1, 0, root, dx, dy),
    button(button, down) {
      const number = { 1: 1, 2: 2, 3: 3, 4: 8, 5: 9 }[button]
      if (number !== undefined) fakeButton(number, down)
    },
    scroll(vertical, horizontal) {
      wheel('vertical', vertical, 4, 5)
      wheel('horizontal', horizontal, 7, 6)
    },
    releaseAll() {
      for (const keycode of [...heldKeys]) fakeKey(keycode, false)
      for (const button of [...heldButtons]) fakeButton(button, false)
    },
    close: () => x.client.terminate(),
  }
}
