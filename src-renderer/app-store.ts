/** What all screens share: what the app says about itself, and every connection by its id. */
import { createStore } from 'zustand'
import { contractVersion, type CallInput, type CallOutput } from '../src-main/shared/contract.ts'
import { fail, toFailure, type Failure } from '../src-main/shared/errors.ts'
import type { ConnectionSnapshot } from '../src-main/shared/model/connection.ts'
import type { Client, TransportState } from './api/index.ts'

export type StartInput = CallInput<'connection.start'>

export interface ConnectionEntry {
  snapshot: ConnectionSnapshot
  /** Unix time in ms at which the page got it. */
  receivedAt: number
  /** Counts the times at which a stream began; a new number needs a new stream view. */
  streamEpoch: number
}

export type BusyWith = 'cancel' | 'disconnect' | 'end'

export interface AppState {
  info: CallOutput<'app.info'> | null
  /** Why the page could not start. */
  startFailure: Failure | null
  transport: TransportState
  connections: Record<string, ConnectionEntry>
  /** Connections that have a view, in the order in which they were started. */
  open: readonly string[]
  /** The connection whose view is shown; null: none, a session can be started. */
  currentId: string | null
  /** `connection.start` was called and has not answered. */
  starting: boolean
  /** Calls under way, by the connection that they are for. */
  busy: Record<string, BusyWith>
  /** A call that failed without being the connection's own failure. */
  callFailure: Failure | null
  lastStart: StartInput | null
}

export type Screen = 'loading' | 'unusable' | 'connect' | 'connecting' | 'stream' | 'failed'

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
    case 'streaming':
    case 'reconnecting':
      return 'stream'
    default:
      return 'connecting'
  }
}

export function currentEntry(state: AppState): ConnectionEntry | null {
  return state.currentId === null ? null : (state.connections[state.currentId] ?? null)
}

const isEnded = ({ state }: ConnectionSnapshot): boolean => state === 'ended' || state === 'idle'

/** Whether a view stands for a session at the site that waits, runs or begins. */
export function hasOpenAt(state: AppState, siteId: string): boolean {
  return state.open.some((id) => {
    const snapshot = state.connections[id]?.snapshot
    return snapshot?.siteId === siteId && snapshot.state !== 'failed' && !isEnded(snapshot)
  })
}

/** Makes the store over `client`; `begin` subscribes and reads the state, and returns how to stop. */
export function createAppStore(client: Client, now: () => number = Date.now) {
  const store = createStore<AppState>(() => ({
    info: null,
    startFailure: null,
    transport: client.state,
    connections: {},
    open: [],
    currentId: null,
    starting: false,
    busy: {},
    callFailure: null,
    lastStart: null,
  }))

  function take(snapshot: ConnectionSnapshot): void {
    store.setState((state) => {
      const before = state.connections[snapshot.connectionId]
      const began = snapshot.state === 'streaming' && before?.snapshot.state !== 'streaming'
      const entry = {
        snapshot,
        receivedAt: now(),
        streamEpoch: (before?.streamEpoch ?? 0) + (began ? 1 : 0),
      }
      return { connections: { ...state.connections, [snapshot.connectionId]: entry } }
    })
  }

  /** Reads everything anew: at the start, and after the app was lost and found. */
  async function read(): Promise<void> {
    try {
      const [info, list] = await Promise.all([
        client.call('app.info', null),
        client.call('connection.list', null),
      ])
      if (info.contractVersion !== contractVersion) {
        store.setState({
          startFailure: fail('internal', 'other-page-version').failure,
        })
        return
      }
      list.forEach(take)
      store.setState((state) => {
        // Connections that the app no longer knows (it was restarted) are no longer shown.
        const known = state.open.filter((id) => list.some(({ connectionId }) => connectionId === id))
        const alive = list.filter((one) => !isEnded(one)).map(({ connectionId }) => connectionId)
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
      await client.call(`connection.${what}`, { connectionId: currentId })
    } catch (error) {
      store.setState({ callFailure: toFailure(error) })
    } finally {
      store.setState((state) => {
        const { [currentId]: _done, ...rest } = state.busy
        return { busy: rest }
      })
    }
  }

  /** Takes a finished connection's view away; the app need not keep it. */
  function close(connectionId: string): void {
    store.setState(({ open }) => ({ open: open.filter((id) => id !== connectionId) }))
    void client.call('connection.forget', { connectionId }).catch(() => undefined)
  }

  /** Shows a view; null: where a session can be started. Whoever leaves the view of an ended session has seen its end. */
  function show(connectionId: string | null): void {
    const left = currentEntry(store.getState())
    store.setState({ currentId: connectionId, callFailure: null })
    if (left && left.snapshot.connectionId !== connectionId && isEnded(left.snapshot))
      close(left.snapshot.connectionId)
  }

  /** Asks for a connection and shows it, in the place of `instead`'s view where that is told. */
  async function openView(
    ask: () => Promise<CallOutput<'connection.start'>>,
    instead: string | null = null,
  ): Promise<void> {
    if (store.getState().starting) return
    store.setState({ starting: true, callFailure: null })
    try {
      const { connectionId } = await ask()
      if (!store.getState().connections[connectionId]) {
        take(await client.call('connection.get', { connectionId }))
      }
      store.setState(({ open }) => ({
        open: [...new Set([...open.map((id) => (id === instead ? connectionId : id)), connectionId])],
      }))
      show(connectionId)
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
        client.on('connection.changed', take),
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
      // What happened between the store's making and now was told to nobody.
      store.setState({ transport: client.state })
      void read()
      return () => stops.forEach((stop) => stop())
    },
    read,
    start(input: StartInput): Promise<void> {
      if (!store.getState().starting) store.setState({ lastStart: input })
      return openView(() => client.call('connection.start', input))
    },
    /** Tries once more what the connection that is shown was for. */
    async retry(): Promise<void> {
      const { currentId } = store.getState()
      if (currentId !== null)
        await openView(() => client.call('connection.retry', { connectionId: currentId }), currentId)
    },
    show,
    cancel: () => act('cancel'),
    disconnect: () => act('disconnect'),
    end: () => act('end'),
    /** Leaves the card of a failed connection for another view, where there is one. */
    leave(): void {
      const { currentId, open } = store.getState()
      store.setState({ currentId: open.findLast((id) => id !== currentId) ?? null, callFailure: null })
      if (currentId !== null) close(currentId)
    },
    report: (error: unknown) => store.setState({ callFailure: toFailure(error) }),
    dismissCallFailure: () => store.setState({ callFailure: null }),
  }
}
