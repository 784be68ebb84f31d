/** Messages between the app and one stream process (IPC channel of the child process; never argv or environment). */
import type { StreamFacts } from '../shared/model/desktop.ts'
import type { Failure } from '../shared/errors.ts'
import type { StreamStart } from '../protocols/native.ts'
import type { StreamConfiguration } from '../shared/stream-port.ts'

export type ToStreamProcess =
  | { type: 'start'; start: StreamStart }
  | { type: 'stop' }
  /** Browser shell: an accepted upgrade whose socket travels with this message. `head` is base64. */
  | { type: 'attach-socket'; headers: Record<string, string>; head: string }
  /** Electron: a MessagePort travels with this message. */
  | { type: 'attach-port' }
  /** Command line without a page: frames are counted here and dropped. */
  | { type: 'attach-counter' }
  | { type: 'request-key-frame' }
  /** An input message's payload (base64), for callers without a frame port. */
  | { type: 'input'; payload: string }

export type FromStreamProcess =
  | { type: 'ready' }
  | { type: 'stage'; name: string; status: 'starting' | 'complete' | 'failed'; code: number }
  | { type: 'connected'; configuration: StreamConfiguration }
  | { type: 'facts'; facts: StreamFacts }
  | { type: 'failed'; failure: Failure }
  /** The stream is over; 0 = the host ended it. The process stays until the app ends it. */
  | { type: 'terminated'; code: number }
