/** What all screens share: what the app says about itself, and every desktop by its id. */
import { createStore } from 'zustand'
import { contractVersion, type CallInput, type CallOutput } from '../src-main/shared/contract.ts'
import { fail, knownFacts, leavesSession, toFailure, type Failure } from '../src-main/shared/errors.ts'
import type { DesktopSnapshot } from '../src-main/shared/model/desktop.ts'
import type { Client, TransportState } from './api/index.ts'
import { withMember } from './ui/with-member.ts'

export type StartInput = CallInput<'desktop.start'>

export interface DesktopEntry {
  snapshot: DesktopSnapshot
  /** Unix time in ms at which the page got it. */
  receivedAt: number
}

export type BusyWith = 'cancel' | 'disconnect' | 'end'

export interface AppState {
  info: CallOutput<'app.info'> | null
  /** Why the page could not start. */
  startFailure: Failure | null
  transport: TransportState
  desktops: Record<string, DesktopEntry>
  /** Desktops that have a view, in the order in which they were started. */
  open: readonly string[]
  /** The desktop whose view is shown; null: none, a session can be started. */
  currentId: string | null
  /** `desktop.start` was called and has not answered. */
  starting: boolean
  /** Calls under way, by the desktop that they are for. */
  busy: Record<string, BusyWith>
  /** A call that failed without being a desktop's own failure. */
  callFailure: Failure | null
  /** Desktops whose warnings were read and put away. */
  warningsRead: ReadonlySet<string>
  lastStart: StartInput | null
}

export type Screen = 'loading' | 'unusable' | 'connect' | 'connecting' | 'desktop' | 'failed'

/** Which screen a state means. */
export function screenOf(state: AppState): Screen {
  if (state.startFailure) return 'unusable'
  if (!state.info) return 'loading'
  const snapshot = currentEntry(state)?.snapshot
  switch (snapshot?.state) {
    case undefined:
      return state.currentId === null ? 'connect' : 'connecting'
    case 'idle':
    case 'ended':
      return 'connect'
    case 'failed':
      return 'failed'
    case 'open':
    case 'reconnecting':
      return 'desktop'
    default:
      return 'connecting'
  }
}

export function currentEntry(state: AppState): DesktopEntry | null {
  return state.currentId === null ? null : (state.desktops[state.currentId] ?? null)
}

const isEnded = ({ state }: DesktopSnapshot): boolean => state === 'ended' || state === 'idle'

/** Whether there is a view of a stream at the site that waits, runs or begins. */
export function hasOpenAt(state: AppState, siteId: string): boolean {
  return state.open.some((id) => {
    const snapshot = state.desktops[id]?.snapshot
    if (snapshot?.siteId !== siteId || snapshot.kind !== 'stream') return false
    return snapshot.state !== 'failed' && !isEnded(snapshot)
  })
}

/** Makes the store over `client`; `begin` subscribes and reads the state, and returns how to stop. */
export function createAppStore(client: Client, now: () => number = Date.now) {
  const store = createStore<AppState>(() => ({
    info: null,
    startFailure: null,
    transport: client.state,
    desktops: {},
    open: [],
    currentId: null,
    starting: false,
    busy: {},
    callFailure: null,
    warningsRead: new Set(),
    lastStart: null,
  }))

  function take(snapshot: DesktopSnapshot): void {
    store.setState(({ desktops }) => ({
      desktops: { ...desktops, [snapshot.desktopId]: { snapshot, receivedAt: now() } },
    }))
  }

  /** Reads everything: at the start, and after the app was lost and found. */
  async function read(): Promise<void> {
    try {
      const [info, list] = await Promise.all([
        client.call('app.info', null),
        client.call('desktop.list', null),
      ])
      if (info.contractVersion !== contractVersion) {
        store.setState({
          startFailure: fail('internal', 'other-page-version').failure,
        })
        return
      }
      list.forEach(take)
      store.setState((state) => {
        // Desktops that the app no longer knows (it was restarted) are no longer shown.
        const known = state.open.filter((id) => list.some(({ desktopId }) => desktopId === id))
        const alive = list.filter((one) => !isEnded(one)).map(({ desktopId }) => desktopId)
        const open = [...new Set([...known, ...alive])]
        const chosen = state.info !== null && (state.currentId === null || open.includes(state.currentId))
        return { info, startFailure: null, open, currentId: chosen ? state.currentId : (open.at(-1) ?? null) }
      })
    } catch (error) {
      store.setState((state) => (state.info ? {} : { startFailure: toFailure(error) }))
    }
  }

  async function act(what: BusyWith): Promise<void> {
    const { currentId, busy } = store.getState()
    if (currentId === null || busy[currentId]) return
    store.setState({ busy: { ...busy, [currentId]: what }, callFailure: null })
    try {
      await client.call(`desktop.${what}`, { desktopId: currentId })
    } catch (error) {
      store.setState({ callFailure: toFailure(error) })
    } finally {
      store.setState((state) => {
        const { [currentId]: _done, ...rest } = state.busy
        return { busy: rest }
      })
    }
  }

  /** Takes a finished desktop's view away; the app need not keep it. */
  function close(desktopId: string): void {
    store.setState(({ open, warningsRead }) => ({
      open: open.filter((id) => id !== desktopId),
      warningsRead: withMember(warningsRead, desktopId, false),
    }))
    void client.call('desktop.forget', { desktopId }).catch(() => undefined)
  }

  /** Shows a view; null: where a session can be started. The end of a session has been seen once its view is left. */
  function show(desktopId: string | null): void {
    const left = currentEntry(store.getState())
    store.setState({ currentId: desktopId, callFailure: null })
    if (left && left.snapshot.desktopId !== desktopId && isEnded(left.snapshot))
      close(left.snapshot.desktopId)
  }

  /** Asks for a desktop and shows it, in the place of `instead`'s view where one is named. */
  async function openView(
    ask: () => Promise<CallOutput<'desktop.start'>>,
    instead: string | null = null,
  ): Promise<void> {
    if (store.getState().starting) return
    store.setState({ starting: true, callFailure: null })
    try {
      const { desktopId } = await ask()
      if (!store.getState().desktops[desktopId]) {
        take(await client.call('desktop.get', { desktopId }))
      }
      store.setState(({ open }) => ({
        open: [...new Set([...open.map((id) => (id === instead ? desktopId : id)), desktopId])],
      }))
      show(desktopId)
    } catch (error) {
      store.setState({ callFailure: toFailure(error) })
    } finally {
      store.setState({ starting: false })
    }
  }

  return {
    ...store,
    begin(): () => void {
      const stops = [
        client.on('desktop.changed', take),
        client.on('site.opened', ({ sites }) => {
          store.setState(({ info }) => (info ? { info: { ...info, sites } } : {}))
          show(null)
        }),
        client.onMalformed((callFailure) => store.setState({ callFailure })),
        client.onState((transport) => {
          store.setState({ transport })
          if (transport === 'connected') void read()
        }),
      ]
      // What happened between the store's making and now was not reported.
      store.setState({ transport: client.state })
      void read()
      return () => stops.forEach((stop) => stop())
    },
    read,
    start(input: StartInput): Promise<void> {
      if (!store.getState().starting) store.setState({ lastStart: input })
      return openView(() => client.call('desktop.start', input))
    },
    /** Tries once more what the desktop that is shown was for. @param first what is done before */
    async retry(first?: () => Promise<unknown>): Promise<void> {
      const { currentId } = store.getState()
      if (currentId === null) return
      await openView(async () => {
        await first?.()
        return client.call('desktop.retry', { desktopId: currentId })
      }, currentId)
    },
    /** Ends the session of the failed desktop that is shown, where it still runs, and opens one on a new session in its place. */
    async endAndNew(how: Pick<StartInput, 'video' | 'image' | 'hours'>): Promise<void> {
      const { snapshot } = currentEntry(store.getState()) ?? {}
      if (!snapshot?.failure) return
      const { desktopId, siteId, kind, session, failure } = snapshot
      const of = { siteId, kind, user: snapshot.user?.name ?? null }
      await openView(async () => {
        if (session && leavesSession(failure))
          await client.call('sessions.end', { ...of, sessionId: session.id }).catch((error: unknown) => {
            // Over meanwhile.
            if (!knownFacts(error, 'bad-request', 'unknown-session')) throw error
          })
        const started = await client.call('desktop.start', { ...of, newSession: true, ...how })
        await client.call('desktop.forget', { desktopId })
        return started
      }, desktopId)
    },
    show,
    cancel: () => act('cancel'),
    disconnect: () => act('disconnect'),
    end: () => act('end'),
    /** Leaves the card of a failed desktop for another view, where there is one. */
    leave(): void {
      const { currentId, open } = store.getState()
      store.setState({ currentId: open.findLast((id) => id !== currentId) ?? null, callFailure: null })
      if (currentId !== null) close(currentId)
    },
    /** The warnings of a desktop were read. */
    putWarningsAway: (desktopId: string) =>
      store.setState(({ warningsRead }) => ({ warningsRead: withMember(warningsRead, desktopId, true) })),
    report: (error: unknown) => store.setState({ callFailure: toFailure(error) }),
    dismissCallFailure: () => store.setState({ callFailure: null }),
  }
}
