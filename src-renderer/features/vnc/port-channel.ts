/** What the channel takes of a MessagePort. */
interface ChannelPort {
  onmessage: ((event: MessageEvent<unknown>) => void) | null
  postMessage(message: unknown): void
  close(): void
  addEventListener(type: 'close', listener: () => void): void
}

/** A MessagePort (Electron) as the channel object that noVNC takes; says how many bytes were taken, so that no more come. */
export class PortChannel {
  binaryType = 'arraybuffer'
  readonly protocol = ''
  readyState: 'open' | 'closed' = 'open'
  onopen: (() => void) | null = null
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null
  onerror: (() => void) | null = null
  onclose: ((event: object) => void) | null = null
  private readonly port: ChannelPort

  /** @param tap gets all that arrives, before `onmessage` */
  constructor(port: ChannelPort, tap: (data: Uint8Array) => void = () => undefined) {
    this.port = port
    port.onmessage = ({ data }) => {
      if (!(data instanceof Uint8Array)) return this.close()
      tap(data)
      // noVNC keeps no piece of it.
      this.onmessage?.({ data: new Uint8Array(data).buffer })
      port.postMessage(data.byteLength)
    }
    port.addEventListener('close', () => this.ended())
  }

  send(data: Uint8Array): void {
    // A copy: noVNC uses its buffer again.
    if (this.readyState === 'open') this.port.postMessage(new Uint8Array(data))
  }

  close(): void {
    this.port.close()
    this.ended()
  }

  private ended(): void {
    if (this.readyState === 'closed') return
    this.readyState = 'closed'
    // As a WebSocket does: noVNC begins to wait for it after it has called `close`.
    queueMicrotask(() => this.onclose?.({}))
  }
}
