/** What all screens share: what the app says about itself, and every connection by its id. */
import { createStore } from 'zustand'
import { contractVersion, type CallInput, type CallOutput } from '../src-main/shared/contract.ts'
import { toFailure, type Failure } from '../src-main/shared/errors.ts'
import type { ConnectionSnapshot } from '../src-main/shared/model/connection.ts'
import type { Client, TransportState } from './api/index.ts'
import { messages } from './ui/messages.ts'

export type StartInput = CallInput<'connection.start'>

export interface ConnectionEntry {
  snapshot: ConnectionSnapshot
  /** Unix time in ms at which the page got it. */
  receivedAt: number
  /** Counts the times at which a stream began; a new number needs a new stream view. */
  streamEpoch: number
}

export interface AppState {
  info: CallOutput<'app.info'> | null
  /** Why the page could not start. */
  startFailure: Failure | null
  transport: TransportState
  connections: Record<string, ConnectionEntry>
  /** The connection that the screen shows. */
  currentId: string | null
  /** `connection.start` was called and has not answered. */
  starting: boolean
  /** A call of this kind is under way for the current connection. */
  busy: 'cancel' | 'disconnect' | 'end' | null
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

/** Makes the store over `client`; `begin` subscribes and reads the state, and returns how to stop. */
export function createAppStore(client: Client, now: () => number = Date.now) {
  const store = createStore<AppState>(() => ({
    info: null,
    startFailure: null,
    transport: client.state,
    connections: {},
    currentId: null,
    starting: false,
    busy: null,
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
          startFailure: { kind: 'internal', ...messages.app.otherVersion, evidence: [], retryable: true },
        })
        return
      }
      list.forEach(take)
      const alive = list.findLast((one) => one.state !== 'ended' && one.state !== 'idle')
      store.setState((state) => ({
        info,
        startFailure: null,
        // A connection that the app no longer knows (it was restarted) is no longer shown.
        currentId: list.some((one) => one.connectionId === state.currentId)
          ? state.currentId
          : (alive?.connectionId ?? null),
      }))
    } catch (error) {
      store.setState((state) => (state.info ? {} : { startFailure: toFailure(error) }))
    }
  }

  async function act(busy: NonNullable<AppState['busy']>): Promise<void> {
    const { currentId } = store.getState()
    if (currentId === null || store.getState().busy) return
    store.setState({ busy, callFailure: null })
    try {
      await client.call(`connection.${busy}`, { connectionId: currentId })
    } catch (error) {
      store.setState({ callFailure: toFailure(error) })
    } finally {
      store.setState({ busy: null })
    }
  }

  return {
    ...store,
    begin(): () => void {
      const stops = [
        client.on('connection.changed', take),
        client.onState((transport) => {
          store.setState({ transport })
          if (transport === 'connected') void read()
        }),
      ]
      void read()
      return () => stops.forEach((stop) => stop())
    },
    read,
    async start(input: StartInput): Promise<void> {
      if (store.getState().starting) return
      store.setState({ starting: true, callFailure: null, lastStart: input })
      try {
        const { connectionId } = await client.call('connection.start', input)
        if (!store.getState().connections[connectionId]) {
          take(await client.call('connection.get', { connectionId }))
        }
        store.setState({ currentId: connectionId })
      } catch (error) {
        store.setState({ callFailure: toFailure(error) })
      } finally {
        store.setState({ starting: false })
      }
    },
    cancel: () => act('cancel'),
    disconnect: () => act('disconnect'),
    end: () => act('end'),
    /** Leaves the card of a failed or ended connection. */
    leave: () => store.setState({ currentId: null, callFailure: null }),
    report: (error: unknown) => store.setState({ callFailure: toFailure(error) }),
    dismissCallFailure: () => store.setState({ callFailure: null }),
  }
}
