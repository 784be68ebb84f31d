/** The page's VNC desktops: what is clicked while another desktop is still being left. */
import { expect, test } from 'vitest'
import type { VncSnapshot } from '../../../../../src-main/shared/model/vnc.ts'
import { createAppStore } from '../../../../../src-renderer/app-store.ts'
import { createVncStore } from '../../../../../src-renderer/features/vnc/store.ts'
import { showOneView } from '../../../../../src-renderer/one-view.ts'

const desktop = (desktopId: string, state: VncSnapshot['state']): VncSnapshot => ({
  desktopId,
  siteId: 'demo',
  user: 'ada',
  state,
  detail: '',
  epoch: 1,
  session: null,
  node: null,
  question: null,
  failure: null,
  warnings: [],
})

test('a desktop that is opened while the one before is still being left is shown, and stays', async () => {
  let tell: (snapshot: VncSnapshot) => void = () => undefined
  let left: () => void = () => undefined
  const problems: unknown[] = []
  const store = createVncStore(
    {
      on: (_event: string, listener: unknown) => {
        tell = listener as typeof tell
        return () => undefined
      },
      onState: () => () => undefined,
      onMalformed: () => () => undefined,
      call: (name: string) => {
        if (name === 'vnc.opened') return Promise.resolve([desktop('first', 'ready')])
        if (name === 'vnc.leave') return new Promise((resolve) => (left = () => resolve(null)))
        if (name === 'vnc.start') return Promise.resolve({ desktopId: 'second' })
        return Promise.resolve(desktop('second', 'starting'))
      },
    } as unknown as Parameters<typeof createVncStore>[0],
    (error) => problems.push(error),
  )
  const shown = () => store.getState().shownId
  store.begin()
  await expect.poll(shown).toBe('first')

  const leaving = store.leave('first')
  tell(desktop('first', 'ended'))
  expect(shown()).toBeNull()
  await store.start({ siteId: 'demo', user: null, size: { width: 1280, height: 720 } })
  expect(shown()).toBe('second')

  left()
  await leaving
  expect(shown()).toBe('second')
  expect(store.getState()).toMatchObject({ open: [{ desktopId: 'second' }], starting: false })
  expect(problems).toEqual([])
})

test('an app that was lost and found: desktops that it no longer knows have no view, the others are shown as before', async () => {
  let opened = [desktop('first', 'ready'), desktop('second', 'ready')]
  let found: (state: 'connected') => void = () => undefined
  const store = createVncStore(
    {
      on: () => () => undefined,
      onMalformed: () => () => undefined,
      onState: (listener: typeof found) => {
        found = listener
        return () => undefined
      },
      call: () => Promise.resolve(opened),
    } as unknown as Parameters<typeof createVncStore>[0],
    () => undefined,
  )
  const views = () => store.getState().open.map(({ desktopId }) => desktopId)
  store.begin()
  await expect.poll(views).toEqual(['first', 'second'])
  store.show('first')

  // One that failed meanwhile says so in its view.
  opened = [desktop('first', 'ready'), desktop('second', 'failed'), desktop('third', 'ended')]
  found('connected')
  await expect.poll(() => store.getState().open.at(-1)?.state).toBe('failed')
  expect(views()).toEqual(['first', 'second'])
  expect(store.getState().shownId).toBe('first')

  opened = []
  found('connected')
  await expect.poll(views).toEqual([])
  expect(store.getState().shownId).toBeNull()
})

test('one that failed is tried again in the place of its view, also by a page that did not open it', async () => {
  let opened = 0
  const tried: unknown[] = []
  let tell: (snapshot: VncSnapshot) => void = () => undefined
  const store = createVncStore(
    {
      on: (_event: string, listener: unknown) => {
        tell = listener as typeof tell
        return () => undefined
      },
      onState: () => () => undefined,
      onMalformed: () => () => undefined,
      call(name: string, input: { desktopId?: string } | null) {
        if (name === 'vnc.retry') tried.push(input)
        if (name === 'vnc.opened') return Promise.resolve([desktop('desktop-0', 'failed')])
        if (name !== 'vnc.get') return Promise.resolve({ desktopId: `desktop-${++opened}` })
        return Promise.resolve(desktop(input?.desktopId ?? '', 'starting'))
      },
    } as unknown as Parameters<typeof createVncStore>[0],
    (error) => expect.fail(String(error)),
  )
  const input = { siteId: 'demo', user: null, size: { width: 1280, height: 720 } }
  const views = () => store.getState().open.map(({ desktopId }) => desktopId)
  store.begin()
  await expect.poll(views).toEqual(['desktop-0'])
  await store.start(input)
  await store.start({ ...input, sessionId: 'another' })
  tell(desktop('desktop-1', 'failed'))
  expect(store.getState().shownId).toBe('desktop-2')
  await store.retry('desktop-1')
  await store.retry('desktop-0')
  expect(views()).toEqual(['desktop-4', 'desktop-3', 'desktop-2'])
  expect(store.getState().shownId).toBe('desktop-4')
  expect(tried).toEqual([{ desktopId: 'desktop-1' }, { desktopId: 'desktop-0' }])
})

test('a desktop that has ended before it is shown has no view', async () => {
  const { store, views } = await storeWith([desktop('other', 'ready')], 'gone', 'ended')
  await store.start({ siteId: 'demo', user: null, size: { width: 1280, height: 720 } })
  expect(views()).toEqual(['other'])
  expect(store.getState().shownId).toBeNull()
})

/** A store on an app where these are open; `start` gives back `started`, as the app does for what is open already. */
async function storeWith(open: VncSnapshot[], started = '', state: VncSnapshot['state'] = 'ready') {
  const store = createVncStore(
    {
      on: () => () => undefined,
      onState: () => () => undefined,
      onMalformed: () => () => undefined,
      call(name: string) {
        if (name === 'vnc.opened') return Promise.resolve(open)
        if (name === 'vnc.start' || name === 'vnc.retry') return Promise.resolve({ desktopId: started })
        if (name === 'vnc.get') return Promise.resolve(desktop(started, state))
        if (name === 'vnc.end') return Promise.resolve({ over: true, why: null })
        return Promise.resolve(name === 'vnc.list' ? [] : null)
      },
    } as unknown as Parameters<typeof createVncStore>[0],
    (error) => expect.fail(String(error)),
  )
  const views = () => store.getState().open.map(({ desktopId }) => desktopId)
  store.begin()
  await expect.poll(() => views().length).toBe(open.length)
  return { store, views }
}

test.each([
  ['failed first', ['failed', 'other']],
  ['failed last', ['other', 'failed']],
])('one that is tried again and is another that is open already has one view (%s)', async (_order, ids) => {
  const open = ids.map((id) => desktop(id, id === 'failed' ? 'failed' : 'ready'))
  const { store, views } = await storeWith(open, 'other')
  await store.retry('failed')
  expect(views()).toEqual(['other'])
  expect(store.getState().shownId).toBe('other')
})

test('a session that is ended has no view left, also none that failed before', async () => {
  const session = { id: 'vnc-ada-1' } as VncSnapshot['session']
  const open = [
    { ...desktop('failed', 'failed'), session },
    { ...desktop('again', 'ready'), session },
    desktop('other', 'ready'),
  ]
  const { store, views } = await storeWith(open)
  await store.end('demo', null, 'vnc-ada-1')
  expect(views()).toEqual(['other'])
})

test('a page that is loaded anew while a stream and a desktop are open shows one of them', async () => {
  const { store } = await storeWith([desktop('first', 'ready')])
  const app = createAppStore({ state: 'connected' } as Parameters<typeof createAppStore>[0])
  showOneView(app, store)
  // The app's store comes to what is open later.
  app.setState({ currentId: 'connection-1' })
  expect(app.getState().currentId).toBeNull()
  store.show(null)
  app.show('connection-1')
  expect(app.getState().currentId).toBe('connection-1')
  store.show('first')
  expect(app.getState().currentId).toBeNull()
})
