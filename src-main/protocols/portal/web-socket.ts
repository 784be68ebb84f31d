/**
 * The portal's WebSocket service (5011): storage figures and notifications as they come. It knows no authentication, and
 * anybody may post to it: what arrives is bounded and shown as text, nothing is acted upon. Sent are `subscribe` and `ping`.
 */
import { z } from 'zod'
import { WebSocket, type MessageEvent } from 'undici'
import type { DataDisk, PortalNotification, Scratch } from '../../shared/model/status.ts'
import { parseJson, type PortalHttp } from './http.ts'
import { notificationShape } from './notification.ts'
import { pushedStorageShape } from './storage-shapes.ts'

export type PortalEvent =
  | { type: 'storage'; dataDisk: DataDisk | null; scratch: Scratch | null }
  | { type: 'notification'; notification: PortalNotification }

const channels = ['notifications', 'storage'] as const
const maximumText = 512 * 1024

export interface ChannelPace {
  /** Between pings, ms. */
  ping: number
  /** Without any message for so long the connection counts as dead. */
  silence: number
  firstRetry: number
  lastRetry: number
}
const usualPace: ChannelPace = { ping: 25_000, silence: 70_000, firstRetry: 1000, lastRetry: 60_000 }

const envelope = z.object({ type: z.string().max(40), data: z.unknown() })

/** Reads a message; null for what says nothing to us. */
export function readPortalEvent(text: string): PortalEvent | null {
  if (text.length > maximumText) return null
  const message = envelope.safeParse(parseJson(text)).data
  if (!message) return null
  if (message.type === 'notification') {
    const notification = notificationShape.safeParse(message.data).data
    return notification ? { type: 'notification', notification } : null
  }
  if (['initial_data', 'periodic_update', 'update'].includes(message.type)) {
    const data = pushedStorageShape.safeParse(message.data).data
    return data ? { type: 'storage', dataDisk: data.data_storage, scratch: data.scratch_storage } : null
  }
  return null
}

export interface ChannelListener {
  onEvent(event: PortalEvent): void
  onConnected(connected: boolean): void
}

/** Keeps a connection as long as it is wanted; every new one waits longer than the last until a message came. */
export class PortalChannel {
  private readonly url: URL
  private readonly http: Pick<PortalHttp, 'dispatcherOf'>
  private readonly listener: ChannelListener
  private readonly pace: ChannelPace
  private socket: WebSocket | null = null
  private retry: NodeJS.Timeout | null = null
  private beat: NodeJS.Timeout | null = null
  private heardAt = 0
  private attempts = 0
  private closed = false

  /** @param http whose trust, pinned certificate and proxy hold here too */
  constructor(
    url: URL,
    http: Pick<PortalHttp, 'dispatcherOf'>,
    listener: ChannelListener,
    pace: ChannelPace = usualPace,
  ) {
    this.url = url
    this.http = http
    this.listener = listener
    this.pace = pace
    void this.open()
  }

  close(): void {
    this.closed = true
    if (this.retry) clearTimeout(this.retry)
    this.drop()
  }

  private async open(): Promise<void> {
    let socket: WebSocket
    try {
      const web = new URL(this.url.href.replace(/^ws/, 'http'))
      const dispatcher = await this.http.dispatcherOf(web)
      if (this.closed) return
      socket = new WebSocket(this.url, { dispatcher })
    } catch {
      return this.again()
    }
    this.socket = socket
    this.heardAt = performance.now()
    socket.addEventListener('open', () => {
      this.listener.onConnected(true)
      for (const channel of channels) this.send(socket, { type: 'subscribe', channel })
    })
    socket.addEventListener('message', ({ data }: MessageEvent) => {
      this.heardAt = performance.now()
      this.attempts = 0
      // Binary messages are not part of the service.
      const event = typeof data === 'string' ? readPortalEvent(data) : null
      if (event && this.socket === socket) this.listener.onEvent(event)
    })
    socket.addEventListener('error', () => undefined)
    socket.addEventListener('close', () => {
      if (this.socket !== socket) return
      this.drop()
      this.again()
    })
    this.beat = setInterval(() => {
      if (performance.now() - this.heardAt > this.pace.silence) {
        this.drop()
        this.again()
      } else if (socket.readyState === WebSocket.OPEN) this.send(socket, { type: 'ping' })
    }, this.pace.ping)
  }

  private send(socket: WebSocket, message: { type: 'ping' } | { type: 'subscribe'; channel: string }): void {
    try {
      socket.send(JSON.stringify(message))
    } catch {
      // Its end follows.
    }
  }

  private drop(): void {
    const { socket } = this
    this.socket = null
    if (this.beat) clearInterval(this.beat)
    this.beat = null
    if (!socket) return
    this.listener.onConnected(false)
    try {
      socket.close()
    } catch {
      // It was never open.
    }
  }

  private again(): void {
    if (this.closed) return
    const { firstRetry, lastRetry } = this.pace
    const delay = Math.min(lastRetry, firstRetry * 2 ** Math.min(this.attempts++, 10))
    this.retry = setTimeout(() => void this.open(), delay)
  }
}
