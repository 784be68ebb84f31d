/** What a tab says of its view. */
import type { DesktopSnapshot, DesktopState } from '../../../src-main/shared/model/desktop.ts'
import { t } from '../../ui/texts.ts'

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

/** States that have a word of their own; the others are on the way to a picture. */
const ownWords = ['queued', 'open', 'reconnecting', 'failed', 'ended'] as const

export const startTab: ViewTab = {
  id: startViewId,
  get name() {
    return t('views.start')
  },
  where: null,
  state: null,
  tone: null,
}

export function tabOf(snapshot: DesktopSnapshot, siteName: string): ViewTab {
  const { desktopId, kind, session, question, state } = snapshot
  return {
    id: desktopId,
    name: kind === 'vnc' ? t('vnc.toolbar') : siteName,
    where: session?.node ?? jobOf(session),
    ...said(state, question),
  }
}

const jobOf = (session: { jobId: string | null } | null): string | null =>
  session?.jobId ? t('views.job', { job: session.jobId }) : null

function said(state: DesktopState, question: object | null): Pick<ViewTab, 'state' | 'tone'> {
  if (question) return { state: t('views.asks'), tone: 'caution' }
  const word = ownWords.find((own) => own === state)
  return { state: word ? t(`views.states.${word}`) : t('views.connecting'), tone: toneOf(state) }
}

function toneOf(state: DesktopState): NonNullable<ViewTab['tone']> {
  if (state === 'open') return 'good'
  if (state === 'failed') return 'bad'
  return state === 'reconnecting' ? 'caution' : 'unknown'
}
