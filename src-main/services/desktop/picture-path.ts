/** The last part of a desktop, from a job on its node to a picture: what opens and closes together. */
import { fail } from '../../shared/errors.ts'
import type { LinkFacts } from '../../shared/model/desktop.ts'
import type { StreamClient } from '../host/index.ts'
import type { SessionJob, SessionRecord } from '../sessions/index.ts'
import type { Tunnel } from '../cluster/index.ts'
import type { PortTaker } from './frame-ports.ts'

/** What a path leads to. */
export interface Placed {
  session: SessionRecord
  job: Pick<SessionJob, 'node' | 'owner' | 'look' | 'doing' | 'evidence'>
}

/** What is known of the session when its host is paired with. */
export interface PairingFacts {
  /** Whether another session's record names the same port on the same node. */
  isShared(): Promise<boolean>
  /** The job began after this client had asked for it. */
  startedForUs: boolean
}

export interface PicturePath {
  /** The relay's route to the node; null without one. */
  readonly tunnel: Tunnel | null
  /** The stream's process; null for a VNC desktop, and while there is none. */
  readonly stream: StreamClient | null
  /** @throws VizlinkError node-unknown, no-way-to-node */
  open(placed: Placed): Promise<void>
  /** Settles when the host or the VNC server answers; looks at the job meanwhile. @throws VizlinkError host-not-ready, with why */
  waitForHost(placed: Placed, limitMs: number, signal: AbortSignal): Promise<void>
  /** Pairs, unless host and client know each other. A VNC server asks the page itself. */
  pair?(placed: Placed, facts: PairingFacts, signal: AbortSignal): Promise<void>
  /** Starts the stream, or takes it up again. */
  launch?(): Promise<void>
  /** Where the next page's bytes go. @throws VizlinkError bad-request, host-not-ready */
  takePort(): Promise<PortTaker>
  /** The login (`null`) or a relay is gone. @returns whether this path led through it */
  linkLost(relayId: string | null): boolean
  /** Whether the host answers, within a moment; absent: it cannot be asked. */
  answers?(): Promise<boolean>
  /** Figures of the link; null where there are none. */
  facts(): Promise<LinkFacts | null>
  /** Closes everything; it may be opened again. */
  close(): Promise<void>
}

/** @throws VizlinkError node-unknown */
export function nodeOf({ node }: Pick<Placed['job'], 'node'>): string {
  if (node) return node
  throw fail('node-unknown', 'session-node')
}

/** What a path led to is not there any more. */
export function gone(): never {
  throw fail('link-lost', 'node-gone')
}
