/** A stream that ends right behind the news that it stands: whoever started it must not take it for one that goes on. */
import { describe, expect, test } from 'vitest'
import type { ChildHandle } from '../../../../src-main/ports/process-host.ts'
import type { StreamStart } from '../../../../src-main/protocols/native.ts'
import { StreamClient } from '../../../../src-main/services/host/stream-client.ts'
import type { FromStreamProcess } from '../../../../src-main/stream-process/messages.ts'
import { givenUpAfter, startFakeClock } from '../../../support/fake-clock.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { silentChild } from '../../../support/silent-child.ts'

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

/** A stream process of which the test says what it tells, and when it is gone. */
function toldBy() {
  const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  let say: (message: FromStreamProcess) => void = () => undefined
  const child: ChildHandle = {
    pid: 0,
    exited: gone.promise,
    send: () => true,
    onMessage: (listener) => void (say = listener),
    end: () => Promise.resolve(),
  }
  const ends: object[] = []
  const client = new StreamClient(child, { onFacts: () => undefined, onEnded: (end) => ends.push(end) })
  return { client, ends, say: (message: FromStreamProcess) => say(message), exit: gone.resolve }
}

test('a stream that the user ends is not told as lost, whatever its process says on the way out', async () => {
  const { client, ends, say, exit } = toldBy()
  const stopped = client.stop()
  say({ type: 'terminated', code: -1 })
  exit({ code: null, signal: 'SIGKILL' })
  await stopped
  expect(ends).toEqual([])
})

test('the end of a stream is told once, though its process ends too', async () => {
  const { client, ends, say, exit } = toldBy()
  say({ type: 'terminated', code: 3 })
  exit({ code: 0, signal: null })
  await client.stop()
  expect(ends).toEqual([{ code: 3 }])
})

describe('a stream process that does nothing', () => {
  const listeners = { onFacts: () => undefined, onEnded: () => undefined }

  test('is given up as not ready after twenty seconds', async () => {
    const clock = startFakeClock()
    try {
      const outcome = failureOf(new StreamClient(silentChild().child, listeners).ready())
      expect(await givenUpAfter(clock, 20_000, outcome)).toMatchObject({ kind: 'stream-timeout' })
    } finally {
      clock.restore()
    }
  })

  test('is given up three quarters of a minute after its start', async () => {
    const clock = startFakeClock()
    try {
      const outcome = failureOf(new StreamClient(silentChild().child, listeners).start({} as StreamStart))
      expect(await givenUpAfter(clock, 45_000, outcome)).toMatchObject({ kind: 'stream-timeout' })
    } finally {
      clock.restore()
    }
  })

  test('is ended four seconds after it was to stop', async () => {
    const clock = startFakeClock()
    try {
      const { child, sent, ended } = silentChild()
      const stopped = new StreamClient(child, listeners).stop()
      await clock.pass(3900)
      expect(ended()).toBe(false)
      await clock.pass(200)
      await stopped
      expect(sent).toEqual([{ type: 'stop' }])
    } finally {
      clock.restore()
    }
  })
})
