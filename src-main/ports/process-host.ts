/** Child processes of the app: how a shell starts them and talks to them. */
import type { Socket } from 'node:net'
import type { EvidenceItem } from '../shared/errors.ts'

export type ChildName = 'link' | 'stream'

/** How a child ended. */
export interface ChildEnd {
  code: number | null
  signal: string | null
  /** Its last lines on standard error, without secrets. */
  errorOutput?: string
}

/** One running child. After `exited` nothing is sent or received any more. */
export interface ChildHandle {
  readonly pid: number
  /**
   * Sends one message; a socket given along is handed over to the child. False when the child is gone.
   * Electron hands over ports instead of sockets, by `sendPort`.
   */
  send(message: object, socket?: Socket): boolean
  /** Electron only: sends one message together with a MessagePortMain. False when the child is gone. */
  sendPort?(message: object, port: object): boolean
  /** Messages as they come: nothing has checked them. */
  onMessage(listener: (message: unknown) => void): void
  /** Settles once, with how the process ended; never rejects. */
  readonly exited: Promise<ChildEnd>
  /**
   * Ends the process: politely (SIGTERM) and by SIGKILL after two seconds. Settles when it is gone.
   * @param fault how the process broke its contract, to be logged: names of messages and fields, no values
   */
  end(fault?: readonly EvidenceItem[]): Promise<void>
}

export interface ProcessHost {
  /** Starts a child with a minimal environment and no secret in argv. */
  start(name: ChildName): ChildHandle
}
