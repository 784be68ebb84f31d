/** What a tab says of its view. */
import type { DesktopSnapshot, DesktopState } from '../../../src-main/shared/model/desktop.ts'
import { messages } from '../../ui/messages.ts'

/** The element that holds the view. */
export const viewPanelId = 'view'
/** The card on which another session is started, in the place of an id. */
export const startViewId = 'start'

export interface ViewTab {
  /** The desktop's, or `startViewId`. */
  id: string
  name: string
  /** Node, or the job while there is none. */
  where: string | null
  state: string | null
  tone: 'good' | 'caution' | 'bad' | 'unknown' | null
}

const words: Partial<Record<DesktopState, string>> = messages.views.states

export const startTab: ViewTab = {
  id: startViewId,
  name: messages.views.start,
  where: null,
  state: null,
  tone: null,
}

export function tabOf(snapshot: DesktopSnapshot, siteName: string): ViewTab {
  const { desktopId, kind, session, question, state } = snapshot
  return {
    id: desktopId,
    name: kind === 'vnc' ? messages.vnc.toolbar : siteName,
    where: session?.node ?? jobOf(session),
    ...said(state, question),
  }
}

const jobOf = (session: { jobId: string | null } | null): string | null =>
  session?.jobId ? messages.views.job(session.jobId) : null

function said(state: DesktopState, question: object | null): Pick<ViewTab, 'state' | 'tone'> {
  if (question) return { state: messages.views.asks, tone: 'caution' }
  return { state: words[state] ?? messages.views.connecting, tone: toneOf(state) }
}

function toneOf(state: DesktopState): NonNullable<ViewTab['tone']> {
  if (state === 'open') return 'good'
  if (state === 'failed') return 'bad'
  return state === 'reconnecting' ? 'caution' : 'unknown'
}
