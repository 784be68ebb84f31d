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
  display: { min_keycode: number; max_keycode: number; screen: { root: number; pixel_width: number }[] }
  client: XClient
}

export interface XClient {
  /** Numbers by name, as far as asked for. */
  atoms: Record<string, number>
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
  GetProperty(
    remove: 0,
    window: number,
    property: number,
    type: number,
    offset: number,
    length: number,
    callback: (error: unknown, property: { data: Buffer }) => void,
  ): void
  GetKeyboardMapping(first: number, count: number, callback: (error: unknown, map: number[][]) => void): void
  AllocID(): number
  CreateWindow(
    id: number,
    parent: number,
    x: number,
    y: number,
    width: number,
    height: number,
    border: number,
    depth: number,
    kind: number,
    visual: number,
    values: { overrideRedirect?: boolean; backgroundPixel?: number },
  ): void
  MapWindow(id: number): void
  CreatePixmap(id: number, drawable: number, depth: number, width: number, height: number): void
  CreateGC(id: number, drawable: number): void
  /** `format` 2: one word of four bytes a pixel (B, G, R, unused). */
  PutImage(
    format: 2,
    drawable: number,
    context: number,
    width: number,
    height: number,
    x: number,
    y: number,
    leftPad: 0,
    depth: number,
    pixels: Buffer,
  ): void
  CopyArea(
    from: number,
    to: number,
    context: number,
    fromX: number,
    fromY: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void
  terminate(): void
}

const x11 = createRequire(import.meta.url)('x11') as {
  createClient(
    options: { display: string; xauthority?: string },
    callback: (error: unknown, display: XConnection['display'] & { client: XClient }) => void,
  ): void
}

const asError = (error: unknown, otherwise: string): Error =>
  error instanceof Error ? error : new Error(otherwise)

const connectDeadlineMs = 5000

/** Connects to `display` with the cookie in the Xauthority file. */
export function connectX(display: string, xauthority: string): Promise<XConnection> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`X server ${display} did not answer`)), connectDeadlineMs)
    // The package finds the cookie through the environment only.
    process.env.XAUTHORITY = xauthority
    x11.createClient({ display }, (error, connection) => {
      clearTimeout(timer)
      if (error) return reject(asError(error, JSON.stringify(error)))
      const { client } = connection
      // The package remembers atoms for all servers together, and each server has its own.
      client.atoms = { ...client.atoms }
      resolve({ display: connection, client })
    })
  })
}

/** Loads an extension of the server. */
export function requireExtension<T>(client: XClient, name: 'xtest' | 'xinput' | 'fixes'): Promise<T> {
  return new Promise((resolve, reject) => {
    client.require(name as 'xtest', (error, extension) => {
      if (error) reject(asError(error, `X extension ${name} is missing`))
      else resolve(extension as T)
    })
  })
}

function atom(client: XClient, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    client.InternAtom(false, name, (error, number) =>
      error ? reject(asError(error, `the X server has no atom ${name}`)) : resolve(number),
    )
  })
}

/** Whether a window manager has taken the screen (ICCCM 2.0 section 4.3). */
export async function hasWindowManager(client: XClient): Promise<boolean> {
  const selection = await atom(client, 'WM_S0')
  return new Promise((resolve, reject) => {
    client.GetSelectionOwner(selection, (error, window) =>
      error ? reject(asError(error, 'the X server did not say who manages windows')) : resolve(window !== 0),
    )
  })
}

/** Whether a window has the keyboard, as the window manager says (EWMH 1.5, `_NET_ACTIVE_WINDOW`). */
export async function hasActiveWindow({ client, display }: XConnection): Promise<boolean> {
  const name = await atom(client, '_NET_ACTIVE_WINDOW')
  const anyType = 0
  return new Promise((resolve, reject) => {
    client.GetProperty(0, display.screen[0]?.root ?? 0, name, anyType, 0, 1, (error, property) =>
      error
        ? reject(asError(error, 'the X server did not say which window has the keyboard'))
        : resolve(property.data.length === 4 && property.data.readUInt32LE(0) !== 0),
    )
  })
}
