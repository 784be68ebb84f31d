/** A stream that ends right behind the news of its start: the caller must not take it for one that runs. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChildHandle } from '../../../../src-main/ports/process-host.ts'
import type { StreamStart } from '../../../../src-main/protocols/native.ts'
import { StreamClient } from '../../../../src-main/services/host/stream-client.ts'
import type { FromStreamProcess } from '../../../../src-main/stream-process/messages.ts'
import { givenUpAfter, startFakeClock } from '../../../support/fake-clock.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { anyConfiguration } from '../../../support/stream-configuration.ts'
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
        say({ type: 'connected', configuration: anyConfiguration })
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
  // Reported once at least: by the start, or by the end of what has started.
  expect([started?.kind, ...ends.map((end) => JSON.stringify(end))].join(' ')).toContain(kind)
})

/** A stream process of which the test says what it reports, and when it is gone. */
function scriptedStream() {
  const faults: unknown[] = []
  const seen: unknown[] = []
  const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  let say: (message: FromStreamProcess) => void = () => undefined
  const child: ChildHandle = {
    pid: 0,
    exited: gone.promise,
    send: () => true,
    onMessage: (listener) => void (say = listener),
    end: async (fault) => void faults.push(fault),
  }
  const ends: object[] = []
  const client = new StreamClient(child, {
    onFacts: (facts) => seen.push(facts),
    onEnded: (end) => ends.push(end),
  })
  return {
    ...{ client, ends, faults, seen, exit: gone.resolve },
    say: (message: FromStreamProcess) => say(message),
    sayRaw: (message: unknown) => say(message as never),
  }
}

test('a stream that the user ends is not reported as lost, whatever its process says on the way out', async () => {
  const { client, ends, say, exit } = scriptedStream()
  const stopped = client.stop()
  say({ type: 'terminated', code: -1 })
  exit({ code: null, signal: 'SIGKILL' })
  await stopped
  expect(ends).toEqual([])
})

test('the end of a stream is reported once, though its process ends too', async () => {
  const { client, ends, say, exit } = scriptedStream()
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

describe('a message that does not fit', () => {
  const long = 'x'.repeat(100_000)
  const facts = {
    ...{ codec: null, width: 0, height: 0, fps: 0, framesReceived: 0, framesDropped: 0, bitrateKbps: 0 },
    ...{ roundTripMs: null, weak: false },
  }
  const hostile: [string, unknown, string][] = [
    ['nothing', undefined, 'of no known type'],
    ['a list', Array(100_000).fill({ type: 'ready' }), 'of no known type'],
    ['an unknown type', { type: '__proto__' }, 'of no known type'],
    ['a prototype', JSON.parse('{"type":"ready","__proto__":{"polluted":true}}'), 'ready'],
    ['figures that are no numbers', { type: 'facts', facts: { ...facts, width: '640' } }, 'facts'],
    ['figures without end', { type: 'facts', facts: { ...facts, bitrateKbps: Infinity } }, 'facts'],
    ['a stage with an endless name', { type: 'stage', name: long, status: 'complete', code: 0 }, 'stage'],
    ['an endless failure', { type: 'failed', failure: { kind: 'internal', message: long } }, 'failed'],
    [
      'a picture without a size',
      { type: 'connected', configuration: { ...anyConfiguration, width: -1 } },
      'connected',
    ],
    ['a code that is none', { type: 'terminated', code: 1.5 }, 'terminated'],
  ]

  test.each(hostile)('%s ends the stream and its process', async (_what, message, name) => {
    const { client, ends, faults, seen, say, sayRaw } = scriptedStream()
    const started = failureOf(client.start({} as StreamStart))
    sayRaw(message)
    const failure = await started
    expect(failure.kind).toBe('stream-process-died')
    expect(failure.evidence[0]).toEqual({ label: 'message', value: name })
    expect(JSON.stringify(failure)).not.toContain('xxx')
    expect(ends).toEqual([{ failure }])
    expect(faults).toEqual([failure.evidence])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    // What follows is not looked at.
    say({ type: 'facts', facts })
    say({ type: 'terminated', code: 3 })
    expect(ends).toHaveLength(1)
    expect(seen).toEqual([])
  })

  test('any junk is a fault and nothing else', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), (message) => {
        const { ends, faults, sayRaw } = scriptedStream()
        sayRaw(message)
        expect(ends).toHaveLength(1)
        expect(faults).toHaveLength(1)
      }),
      { numRuns: 300 },
    )
  })
})
