/**
 * A program that is driven from outside by Chromium's DevTools protocol alone: a package's fuses forbid the way by which tests reach
 * into the main process.
 */
import { vi } from 'vitest'

export interface DevToolsPage {
  /** Value of an expression in the page; promises are awaited. Undefined while the page is being loaded. */
  value<T>(expression: string): Promise<T | undefined>
  /** PNG of what the page shows. */
  picture(): Promise<Buffer>
  close(): void
}

interface Target {
  url: string
  webSocketDebuggerUrl: string
}

/**
 * Waits for the program's page.
 * @param port of `--remote-debugging-port`
 * @param everyMs how often it is looked for
 */
export async function connectDevTools(port: number, everyMs = 100): Promise<DevToolsPage> {
  const target = await vi.waitUntil(
    async () => {
      const list = await fetch(`http://127.0.0.1:${port}/json/list`).then(
        (answer) => answer.json() as Promise<Target[]>,
        () => [],
      )
      return list.find(({ url }) => url.startsWith('app:')) ?? null
    },
    { timeout: 60_000, interval: everyMs, message: 'the page of the program' },
  )
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error('no DevTools')), { once: true })
  })
  let counter = 0
  const waiting = new Map<number, (result: unknown) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (id !== undefined) waiting.get(id)?.(result)
  })
  const ask = (method: string, parameters: object): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++counter
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params: parameters }))
    })
  return {
    async value<T>(expression: string) {
      const options = { expression, awaitPromise: true, returnByValue: true }
      const answer = (await ask('Runtime.evaluate', options)) as { result: { value: T } } | undefined
      return answer?.result.value
    },
    async picture() {
      const { data } = (await ask('Page.captureScreenshot', {})) as { data: string }
      return Buffer.from(data, 'base64')
    },
    close: () => socket.close(),
  }
}
