/** What a tab says of its view. */
import type { ConnectionSnapshot, ConnectionState } from '../../../src-main/shared/model/connection.ts'
import { messages } from '../../ui/messages.ts'

/** The element that holds the view. */
export const viewPanelId = 'view'
/** The card on which another session is started, in the place of a connection's id. */
export const startViewId = 'start'

export interface ViewTab {
  /** The connection's, or `startViewId`. */
  id: string
  name: string
  /** Node, or the job while there is none. */
  where: string | null
  state: string | null
  tone: 'good' | 'caution' | 'bad' | 'unknown' | null
}

const words: Partial<Record<ConnectionState, string>> = messages.views.states

export const startTab: ViewTab = {
  id: startViewId,
  name: messages.views.start,
  where: null,
  state: null,
  tone: null,
}

export function tabOf(snapshot: ConnectionSnapshot, siteName: string): ViewTab {
  const { connectionId, session, question, state } = snapshot
  const job = session?.jobId ? messages.views.job(session.jobId) : null
  return {
    id: connectionId,
    name: siteName,
    where: session?.node ?? job,
    state: question ? messages.views.asks : (words[state] ?? messages.views.connecting),
    tone: question ? 'caution' : toneOf(state),
  }
}

function toneOf(state: ConnectionState): NonNullable<ViewTab['tone']> {
  if (state === 'streaming') return 'good'
  if (state === 'failed') return 'bad'
  return state === 'reconnecting' ? 'caution' : 'unknown'
}
