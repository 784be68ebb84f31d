/** What an X server knows about its pointer and keys: proof that input arrived, past every window. */
import { connectX } from '../../site/desktop/x-client.ts'

export interface XState {
  x: number
  y: number
  /** Mouse buttons held, by X's numbers. */
  buttons: number[]
  /** Keys held, by X key codes. */
  keys: number[]
}

export interface XObserver {
  state(): Promise<XState>
  close(): void
}

/** Connects to the desktop's X server. */
export async function observeX(desktop: { display: string; xauthority: string }): Promise<XObserver> {
  const { client, display } = await connectX(desktop.display, desktop.xauthority)
  client.on('error', () => undefined)
  const root = display.screen[0]?.root ?? 0
  return {
    async state() {
      const pointer = await new Promise<{ rootX: number; rootY: number; keyMask: number }>(
        (resolve, reject) =>
          client.QueryPointer(root, (error, value) =>
            error ? reject(new Error('no pointer')) : resolve(value),
          ),
      )
      const map = await new Promise<Buffer>((resolve, reject) =>
        client.QueryKeymap((error, value) => (error ? reject(new Error('no keys')) : resolve(value))),
      )
      const held = (bit: number): boolean => (((map[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1
      return {
        x: pointer.rootX,
        y: pointer.rootY,
        buttons: [1, 2, 3, 4, 5].filter((button) => (pointer.keyMask >> (7 + button)) & 1),
        keys: Array.from({ length: 256 }, (_, code) => code).filter(held),
      }
    },
    close: () => client.terminate(),
  }
}
