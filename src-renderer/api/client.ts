/** The page's typed client of the contract, over either transport. */
import {
  calls,
  events,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventData,
  type EventName,
} from '../../src-main/shared/contract.ts'
import { fail, VizlinkError, type Failure } from '../../src-main/shared/errors.ts'
import { createElectronTransport } from './electron-transport.ts'
import type { FramePort, Transport, TransportState } from './transport.ts'
import { createWebSocketTransport } from './web-socket-transport.ts'

export interface Client {
  /** Settles with the checked answer; rejects with a `VizlinkError` whose `failure` can be shown as it is. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** Calls `listener` with every event of that name; returns how to stop. Those that do not fit go to `onMalformed`. */
  on<N extends EventName>(name: N, listener: (data: EventData<N>) => void): () => void
  /** Calls `listener` once for each kind of event that does not fit the contract; returns how to stop. */
  onMalformed(listener: (failure: Failure) => void): () => void
  readonly state: TransportState
  /** Notifies when the app is lost or found again; returns how to stop. After `connected` read all state again. */
  onState(listener: (state: TransportState) => void): () => void
  takeFramePort(opened: { portId: string; path: string | null }): Promise<FramePort>
}

/** Makes the client over `transport`. */
export function createClient(transport: Transport): Client {
  const malformed = new Set<EventName>()
  const listeners = new Set<(failure: Failure) => void>()

  /** Both are of one version: this is a fault of ours, and what is shown may be old from now on. */
  function reportMalformed(name: EventName, why: string): void {
    if (malformed.has(name)) return
    malformed.add(name)
    const evidence = [
      { label: 'event', value: name },
      { label: 'reason', value: why },
    ]
    for (const listener of listeners) listener(fail('internal', 'malformed-event', { evidence }).failure)
  }

  return {
    async call(name, input) {
      const reply = await transport.call(name, input)
      if (!reply.ok) throw new VizlinkError(reply.failure)
      // The schema of this very call: its type is what the signature says.
      return calls[name].output.parse(reply.value) as CallOutput<typeof name>
    },
    on(name, listener) {
      return transport.onEvent((event, data) => {
        if (event !== name) return
        const checked = events[name].safeParse(data)
        if (checked.success) listener(checked.data as EventData<typeof name>)
        else reportMalformed(name, checked.error.message)
      })
    },
    onMalformed(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get state() {
      return transport.state
    },
    onState: (listener) => transport.onState(listener),
    takeFramePort: (opened) => transport.takeFramePort(opened),
  }
}

/** The transport of the shell that this page runs in. */
export function createShellTransport(): Transport {
  return window.vizlink ? createElectronTransport(window.vizlink) : createWebSocketTransport()
}

/** Opens the frame port of a desktop; give the result to the decoder's worker. */
export async function openFramePort(client: Client, desktopId: string): Promise<FramePort> {
  return client.takeFramePort(await client.call('desktop.openPort', { desktopId }))
}
