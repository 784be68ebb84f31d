/**
 * What ssh2 hears from a server and keeps to itself: its handlers of messages are wrapped (client.js of version 1.17.0). A
 * release that has them elsewhere loses these notices and nothing else.
 */
import type { Client } from 'ssh2'

export interface Ears {
  /** A method or a key was refused, or was one factor of several; what the server still takes. */
  refusal(methods: readonly string[], partialSuccess: boolean): void
  /** A challenge of keyboard-interactive without any prompt: ssh2 answers it by itself. */
  notice(name: string, instructions: string): void
  /** The server ends the connection and says why. */
  goodbye(description: string): void
}

type Handler = (protocol: unknown, ...values: never[]) => unknown

/** @param client one that `connect` was called for */
export function overhear(client: Client, ears: Ears): void {
  const protocol = Reflect.get(client, '_protocol') as { _handlers?: Record<string, Handler> } | undefined
  const handlers = protocol?._handlers
  if (!handlers) return
  const before = (name: string, hear: (...values: never[]) => void): void => {
    const handle = handlers[name]
    if (!handle) return
    handlers[name] = (self, ...values) => {
      hear(...values)
      return handle(self, ...values)
    }
  }
  before('USERAUTH_FAILURE', (methods: unknown, partialSuccess: unknown) => {
    const names = Array.isArray(methods) ? methods.filter((name) => typeof name === 'string') : []
    ears.refusal(names, partialSuccess === true)
  })
  before('USERAUTH_INFO_REQUEST', (name: unknown, instructions: unknown, prompts: unknown) => {
    if (Array.isArray(prompts) && prompts.length > 0) return
    ears.notice(typeof name === 'string' ? name : '', typeof instructions === 'string' ? instructions : '')
  })
  before('DISCONNECT', (_reason: unknown, description: unknown) => {
    if (typeof description === 'string') ears.goodbye(description)
  })
}
