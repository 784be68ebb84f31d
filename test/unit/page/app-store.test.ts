/** The page's desktops: which view is shown when they come, go, fail and are tried again. */
import { describe, expect, test } from 'vitest'
import { fail } from '../../../src-main/shared/errors.ts'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { createAppStore, hasOpenAt, screenOf } from '../../../src-renderer/app-store.ts'
import { answeringClient } from '../../support/answering-client.ts'
import { desktopSnapshot } from '../../support/page-snapshots.ts'
import { someFailure } from '../../support/some-failure.ts'

const info = { version: '1', contractVersion: 1, shell: 'browser', sites: [] }
const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 3000 }
const vnc = { siteId: 'demo', kind: 'vnc' as const, user: null, video }

/** A store on an app where `desktops` are known; `desktop.start` and `desktop.retry` answer `started`. */
function storeOn(desktops: DesktopSnapshot[], answers: Record<string, unknown> = {}) {
  const app = { desktops, answers }
  const { client, calls, emit } = answeringClient((name, input) => {
    const answer = app.answers[name]
    if (answer instanceof Error) throw answer
    if (answer !== undefined) return answer
    if (name === 'app.info') return info
    if (name === 'desktop.list') return app.desktops
    const { desktopId } = { desktopId: null, ...(input as object | null) }
    return name === 'desktop.get' ? app.desktops.find((one) => one.desktopId === desktopId) : null
  })
  const store = createAppStore(client)
  store.begin()
  return {
    app,
    store,
    asked: (name: string) => calls.filter((one) => one.name === name).map(({ input }) => input),
    change: (snapshot: DesktopSnapshot) => emit('desktop.changed', snapshot),
    found: () => emit('state', 'connected'),
    views: () => store.getState().open,
    shown: () => store.getState().currentId,
  }
}

test('of a stream and a VNC desktop that are open one is shown, also by a page that is loaded again', async () => {
  const { store, shown, views } = storeOn([
    desktopSnapshot('stream', 'open'),
    desktopSnapshot('vnc', 'open', 'vnc'),
  ])
  await expect.poll(shown).toBe('vnc')
  expect(views()).toEqual(['stream', 'vnc'])
  expect(screenOf(store.getState())).toBe('desktop')
  store.show('stream')
  expect(shown()).toBe('stream')
})

test('a desktop that is opened while the one before is being left is shown, and stays', async () => {
  const { app, store, shown, views, change } = storeOn([desktopSnapshot('first', 'open', 'vnc')])
  await expect.poll(shown).toBe('first')
  let left: (value: null) => void = () => undefined
  app.answers['desktop.disconnect'] = new Promise((resolve) => (left = resolve))
  const leaving = store.disconnect()
  change(desktopSnapshot('first', 'ended', 'vnc'))
  expect(screenOf(store.getState())).toBe('connect')
  app.answers['desktop.start'] = { desktopId: 'second' }
  app.desktops = [desktopSnapshot('second', 'queued', 'vnc')]
  await store.start(vnc)
  expect(shown()).toBe('second')
  left(null)
  await leaving
  expect(shown()).toBe('second')
  // The end of the first has been seen.
  expect(views()).toEqual(['second'])
  expect(store.getState()).toMatchObject({ starting: false, callFailure: null })
})

test('an app that was lost and found: desktops that it no longer knows have no view, the others are shown as before', async () => {
  const first = desktopSnapshot('first', 'open')
  const { app, store, views, shown, found } = storeOn([first, desktopSnapshot('second', 'open', 'vnc')])
  await expect.poll(views).toEqual(['first', 'second'])
  store.show('first')
  // One that failed meanwhile says so in its view.
  app.desktops = [first, desktopSnapshot('second', 'failed', 'vnc'), desktopSnapshot('third', 'ended', 'vnc')]
  found()
  await expect.poll(() => store.getState().desktops.second?.snapshot.state).toBe('failed')
  expect([views(), shown()]).toEqual([['first', 'second'], 'first'])
  app.desktops = []
  found()
  await expect.poll(views).toEqual([])
  expect(shown()).toBeNull()
})

test('one that failed is tried again in the place of its view; one that is open already has one view', async () => {
  const failed = desktopSnapshot('failed', 'failed', 'vnc')
  const { app, store, views, shown, asked } = storeOn([failed, desktopSnapshot('other', 'open', 'vnc')])
  await expect.poll(views).toEqual(['failed', 'other'])
  store.show('failed')
  app.desktops = [desktopSnapshot('again', 'queued', 'vnc')]
  app.answers['desktop.retry'] = { desktopId: 'again' }
  await store.retry()
  expect([views(), shown()]).toEqual([['again', 'other'], 'again'])
  app.answers['desktop.retry'] = { desktopId: 'other' }
  await store.retry()
  expect([views(), shown()]).toEqual([['other'], 'other'])
  expect(asked('desktop.retry')).toEqual([{ desktopId: 'failed' }, { desktopId: 'again' }])
})

describe('ending the session of a failed desktop for a new one', () => {
  const of = { siteId: 'demo', kind: 'stream', user: 'ada' }
  const failed = (circumstance?: 'running'): DesktopSnapshot => ({
    ...desktopSnapshot('failed', 'failed'),
    user: { name: 'ada', verified: true },
    session: { id: 's-1' } as DesktopSnapshot['session'],
    failure: { ...someFailure('host-not-ready').failure, ...(circumstance ? { circumstance } : {}) },
  })
  async function run(before: DesktopSnapshot, answer: unknown = null) {
    const { app, store, asked, shown, views } = storeOn([before, desktopSnapshot('other', 'open')])
    await expect.poll(views).toEqual(['failed', 'other'])
    store.show('failed')
    app.answers['desktop.start'] = { desktopId: 'new' }
    app.answers['sessions.end'] = answer ?? { over: false, why: 'Slurm is silent.' }
    app.desktops = [desktopSnapshot('new', 'queued')]
    await store.endAndNew({ video })
    return { asked, views: views(), shown: shown(), problem: store.getState().callFailure }
  }

  test('one that still runs is ended, also where that takes longer, and the new one takes the place', async () => {
    const { asked, views, shown } = await run(failed('running'))
    expect(asked('sessions.end')).toEqual([{ ...of, sessionId: 's-1' }])
    expect(asked('desktop.start')).toEqual([{ ...of, newSession: true, video }])
    expect(asked('desktop.forget')).toEqual([{ desktopId: 'failed' }])
    expect([views, shown]).toEqual([['new', 'other'], 'new'])
  })

  test('one that ended with the failure is not looked for', async () => {
    const { asked, shown } = await run(failed())
    expect([asked('sessions.end'), shown]).toEqual([[], 'new'])
  })

  test('one that is gone meanwhile is over; one that cannot be ended stays, with the reason', async () => {
    expect((await run(failed('running'), fail('bad-request', 'unknown-session'))).shown).toBe('new')
    const refused = fail('foreign-job', 'not-the-desktops')
    const { asked, views, problem } = await run(failed('running'), refused)
    expect([asked('desktop.start'), views, problem]).toEqual([[], ['failed', 'other'], refused.failure])
  })
})

test('one that could not be left stays, and the call’s failure is shown', async () => {
  const broken = someFailure('internal')
  const { store, shown, views } = storeOn([desktopSnapshot('d', 'open', 'vnc')], {
    'desktop.disconnect': broken,
  })
  await expect.poll(shown).toBe('d')
  await store.disconnect()
  expect([views(), store.getState().callFailure]).toEqual([['d'], broken.failure])
})

test('warnings that were read stay away for as long as their desktop has a view', async () => {
  const { store, change } = storeOn([desktopSnapshot('d', 'open', 'vnc')])
  await expect.poll(() => store.getState().currentId).toBe('d')
  store.putWarningsAway('d')
  expect([...store.getState().warningsRead]).toEqual(['d'])
  change(desktopSnapshot('d', 'ended', 'vnc'))
  store.show(null)
  expect([...store.getState().warningsRead]).toEqual([])
})

test('beside a VNC desktop the main button still opens a stream', async () => {
  const { store } = storeOn([desktopSnapshot('d', 'open', 'vnc')])
  await expect.poll(() => store.getState().open.length).toBe(1)
  expect(hasOpenAt(store.getState(), 'demo')).toBe(false)
})
