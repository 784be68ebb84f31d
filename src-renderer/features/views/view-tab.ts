/** What a tab says of its view. */
import type { ConnectionSnapshot, ConnectionState } from '../../../src-main/shared/model/connection.ts'
import type { VncSnapshot } from '../../../src-main/shared/model/vnc.ts'
import { messages } from '../../ui/messages.ts'

/** The element that holds the view. */
export const viewPanelId = 'view'
/** The card on which another session is started, in the place of an id. */
export const startViewId = 'start'

export interface ViewTab {
  /** The connection's, the VNC desktop's, or `startViewId`. */
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
  return {
    id: connectionId,
    name: siteName,
    where: session?.node ?? jobOf(session),
    ...said(state, question),
  }
}

/** The same words as a stream's: what differs is of no interest in a tab. */
const sameAs: Record<VncSnapshot['state'], ConnectionState> = {
  starting: 'starting',
  ready: 'streaming',
  restoring: 'reconnecting',
  ended: 'ended',
  failed: 'failed',
}

export function tabOfDesktop({ desktopId, node, session, question, state }: VncSnapshot): ViewTab {
  return {
    id: desktopId,
    name: messages.vnc.toolbar,
    where: node ?? jobOf(session),
    ...said(sameAs[state], question),
  }
}

const jobOf = (session: { jobId: string | null } | null): string | null =>
  session?.jobId ? messages.views.job(session.jobId) : null

function said(state: ConnectionState, question: object | null): Pick<ViewTab, 'state' | 'tone'> {
  if (question) return { state: messages.views.asks, tone: 'caution' }
  return { state: words[state] ?? messages.views.connecting, tone: toneOf(state) }
}

function toneOf(state: ConnectionState): NonNullable<ViewTab['tone']> {
  if (state === 'streaming') return 'good'
  if (state === 'failed') return 'bad'
  return state === 'reconnecting' ? 'caution' : 'unknown'
}
