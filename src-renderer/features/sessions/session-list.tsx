import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Session } from '../../../src-main/shared/model/desktop.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { inWords, t } from '../../ui/texts.ts'
import { SessionRows, useSessions, type ListProps } from './session-rows.tsx'

function nameOf({ id, node, status, ending }: Session): string {
  // One that runs has a node, also where this computer does not know it.
  if (ending || (node === null && status === 'running')) return id
  return node ? t('sessions.on', { session: id, node }) : t('sessions.noNode', { session: id })
}

/** Running sessions of the user at a site: resume or end each. Takes no room where there is none. */
export function SessionList({
  onResume,
  onNew,
  ...props
}: ListProps & {
  onResume: (session: Session) => void
  /** Starts a session beside these; null where the page's main button does. */
  onNew: (() => void) | null
}) {
  const { siteId, user, store, busy } = props
  const sessions = useSessions(props)
  // No user is signed in yet: there is nothing to look at, and nothing is wrong.
  const failure = sessions?.failure?.kind === 'needs-answer' ? null : (sessions?.failure ?? null)
  if (!sessions || (sessions.list.length === 0 && !failure)) return null
  return (
    <SessionRows
      {...props}
      list={sessions.list}
      kind="stream"
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
      nameOf={nameOf}
      onOpen={onResume}
    />
  )
}

/** The user's VNC desktops at a site, and the way to a new one. */
export function VncList({
  onOpen,
  options,
  ...props
}: ListProps & {
  /** What new ones shall be like. */
  options: ReactNode
  /** @param which neither: the user's own that runs, else a new one */
  onOpen: (which: { sessionId?: string; newSession?: boolean }) => void
}) {
  const sessions = useSessions(props)
  const list = props.user === null ? [] : (sessions?.list ?? [])
  // Only those who have such desktops miss the list when it cannot be had.
  const failure = list.length > 0 ? (sessions?.failure ?? null) : null
  return (
    <>
      <SessionRows
        {...props}
        list={list}
        kind="vnc"
        problem={failure && <Banner>{`${t('vnc.lookFailed')} ${inWords(failure).message}`}</Banner>}
        nameOf={({ id }) => id}
        onOpen={({ id }) => onOpen({ sessionId: id })}
      />
      <Button
        look="quiet"
        busy={props.busy}
        onClick={() => onOpen(list.length > 0 ? { newSession: true } : {})}
      >
        {list.length > 0 ? t('vnc.startNew') : t('vnc.openNew')}
      </Button>
      {options}
    </>
  )
}
