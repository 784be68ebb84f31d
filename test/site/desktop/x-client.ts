/** A connection to the desktop's X server through the npm package `x11`, which has no types of its own. */
import { createRequire } from 'node:module'

export interface XTest {
  KeyPress: number
  KeyRelease: number
  ButtonPress: number
  ButtonRelease: number
  MotionNotify: number
  /** For motion, `detail` 0 is absolute and 1 relative. */
  FakeInput(type: number, detail: number, time: number, window: number, x: number, y: number): void
}

export interface XInput {
  EventType: Record<string, number>
  XISelectEvents(window: number, masks: { deviceId: number; mask: number[] | number }[]): void
}

export interface CursorImage {
  x: number
  y: number
  width: number
  height: number
  xhot: number
  yhot: number
  cursorSerial: number
  /** Premultiplied ARGB, four bytes a pixel, little endian. */
  cursorImage: Buffer
}

export interface XFixes {
  GetCursorImage(callback: (error: unknown, image: CursorImage) => void): void
  HideCursor(window: number): void
}

export interface XConnection {
  display: { min_keycode: number; max_keycode: number; screen: { root: number }[] }
  client: XClient
}

export interface XClient {
  on(event: 'event', listener: (event: { type: number; evtype?: number; name?: string }) => void): void
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'end', listener: () => void): void
  require(name: 'xtest', callback: (error: unknown, extension: XTest) => void): void
  require(name: 'xinput', callback: (error: unknown, extension: XInput) => void): void
  require(name: 'fixes', callback: (error: unknown, extension: XFixes) => void): void
  QueryPointer(
    window: number,
    callback: (error: unknown, pointer: { rootX: number; rootY: number; keyMask: number }) => void,
  ): void
  /** 32 bytes, one bit a key code. */
  QueryKeymap(callback: (error: unknown, keys: Buffer) => void): void
  InternAtom(onlyIfExists: boolean, name: string, callback: (error: unknown, atom: number) => void): void
  GetSelectionOwner(atom: number, callback: (error: unknown, window: number) => void): void
  GetKeyboardMapping(first: number, count: number, callback: (error: unknown, map: number[][]) => void): void
  terminate(): void
}

const x11 = createRequire(import.meta.url)('x11') as {
  createClient(
    options: { display: string; xauthority?: string },
    callback: (error: unknown, display: XConnection['display'] & { client: XClient }) => void,
  ): void
}

const connectDeadlineMs = 5000

/** Connects to `display` with the cookie in the Xauthority file. */
export function connectX(display: string, xauthority: string): Promise<XConnection> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`X server ${display} did not answer`)), connectDeadlineMs)
    // The package finds the cookie through the environment only.
    process.env.XAUTHORITY = xauthority
    x11.createClient({ display }, (error, connection) => {
      clearTimeout(timer)
      if (error) reject(error instanceof Error ? error : new Error(JSON.stringify(error)))
      else resolve({ display: connection, client: connection.client })
    })
  })
}

/** Loads an extension of the server. */
export function requireExtension<T>(client: XClient, name: 'xtest' | 'xinput' | 'fixes'): Promise<T> {
  return new Promise((resolve, reject) => {
    client.require(name as 'xtest', (error, extension) => {
      if (error) reject(error instanceof Error ? error : new Error(`X extension ${name} is missing`))
      else resolve(extension as T)
    })
  })
}

/** Whether a window manager has taken the screen (ICCCM 2.0 section 4.3). */
export function hasWindowManager(client: XClient): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void =>
      reject(error instanceof Error ? error : new Error('the X server did not say who manages windows'))
    client.InternAtom(false, 'WM_S0', (atomError, atom) => {
      if (atomError) return failed(atomError)
      client.GetSelectionOwner(atom, (error, window) => (error ? failed(error) : resolve(window !== 0)))
    })
  })
}
