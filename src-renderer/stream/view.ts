/** The stream on the page: decoder worker, presenter, input, facts. The one entry for the user interface. */
import type { Client } from '../api/index.ts'
import type { StreamEndReason, ViewFacts } from './facts.ts'

export interface StreamViewOptions {
  /** Gets the picture as its only child; must have a size of its own. */
  container: HTMLElement
  client: Client
  connectionId: string
  /** Called once per second, and when the first picture is shown. */
  onFacts(facts: ViewFacts): void
  /** Called at most once, never after `dispose`. The view is over then. */
  onEnded(reason: StreamEndReason): void
}

export interface StreamView {
  /** Gives the keyboard to the stream. */
  focus(): void
  /** Releases every key, closes the port and empties the container. */
  dispose(): void
  facts(): ViewFacts
}

export function startStreamView(_options: StreamViewOptions): StreamView {
  throw new Error('not there yet')
}
