/** Stores of the page: what is reported when a call fails, what is cleaned up, what is answered once. */
import { afterEach, expect, test, vi } from 'vitest'
import type { CallOutput } from '../../../src-main/shared/contract.ts'
import { createAppStore } from '../../../src-renderer/app-store.ts'
import { chosenSite } from '../../../src-renderer/features/connect/store.ts'
import { createQuestionStore } from '../../../src-renderer/features/questions/store.ts'
import { createSessionStore } from '../../../src-renderer/features/sessions/store.ts'
import { createSiteCheckStore } from '../../../src-renderer/features/site-check/store.ts'
import { createStatusStore } from '../../../src-renderer/features/status/store.ts'
import { createStreamStore } from '../../../src-renderer/features/stream/store.ts'
import { answeringClient } from '../../support/answering-client.ts'
import { desktopSnapshot } from '../../support/page-snapshots.ts'
import { someFailure } from '../../support/some-failure.ts'

afterEach(() => vi.useRealTimers())

const broken = someFailure('internal')

/** A client that answers by a table; an error there is a failed call. */
function client(answers: Record<string, unknown>) {
  const made = answeringClient((name) => {
    if (answers[name] instanceof Error) throw answers[name]
    return answers[name] ?? null
  })
  return { ...made, answers }
}

test('a question is answered once; an answer that got lost is reported, and can be given again', async () => {
  const { client: one, calls, answers } = client({ 'desktop.answer': broken })
  const problems: unknown[] = []
  const store = createQuestionStore(one, (error) => problems.push(error))
  const asker = { desktopId: 'c' }
  await store.answer(asker, 'q', ['yes'])
  expect(problems).toEqual([broken])
  answers['desktop.answer'] = null
  await Promise.all([store.answer(asker, 'q', ['yes']), store.answer(asker, 'q', ['yes'])])
  await store.answer(asker, 'q', null)
  expect(calls.length).toBe(2)
})

test('a session that could not be ended stays in the list, is reported, and can be ended again', async () => {
  const session = { id: 'ml-ada-1' } as CallOutput<'sessions.list'>[number]
  const { client: one, answers } = client({ 'sessions.list': [session] })
  const store = createSessionStore(one, 'stream')
  await store.refresh('demo', 'ada')
  answers['sessions.end'] = broken
  await store.end('demo', 'ada', session.id)
  const { bySite, ending } = store.getState()
  expect(bySite.demo).toEqual({ list: [session], failure: broken.failure })
  expect(ending.size).toBe(0)
  answers['sessions.end'] = { over: true, why: null }
  expect([...store.getState().ended]).toEqual([])
  await store.end('demo', 'ada', session.id)
  expect([...store.getState().ended]).toEqual([session.id])
})

test('a site check that fails keeps the last report; a closed dialog hears nothing', async () => {
  const report = { version: 1 }
  const {
    client: one,
    answers,
    listening,
  } = client({
    'siteCheck.get': { siteId: 'demo', progress: null, question: null, report, failure: null },
  })
  const store = createSiteCheckStore(one)
  const stop = store.watch('demo')
  await vi.waitUntil(() => store.getState().bySite.demo !== undefined)
  answers['siteCheck.run'] = broken
  await store.run('demo')
  expect(store.getState().bySite.demo).toMatchObject({ report, failure: broken.failure })
  expect(listening()).toBe(2)
  stop()
  expect(listening()).toBe(0)
})

test('a panel that is closed asks the site no more; one that is opened at once continues', async () => {
  vi.useFakeTimers()
  const { client: one, calls, listening } = client({})
  const store = createStatusStore(one)
  const first = store.watch('demo', 'c1')
  first()
  const second = store.watch('demo', 'c2')
  await vi.runAllTimersAsync()
  const asked = (): unknown[] => calls.map(({ input }) => (input as { on: boolean }).on)
  expect(asked()).toEqual([true, true])
  second()
  await vi.runAllTimersAsync()
  expect(asked()).toEqual([true, true, false])
  expect(listening()).toBe(0)
})

test('a picture that came back is no longer stopped; its figures say when they came', () => {
  const store = createStreamStore(
    true,
    () => undefined,
    () => 1234,
  )
  store.ended('c', { kind: 'terminated', code: 1 })
  store.ended('other', { kind: 'terminated', code: 1 })
  store.started('c')
  expect(Object.keys(store.getState().stopped)).toEqual(['other'])
  store.takeFacts('c', {} as Parameters<typeof store.takeFacts>[1])
  expect(store.getState().reports.c?.at).toBe(1234)
})

test('the site that was chosen is connected to, and the first one before', () => {
  const info = { sites: [{ id: 'one' }, { id: 'two' }] } as CallOutput<'app.info'>
  const form = { siteId: null }
  expect(chosenSite(form, info)?.id).toBe('one')
  expect(chosenSite({ siteId: 'two' }, info)?.id).toBe('two')
  expect(chosenSite({ siteId: 'gone' }, info)?.id).toBe('one')
})

const info = { version: '1', contractVersion: 1, shell: 'browser', sites: [] }

test('a page of another version says so, and shows nothing', async () => {
  const { client: one } = client({ 'app.info': { ...info, contractVersion: 2 }, 'desktop.list': [] })
  const store = createAppStore(one)
  await store.read()
  expect(store.getState()).toMatchObject({ info: null, startFailure: { kind: 'internal' } })
})

test('a button that did nothing says so, and can be pressed again', async () => {
  const snapshot = desktopSnapshot('c', 'open')
  const { client: one } = client({
    'app.info': info,
    'desktop.list': [snapshot],
    'desktop.disconnect': broken,
  })
  const store = createAppStore(one)
  await store.read()
  await store.disconnect()
  expect(store.getState()).toMatchObject({ callFailure: broken.failure, busy: {} })
})
