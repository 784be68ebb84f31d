/** What carries the contract between page and app: a WebSocket (browser shell) or Electron's preload bridge. */
import type { Reply } from '../../src-main/shared/contract.ts'

/** `connecting` also between two attempts; `disconnected` is final for this page (the app is gone or refused it). */
export type TransportState = 'connecting' | 'connected' | 'disconnected'

/**
 * A frame port on its way to the decoder's worker: there a WebSocket is opened at `url`, or `port` (transferred) is used.
 */
export type FramePort = { kind: 'web-socket'; url: string } | { kind: 'message-port'; port: MessagePort }

export interface Transport {
  readonly state: TransportState
  /** Settles with the app's reply; rejects with a `VizlinkError` if the app cannot be reached. */
  call(name: string, input: unknown): Promise<Reply>
  /** Returns how to stop. */
  onEvent(listener: (event: string, data: unknown) => void): () => void
  /** Returns how to stop. */
  onState(listener: (state: TransportState) => void): () => void
  /** Makes the port that `desktop.openPort` answered usable. */
  takeFramePort(opened: { portId: string; path: string | null }): Promise<FramePort>
}

/** A set of listeners: `add` returns how to remove; a listener that throws does not stop the others. */
export class Listeners<A extends unknown[]> {
  private readonly all = new Set<(...values: A) => void>()

  add(listener: (...values: A) => void): () => void {
    this.all.add(listener)
    return () => this.all.delete(listener)
  }

  emit(...values: A): void {
    for (const listener of [...this.all]) {
      try {
        listener(...values)
      } catch (error) {
        reportError(error)
      }
    }
  }
}
