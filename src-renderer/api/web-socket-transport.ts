/** The contract over a WebSocket on the page's own origin (browser shell), with reconnection. */
import { maximumCallBytes, replySchema, type Reply } from '../../src-main/shared/contract.ts'
import { fail } from '../../src-main/shared/errors.ts'
import { Listeners, type FramePort, type Transport, type TransportState } from './transport.ts'

const retryDelaysMs = [200, 500, 1000, 2000, 4000] as const
/** After this long without the app the page says that it is gone for good. */
const giveUpAfterMs = 60_000
/** A call that waits longer than this for its reply was lost; the app's own deadlines are shorter. */
const callDeadlineMs = 120_000

interface Waiting {
  resolve(reply: Reply): void
  reject(error: Error): void
  timer: number
}

const appGone = () => fail('internal', 'page-lost-app')

/** Opens the transport. `path` is that of the contract's socket on this origin. */
export function createWebSocketTransport(path = '/contract'): Transport {
  const url = socketUrl(path)
  const waiting = new Map<number, Waiting>()
  const eventListeners = new Listeners<[string, unknown]>()
  const stateListeners = new Listeners<[TransportState]>()
  let state: TransportState = 'connecting'
  let socket: WebSocket | null = null
  let nextId = 1
  let attempt = 0
  let lostAt = performance.now()

  function setState(next: TransportState): void {
    if (state === next) return
    state = next
    stateListeners.emit(next)
  }

  function settle(id: number): Waiting | undefined {
    const entry = waiting.get(id)
    waiting.delete(id)
    if (entry) clearTimeout(entry.timer)
    return entry
  }

  function onMessage(text: unknown): void {
    if (typeof text !== 'string') return
    const envelope = JSON.parse(text) as Record<string, unknown>
    if (typeof envelope.event === 'string') {
      eventListeners.emit(envelope.event, envelope.data)
      return
    }
    if (typeof envelope.id !== 'number') return
    const reply = replySchema.safeParse(envelope.reply)
    if (reply.success) settle(envelope.id)?.resolve(reply.data)
    else settle(envelope.id)?.reject(appGone())
  }

  function connect(): void {
    const current = new WebSocket(url)
    socket = current
    current.addEventListener('open', () => {
      attempt = 0
      setState('connected')
    })
    current.addEventListener('message', (event) => onMessage(event.data))
    current.addEventListener('close', (event) => {
      if (socket !== current) return
      socket = null
      for (const id of [...waiting.keys()]) settle(id)?.reject(appGone())
      if (state === 'connected') lostAt = performance.now()
      // 1008: the app refused what we sent; coming back would only repeat it.
      if (event.code === 1008 || performance.now() - lostAt > giveUpAfterMs) {
        setState('disconnected')
        return
      }
      setState('connecting')
      const delay = retryDelaysMs[Math.min(attempt++, retryDelaysMs.length - 1)]
      window.setTimeout(connect, delay)
    })
  }

  /** Waits for an open socket, as long as there is hope. */
  function whenOpen(): Promise<WebSocket> {
    if (socket?.readyState === WebSocket.OPEN) return Promise.resolve(socket)
    if (state === 'disconnected') return Promise.reject(appGone())
    return new Promise((resolve, reject) => {
      const stop = stateListeners.add((next) => {
        if (next === 'connecting') return
        stop()
        if (next === 'connected' && socket) resolve(socket)
        else reject(appGone())
      })
    })
  }

  connect()

  return {
    get state() {
      return state
    },
    async call(name, input) {
      const id = nextId++
      const text = JSON.stringify({ id, call: name, input })
      if (new TextEncoder().encode(text).byteLength > maximumCallBytes) {
        throw fail('bad-request', 'request-too-large', { retryable: false })
      }
      const open = await whenOpen()
      return new Promise((resolve, reject) => {
        const timer = window.setTimeout(() => settle(id)?.reject(appGone()), callDeadlineMs)
        waiting.set(id, { resolve, reject, timer })
        open.send(text)
      })
    },
    onEvent: (listener) => eventListeners.add(listener),
    onState: (listener) => stateListeners.add(listener),
    takeFramePort({ path: portPath }): Promise<FramePort> {
      if (portPath === null) return Promise.reject(appGone())
      return Promise.resolve({ kind: 'web-socket', url: socketUrl(portPath) })
    },
  }
}

function socketUrl(path: string): string {
  const url = new URL(path, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}
