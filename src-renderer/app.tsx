/** The page's composition: which screen a state means, and what it shows. Features meet only here and in the screens beside it. */
import { useEffect, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { CallOutput } from '../src-main/shared/contract.ts'
import type { DesktopSnapshot } from '../src-main/shared/model/desktop.ts'
import type { Client } from './api/index.ts'
import styles from './app.module.css'
import { currentEntry, screenOf, type AppState, type StartInput } from './app-store.ts'
import { ProgressCard } from './features/connect/progress-card.tsx'
import { videoOf } from './features/connect/store.ts'
import { FailureCard, type Offers } from './features/errors/failure-card.tsx'
import { saveFailureReport } from './features/errors/report.ts'
import { wishOf } from './features/images/choices.ts'
import { QuestionDialog } from './features/questions/question-dialog.tsx'
import { SiteCheckDialog } from './features/site-check/site-check-dialog.tsx'
import { StatusPanel } from './features/status/status-panel.tsx'
import { StreamScreen } from './features/stream/stream-screen.tsx'
import { TabBar } from './features/views/tab-bar.tsx'
import { startTab, startViewId, tabOf, viewPanelId, type ViewTab } from './features/views/view-tab.ts'
import { VncScreen } from './features/vnc/vnc-screen.tsx'
import type { startStreamView } from './stream/index.ts'
import { Notices, Warnings } from './notices.tsx'
import { StartScreen } from './start-screen.tsx'
import { createStores } from './stores.ts'
import { classNames } from './ui/class-names.ts'
import { LanguageChoice } from './ui/language-choice.tsx'
import { t, useLanguage } from './ui/texts.ts'

/** The whole page over `client`; `startStreamView` shows a stream (another one in the gallery). */
export function App({
  client,
  startStreamView: startView,
}: {
  client: Client
  startStreamView: typeof startStreamView
}) {
  const [stores] = useState(() => createStores(client))
  useLanguage()
  const state = useStore(stores.app)
  const reports = useStore(stores.stream, ({ reports }) => reports)
  const panelShown = useStore(stores.stream, ({ panel }) => panel)
  const [visited, setVisited] = useState(false)
  /** Site whose check is open. */
  const [checking, setChecking] = useState<string | null>(null)

  useEffect(() => stores.settings.begin(), [stores])
  useEffect(() => stores.app.begin(), [stores])
  useEffect(
    () => client.on('site.opened', ({ siteId }) => stores.connect.chooseSite(siteId)),
    [client, stores],
  )

  // The first screen shows from its start what was chosen before.
  const languageIsManaged = useStore(stores.settings, ({ settings }) => settings?.language.managed ?? false)
  const recalled = useStore(stores.settings, ({ asked }) => asked)
  const screen = recalled ? screenOf(state) : 'loading'
  const entry = currentEntry(state)
  const snapshot = entry?.snapshot ?? null
  const { info } = state

  // The first screen leaves the focus where it is; every later one moves it to what is new.
  if (!visited && screen !== 'loading' && screen !== 'connect') setVisited(true)

  const nameOf = (siteId: string): string => info?.sites.find(({ id }) => id === siteId)?.name ?? siteId
  const siteName = snapshot ? nameOf(snapshot.siteId) : t('app.name')
  const shownView = state.currentId ?? startViewId
  const tabs = tabsOf(state, nameOf)
  const filled = screen === 'desktop'
  const busy = (state.currentId === null ? undefined : state.busy[state.currentId]) ?? null

  // A user who waits works in another window: its title is what they see of this one.
  const news = filled ? siteName : (tabs.find(({ id }) => id === shownView)?.state ?? null)
  useEffect(() => {
    document.title = news === null ? t('app.name') : `${news} – ${t('app.name')}`
  }, [news])

  const notices = (
    <Notices
      transport={state.transport}
      loaded={info !== null}
      failure={state.callFailure}
      onDismiss={stores.app.dismissCallFailure}
    />
  )

  /** What a new session is asked for with: picture, and what is chosen for the site. */
  const wish = (of: Pick<StartInput, 'kind' | 'siteId'>, at: CallOutput<'app.info'>) =>
    wishOf(
      stores.choices.getState(),
      of,
      stores.images[of.kind].getState().bySite[of.siteId]?.list ?? null,
      videoOf(stores.connect.getState().preset, at.defaultVideo),
    )
  function start(what: Omit<StartInput, 'video'>): void {
    if (info) void stores.app.start({ ...wish(what, info), ...what })
  }

  const saveReport = (of: DesktopSnapshot | null): void => {
    const failure = of?.failure ?? state.startFailure
    if (failure) saveFailureReport(failure, info, of)
  }
  /** What can be done about a desktop's failure; what only a portal has, where there is one. */
  const offersFor = (failed: DesktopSnapshot): Offers => {
    const { siteId } = failed
    const forget = (what: 'certificate' | 'host-keys') => () =>
      void stores.app.retry(() => client.call('confirmed.forget', { siteId, what }))
    const insteadOpen = (what: Pick<StartInput, 'kind' | 'newSession'>) => () => {
      stores.app.leave()
      start({ siteId, user: failed.user?.name ?? null, ...what })
    }
    const atPortal: Offers = {
      'open-portal': () => void client.call('portal.open', { siteId, page: '/' }).catch(stores.app.report),
      'vnc-instead': insteadOpen({ kind: 'vnc' }),
    }
    return {
      ...(info?.sites.find(({ id }) => id === siteId)?.portalOrigin === null ? {} : atPortal),
      'check-site': () => setChecking(siteId),
      'end-and-new': () => info && void stores.app.endAndNew(wish(failed, info)),
      'another-session': insteadOpen({ kind: failed.kind, newSession: true }),
      'forget-certificate': forget('certificate'),
      'forget-host-key': forget('host-keys'),
      'save-report': () => saveReport(failed),
    }
  }

  const question = snapshot && (
    <QuestionDialog
      asker={{ desktopId: snapshot.desktopId }}
      question={snapshot.question}
      store={stores.questions}
    />
  )

  const checkQuestion = useStore(stores.siteCheck, ({ bySite }) =>
    checking === null ? null : (bySite[checking]?.question ?? null),
  )
  const siteCheck = checking !== null && (
    <>
      <SiteCheckDialog
        siteId={checking}
        siteName={nameOf(checking)}
        store={stores.siteCheck}
        onClose={() => setChecking(null)}
      />
      <QuestionDialog asker={{ siteId: checking }} question={checkQuestion} store={stores.questions} />
    </>
  )

  /** The view under the tabs; they take no room while there is only one. */
  const inView = (view: ReactNode): ReactNode => {
    const tabbed = tabs.length > 1
    return (
      <div className={classNames(styles.views, tabbed && styles.tabbed, filled && styles.filled)}>
        {tabbed && (
          <TabBar
            tabs={tabs}
            shown={shownView}
            onShow={(id) => stores.app.show(id === startViewId ? null : id)}
          />
        )}
        <div
          id={viewPanelId}
          className={styles.view}
          // Its heading names it.
          {...(tabbed ? { role: 'tabpanel' } : {})}
        >
          {view}
        </div>
        {siteCheck}
        {question}
      </div>
    )
  }

  if (screen === 'desktop' && entry && snapshot) {
    const { desktopId, kind, siteId } = snapshot
    const desktop = {
      client,
      snapshot,
      siteName,
      notice: notices,
      busy: busy === 'cancel' ? null : busy,
      onDisconnect: () => void stores.app.disconnect(),
      onEnd: () => void stores.app.end(),
      onNew: () => stores.app.show(null),
    }
    return inView(
      // One that is not shown is not there: nothing of it is decoded or drawn (docs/decisions/0007).
      <div key={desktopId} className={styles.whole} data-screen={kind} data-state={snapshot.state}>
        {kind === 'vnc' ? (
          <VncScreen
            {...desktop}
            read={state.warningsRead.has(desktopId)}
            onRead={() => stores.app.putWarningsAway(desktopId)}
          />
        ) : (
          <StreamScreen
            {...desktop}
            store={stores.stream}
            startView={startView}
            panel={
              // Closed, it asks for nothing and draws nothing.
              panelShown && (
                <StatusPanel
                  snapshot={snapshot}
                  receivedAt={entry.receivedAt}
                  view={reports[desktopId] ?? null}
                  store={stores.status}
                  onCheckSite={() => setChecking(siteId)}
                />
              )
            }
          />
        )}
      </div>,
    )
  }

  return inView(
    <div className={styles.page} data-screen={screen} data-state={snapshot?.state ?? 'idle'}>
      <header className={styles.bar}>
        <span className={styles.brand}>{t('app.name')}</span>
        <LanguageChoice
          managed={languageIsManaged}
          onChoose={(value) => void stores.settings.remember({ key: 'language', value })}
        />
      </header>
      {notices}
      <main className={styles.main}>
        {screen === 'loading' && (
          <p className={styles.loading} role="status">
            {t('app.starting')}
          </p>
        )}
        {screen === 'unusable' && state.startFailure && (
          <FailureCard
            failure={state.startFailure}
            step={null}
            busy={false}
            onRetry={() => window.location.reload()}
            onBack={null}
            offers={{ 'save-report': () => saveReport(null) }}
          />
        )}
        {screen === 'connect' && info && (
          <StartScreen
            stores={stores}
            info={info}
            takeFocus={visited}
            onStart={start}
            onCheckSite={setChecking}
          />
        )}
        {screen === 'connecting' && (
          <>
            <ProgressCard
              key={state.currentId}
              snapshot={snapshot}
              cancelling={busy === 'cancel'}
              onCancel={() => void stores.app.cancel()}
            />
            <Warnings snapshot={snapshot} />
          </>
        )}
        {screen === 'failed' && snapshot?.failure && (
          <FailureCard
            key={state.currentId}
            failure={snapshot.failure}
            step={failedStep(snapshot)}
            busy={state.starting}
            onRetry={() => void stores.app.retry()}
            onBack={() => stores.app.leave()}
            offers={offersFor(snapshot)}
          />
        )}
      </main>
    </div>,
  )
}

/** A tab for each view, and one for the card that starts another session while it is shown. */
function tabsOf(state: AppState, nameOf: (siteId: string) => string): ViewTab[] {
  const tabs = state.open.flatMap((id) => {
    const snapshot = state.desktops[id]?.snapshot
    return snapshot ? [tabOf(snapshot, nameOf(snapshot.siteId))] : []
  })
  return state.currentId === null ? [...tabs, startTab] : tabs
}

function failedStep(snapshot: DesktopSnapshot): string | null {
  const failed = snapshot.steps.find((step) => step.status === 'failed')
  return failed ? t(`progress.steps.${failed.name}.label`) : null
}
