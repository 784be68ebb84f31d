/** What a tab says of its view. */
import type { ConnectionSnapshot, ConnectionState } from '../../../src-main/shared/model/connection.ts'
import type { VncSnapshot } from '../../../src-main/shared/model/vnc.ts'
import { t } from '../../ui/texts.ts'

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

/** States that have a word of their own; the others are on the way to a picture. */
const ownWords = ['queued', 'streaming', 'reconnecting', 'failed', 'ended'] as const

export const startTab: ViewTab = {
  id: startViewId,
  get name() {
    return t('views.start')
  },
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
    name: t('vnc.toolbar'),
    where: node ?? jobOf(session),
    ...said(sameAs[state], question),
  }
}

const jobOf = (session: { jobId: string | null } | null): string | null =>
  session?.jobId ? t('views.job', { job: session.jobId }) : null

function said(state: ConnectionState, question: object | null): Pick<ViewTab, 'state' | 'tone'> {
  if (question) return { state: t('views.asks'), tone: 'caution' }
  const word = ownWords.find((own) => own === state)
  return { state: word ? t(`views.states.${word}`) : t('views.connecting'), tone: toneOf(state) }
}

function toneOf(state: ConnectionState): NonNullable<ViewTab['tone']> {
  if (state === 'streaming') return 'good'
  if (state === 'failed') return 'bad'
  return state === 'reconnecting' ? 'caution' : 'unknown'
}
