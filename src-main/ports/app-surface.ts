/** What a shell needs of the app: calls, events and the hand-over of frame ports. `createApp` returns one. */
import type { Socket } from 'node:net'
import type { EventName, Reply } from '../shared/contract.ts'

/** An accepted WebSocket upgrade, which another process finishes. */
export interface Upgrade {
  headers: Record<string, string>
  head: Buffer
}

/** Who calls. A shell sets `trusted` only after its own sender checks (frame, origin, cookie). */
export interface Sender {
  id: string
  trusted: boolean
}

export interface AppSurface {
  /** Routes one call; never throws, never rejects. */
  call(sender: Sender, name: string, input: unknown): Promise<Reply>
  /** Subscribes to all events; returns how to stop. */
  subscribe(listener: (event: EventName, data: unknown) => void): () => void
  /** A page is gone: what it watched stops (connections stay). */
  senderGone(senderId: string): void
  /**
   * Hands an upgraded connection for a port from `desktop.openPort` to its stream process. A port id is good once.
   * @returns false if the id is unknown, used or its stream has ended (the caller closes the socket)
   */
  attachStreamSocket(portId: string, upgrade: Upgrade, socket: Socket): boolean
  /**
   * Electron: hands a MessagePortMain for a port from `desktop.openPort` to its stream process (`ChildHandle.sendPort`).
   * @returns false if the id is unknown, used or its stream has ended (the caller closes the port)
   */
  attachStreamPort?(portId: string, port: object): boolean
  /** Ends streams, links and children, each within its own limit; jobs of running sessions stay. */
  dispose(): Promise<void>
}
