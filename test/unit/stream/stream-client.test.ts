/** A stream that ends right behind the news that it stands: whoever started it must not take it for one that goes on. */
import { expect, test } from 'vitest'
import type { ChildHandle } from '../../../src-main/ports/process-host.ts'
import type { StreamStart } from '../../../src-main/protocols/native.ts'
import { StreamClient } from '../../../src-main/services/stream/stream-client.ts'
import type { FromStreamProcess } from '../../../src-main/stream-process/messages.ts'
import { failureOf } from '../../support/failure-of.ts'

/** A stream process that connects when it is asked to, and in one go does the second thing. */
function connectsAnd(then: 'terminated' | 'exits'): ChildHandle {
  const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  let say: (message: FromStreamProcess) => void = () => undefined
  return {
    pid: 0,
    exited: gone.promise,
    send() {
      queueMicrotask(() => {
        say({ type: 'connected', configuration: {} as never })
        if (then === 'terminated') say({ type: 'terminated', code: 3 })
        else gone.resolve({ code: null, signal: 'SIGKILL' })
      })
      return true
    },
    onMessage: (listener) => void (say = listener),
    end: () => Promise.resolve(),
  }
}

test.each([
  ['terminated', 'stream-lost'],
  ['exits', 'stream-process-died'],
] as const)('%s', async (then, kind) => {
  const ends: object[] = []
  const client = new StreamClient(connectsAnd(then), {
    onFacts: () => undefined,
    onEnded: (end) => ends.push(end),
  })
  const started = await failureOf(client.start({} as StreamStart)).catch(() => null)
  // Told once at least: by the start, or by the end of what has started.
  expect([started?.kind, ...ends.map((end) => JSON.stringify(end))].join(' ')).toContain(kind)
})
