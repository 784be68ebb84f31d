import { Plus } from 'lucide-react'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { SessionRows } from '../../ui/session-rows.tsx'
import { inWords, t } from '../../ui/texts.ts'
import { useNow } from '../../ui/use-now.ts'
import { describeSession } from './describe.ts'
import type { SessionStore } from './store.ts'

const refreshEveryMs = 30_000

function nameOf({ id, node, ending }: Session): string {
  if (ending) return id
  return node ? t('sessions.on', { session: id, node }) : t('sessions.noNode', { session: id })
}

/** Running sessions of the user at a site: resume or end each. Takes no room where there is none. */
export function SessionList({
  siteId,
  user,
  store,
  busy,
  onResume,
  onNew,
}: {
  siteId: string
  /** At the portal. */
  user: string
  store: SessionStore
  busy: boolean
  onResume: (session: Session) => void
  /** Starts a session beside these; null where the page's main button does. */
  onNew: (() => void) | null
}) {
  const sessions = useStore(store, (state) => state.bySite[siteId])
  const ending = useStore(store, (state) => state.ending)
  const now = useNow(refreshEveryMs)

  useEffect(() => {
    void store.refresh(siteId, user)
    const timer = window.setInterval(() => void store.refresh(siteId, user), refreshEveryMs)
    return () => clearInterval(timer)
  }, [siteId, user, store])

  // No user is signed in yet: there is nothing to look at, and nothing is wrong.
  const failure = sessions?.failure?.kind === 'needs-answer' ? null : (sessions?.failure ?? null)
  if (!sessions || (sessions.list.length === 0 && !failure)) return null

  return (
    <SessionRows
      titleId="sessions-title"
      title={t('sessions.title')}
      action={
        onNew &&
        sessions.list.length > 0 && (
          <Button look="quiet" icon={<Plus />} busy={busy} onClick={onNew}>
            {t('sessions.startNew')}
          </Button>
        )
      }
      problem={
        failure && (
          <Banner
            action={
              <Button look="quiet" onClick={() => void store.refresh(siteId, user)}>
                {t('sessions.lookAgain')}
              </Button>
            }
          >
            {t('sessions.lookFailed')} {inWords(failure).message}
          </Banner>
        )
      }
      rows={sessions.list.map((session) => ({
        id: session.id,
        name: nameOf(session),
        facts: describeSession(session, now),
        open: !session.ending && (
          <Button
            aria-label={t('sessions.resumeNamed', { session: session.id })}
            busy={busy}
            onClick={() => onResume(session)}
          >
            {t('sessions.resume')}
          </Button>
        ),
      }))}
      ending={ending}
      onEnd={(sessionId) => void store.end(siteId, user, sessionId)}
    />
  )
}
