/** An app for shell tests: answers by a table, hands stream sockets to a function. */
import type { Socket } from 'node:net'
import type { AppSurface, Sender } from '../../src-main/ports/app-surface.ts'
import type { EventName, Reply } from '../../src-main/shared/contract.ts'
import { someFailure } from './some-failure.ts'

export interface FakeApp extends AppSurface {
  called: { sender: Sender; name: string; input: unknown }[]
  gone: string[]
  emit(event: EventName, data: unknown): void
}

export interface FakeAppOptions {
  answers?: Record<string, (input: unknown) => unknown>
  attach?: (
    portId: string,
    upgrade: { headers: Record<string, string>; head: Buffer },
    socket: Socket,
  ) => boolean
}

export function createFakeApp({ answers = {}, attach = () => false }: FakeAppOptions = {}): FakeApp {
  const listeners = new Set<(event: EventName, data: unknown) => void>()
  const called: FakeApp['called'] = []
  const gone: string[] = []
  return {
    called,
    gone,
    async call(sender, name, input): Promise<Reply> {
      called.push({ sender, name, input })
      const answer = answers[name]
      if (answer) return { ok: true, value: answer(input) }
      const failure = someFailure('unknown-call').failure
      return { ok: false, failure }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    senderGone: (senderId) => void gone.push(senderId),
    attachStreamSocket: attach,
    dispose: async () => undefined,
    emit(event, data) {
      for (const listener of listeners) listener(event, data)
    },
  }
}
