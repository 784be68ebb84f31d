/** A desktop's VNC server as it is reached through a port of its node, and the channels to it. */
import type { Clock } from '../../ports/platform.ts'
import type { Route } from '../../shared/model/desktop.ts'
import type { NodePort } from './node-port.ts'

/**
 * The link process closes a channel that no page takes within 30 s. One that is nearly so old is not given to a page; and it is
 * not kept alive by new ones, since some servers shut out clients that connect often without logging in.
 */
const keptMs = 20_000

/** What the server takes of its port. */
type ServerPort = Pick<NodePort, 'route' | 'hopId' | 'open' | 'closeChannel' | 'close'>

interface Channel {
  id: string
  /** Unix ms. */
  since: number
  over: boolean
}

export class VncServer {
  private readonly port: ServerPort
  private readonly clock: Clock
  private readonly onLost: () => void
  /** The channel that found the server; the first page gets it. */
  private waiting: Channel | null = null
  private closed = false
  private lostValue = false

  /** @param onLost called at most once, not after `close` */
  constructor(port: ServerPort, clock: Clock, onLost: () => void) {
    this.port = port
    this.clock = clock
    this.onLost = onLost
  }

  /** The server, or what leads to it, is gone: no channel can be opened any more. */
  get lost(): boolean {
    return this.lostValue
  }

  get route(): Route | null {
    return this.port.route
  }

  /** Login on the node, or null where there is none. */
  get hopId(): string | null {
    return this.port.hopId
  }

  /** Opens a channel for the first page. @throws VizlinkError host-not-ready: no server listens there (yet); no-way-to-node */
  async find(): Promise<void> {
    this.waiting = await this.open()
  }

  /** A channel for one page. @throws as `find` */
  async take(): Promise<string> {
    const { waiting } = this
    this.waiting = null
    if (waiting && !waiting.over) {
      if (this.clock.now() - waiting.since < keptMs) return waiting.id
      await this.port.closeChannel(waiting.id)
    }
    return (await this.open()).id
  }

  lose(): void {
    if (this.lostValue || this.closed) return
    this.lostValue = true
    this.onLost()
  }

  async close(): Promise<void> {
    this.closed = true
    const { waiting } = this
    this.waiting = null
    if (waiting && !waiting.over) await this.port.closeChannel(waiting.id)
    await this.port.close()
  }

  private async open(): Promise<Channel> {
    const channel: Channel = { id: '', since: this.clock.now(), over: false }
    channel.id = await this.port.open((byFarEnd) => {
      channel.over = true
      if (byFarEnd) this.lose()
    })
    return channel
  }
}
