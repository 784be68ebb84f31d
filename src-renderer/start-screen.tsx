/** Where a session is started: site and picture, what is chosen for a new session, sessions that run, VNC desktops. */
import { ClipboardCheck } from 'lucide-react'
import { useStore } from 'zustand'
import type { CallOutput } from '../src-main/shared/contract.ts'
import { currentEntry, hasOpenAt, type StartInput } from './app-store.ts'
import { ConnectCard } from './features/connect/connect-card.tsx'
import { chosenSite, videoOf } from './features/connect/store.ts'
import { ImageChoice, useImageChoice } from './features/images/image-choice.tsx'
import { VncOptions } from './features/images/vnc-options.tsx'
import { SessionList, VncList } from './features/sessions/session-list.tsx'
import type { Stores } from './stores.ts'
import { AfterPaint } from './ui/after-paint.tsx'
import { Banner } from './ui/banner.tsx'
import { Button } from './ui/button.tsx'
import { say, t } from './ui/texts.ts'

export function StartScreen({
  stores,
  info,
  takeFocus,
  onStart,
  onCheckSite,
}: {
  stores: Stores
  info: CallOutput<'app.info'>
  /** The user comes back from another screen. */
  takeFocus: boolean
  onStart: (what: Omit<StartInput, 'video'>) => void
  onCheckSite: (siteId: string) => void
}) {
  const state = useStore(stores.app)
  const form = useStore(stores.connect)
  const site = chosenSite(form, info)
  const imageList = useImageChoice(site?.id ?? null, stores.images.stream)
  const signedIn = useStore(stores.signIns, ({ bySite }) => (site ? (bySite[site.id]?.user ?? null) : null))
  const endedHere = useStore(stores.sessions, ({ ended }) => ended)
  /** Whose sessions are shown; null while a name is only being typed. */
  const lastUser = state.lastStart?.siteId === site?.id ? (state.lastStart?.user ?? null) : null
  const knownUser = site?.portalOrigin === null ? site.sshUser : site?.portalUser
  const user = knownUser ?? signedIn ?? lastUser
  const snapshot = currentEntry(state)?.snapshot ?? null

  return (
    <>
      <ConnectCard
        info={info}
        store={stores.connect}
        signIns={stores.signIns}
        busy={state.starting}
        hasOpen={(siteId) => hasOpenAt(state, siteId)}
        takeFocus={takeFocus}
        notice={
          snapshot?.endedBecause &&
          !endedHere.has(snapshot.session?.id ?? '') && <Banner>{say(snapshot.endedBecause)}</Banner>
        }
        below={
          imageList && site && <ImageChoice siteId={site.id} list={imageList} choices={stores.choices} />
        }
        onConnect={onStart}
      />
      <AfterPaint>
        {site && user && (
          <SessionList
            siteId={site.id}
            user={user}
            store={stores.sessions}
            busy={state.starting}
            onResume={({ id }) => onStart({ siteId: site.id, kind: 'stream', user, sessionId: id })}
            onNew={
              hasOpenAt(state, site.id)
                ? null
                : () => onStart({ siteId: site.id, kind: 'stream', user, newSession: true })
            }
          />
        )}
        {site && site.portalOrigin !== null && (
          <VncList
            siteId={site.id}
            user={user}
            store={stores.vncSessions}
            busy={state.starting}
            options={
              <VncOptions
                siteId={site.id}
                user={user}
                video={videoOf(form.preset, info.defaultVideo)}
                store={stores.images.vnc}
                choices={stores.choices}
              />
            }
            onOpen={(which) => onStart({ siteId: site.id, kind: 'vnc', user, ...which })}
          />
        )}
      </AfterPaint>
      {site && (
        <Button look="quiet" icon={<ClipboardCheck />} onClick={() => onCheckSite(site.id)}>
          {t('site-check.open')}
        </Button>
      )}
    </>
  )
}
