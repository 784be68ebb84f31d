import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRouter, type Handlers } from '../../../src-main/ipc/router.ts'
import { calls, replySchema, type CallName } from '../../../src-main/shared/contract.ts'
import { collectingLogger } from '../../support/silent-logger.ts'
import { someFailure } from '../../support/some-failure.ts'

const trusted = { id: 'page-1', trusted: true }
const names = Object.keys(calls) as CallName[]

/** One handler for each call, which answers with nothing. */
const handlersOf = (called: (name: CallName, input: unknown) => void): Handlers<typeof calls> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      async (input: unknown): Promise<never> => {
        called(name, input)
        return null as never
      },
    ]),
  ) as Record<CallName, (input: unknown) => Promise<never>>

/** Handlers that count; none of them answers anything useful. */
function countingHandlers(): { handlers: Handlers<typeof calls>; reached: string[] } {
  const reached: string[] = []
  const handlers = handlersOf((name) => void reached.push(name))
  return { handlers, reached }
}

describe('the router', () => {
  test('passes checked input and the sender on, and answers with the value', async () => {
    const seen: unknown[] = []
    const { handlers } = countingHandlers()
    const router = createRouter(
      calls,
      {
        ...handlers,
        'desktop.openPort': async (input, sender) => {
          seen.push(input, sender)
          return { portId: 'port-1', path: '/stream/port-1' }
        },
      },
      collectingLogger(),
      { checkOutput: true },
    )
    expect(await router(trusted, 'desktop.openPort', { desktopId: 'c1' })).toEqual({
      ok: true,
      value: { portId: 'port-1', path: '/stream/port-1' },
    })
    expect(seen).toEqual([{ desktopId: 'c1' }, trusted])
  })

  test('a sender that is not trusted reaches nothing', async () => {
    const { handlers, reached } = countingHandlers()
    const router = createRouter(calls, handlers, collectingLogger())
    for (const name of names) {
      const reply = await router({ id: 'x', trusted: false }, name, null)
      expect(reply).toMatchObject({ ok: false, failure: { kind: 'forbidden' } })
    }
    expect(reached).toEqual([])
  })

  test('names that every object has are unknown calls', async () => {
    const { handlers, reached } = countingHandlers()
    const router = createRouter(calls, handlers, collectingLogger())
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'valueOf',
      '',
      'app.Info',
      'app.info ',
    ]) {
      const reply = await router(trusted, name, null)
      expect(reply, name).toMatchObject({ ok: false, failure: { kind: 'unknown-call' } })
    }
    expect(reached).toEqual([])
  })

  test('wrong input is reported by place, never by value', async () => {
    const { handlers } = countingHandlers()
    const router = createRouter(calls, handlers, collectingLogger())
    const reply = await router(trusted, 'desktop.answer', {
      desktopId: 'c1',
      questionId: 'q1',
      values: ['hunter2', 7],
      extra: 'hunter2',
    })
    expect(reply).toMatchObject({ ok: false, failure: { kind: 'bad-request', retryable: false } })
    expect(JSON.stringify(reply)).not.toContain('hunter2')
    expect(JSON.stringify(reply)).toContain('values.1')
  })

  test('what a handler throws becomes a failure; strangers become internal', async () => {
    const { handlers } = countingHandlers()
    const router = createRouter(
      calls,
      {
        ...handlers,
        'desktop.list': async () => {
          throw someFailure('job-blocked')
        },
        'desktop.end': () => {
          // Anything can be thrown.
          // eslint-disable-next-line @typescript-eslint/only-throw-error
          throw 'text'
        },
      },
      collectingLogger(),
    )
    expect(await router(trusted, 'desktop.list', null)).toMatchObject({ failure: { kind: 'job-blocked' } })
    expect(await router(trusted, 'desktop.end', { desktopId: 'c' })).toMatchObject({
      failure: { kind: 'internal' },
    })
  })

  test('answers against the contract are caught where that is asked for', async () => {
    const { handlers } = countingHandlers()
    const strict = createRouter(calls, handlers, collectingLogger(), { checkOutput: true })
    expect(await strict(trusted, 'app.info', null)).toMatchObject({
      ok: false,
      failure: { kind: 'internal' },
    })
    const lax = createRouter(calls, handlers, collectingLogger())
    expect(await lax(trusted, 'app.info', null)).toEqual({ ok: true, value: null })
  })

  test('any junk gets a well-formed reply, and handlers see only what the schema accepts', async () => {
    const { handlers } = countingHandlers()
    const accepted: [CallName, unknown][] = []
    const watching = handlersOf((name, input) => void accepted.push([name, input]))
    const router = createRouter(calls, { ...handlers, ...watching }, collectingLogger())
    const junk = fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSparseArray: true,
      }),
      fc.record(
        { desktopId: fc.string(), siteId: fc.string(), sessionId: fc.anything() },
        { requiredKeys: [] },
      ),
      fc.json().map((text) => JSON.parse(text) as unknown),
      fc.constant(JSON.parse('{"__proto__":{"desktopId":"c"},"constructor":{"prototype":{}}}') as unknown),
    )
    const name = fc.oneof(
      fc.constantFrom<string>(...names),
      fc.string(),
      fc.constantFrom('__proto__', 'constructor'),
    )
    await fc.assert(
      fc.asyncProperty(name, junk, async (call, input) => {
        const reply = await router(trusted, call, input)
        expect(replySchema.safeParse(reply).success).toBe(true)
        if (!reply.ok) expect(['unknown-call', 'bad-request']).toContain(reply.failure.kind)
      }),
      { numRuns: 2000 },
    )
    for (const [call, input] of accepted) expect(calls[call].input.safeParse(input).success).toBe(true)
    expect(({} as Record<string, unknown>).desktopId).toBeUndefined()
  })
})
