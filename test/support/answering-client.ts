/** A page's client that answers each call by a function, and notifies when a test says so. */
import type { CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts'
import type { Client } from '../../src-renderer/api/index.ts'

export interface AnsweringClient {
  client: Client
  /** Calls in order. */
  calls: { name: CallName; input: unknown }[]
  /** Notifies of an event by its name, or of the transport's `state`. */
  emit: (name: string, data: unknown) => void
  /** How many listeners there are. */
  listening: () => number
}

/** @param answer what a call settles with; the call rejects with what it throws. No schema checks it: it may be nonsense. */
export function answeringClient(answer: (name: CallName, input: unknown) => unknown): AnsweringClient {
  const calls: AnsweringClient['calls'] = []
  const listeners = new Map<string, Set<(data: never) => void>>()
  const add = (name: string, listener: (data: never) => void): (() => void) => {
    const set = listeners.get(name) ?? new Set()
    listeners.set(name, set.add(listener))
    return () => set.delete(listener)
  }
  return {
    client: {
      state: 'connected',
      async call<N extends CallName>(name: N, input: CallInput<N>) {
        calls.push({ name, input })
        return (await answer(name, input)) as CallOutput<N>
      },
      on: add,
      onState: (listener) => add('state', listener),
      onMalformed: (listener) => add('malformed', listener),
      takeFramePort: () => Promise.reject(new Error('there is no stream')),
    },
    calls,
    emit: (name, data) => listeners.get(name)?.forEach((listener) => listener(data as never)),
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  }
}
