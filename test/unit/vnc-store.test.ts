/** The page's VNC desktops: what is clicked while another desktop is still being left. */
import { expect, test } from 'vitest'
import type { VncSnapshot } from '../../src-main/shared/model/vnc.ts'
import { createVncStore } from '../../src-renderer/features/vnc/store.ts'

const desktop = (desktopId: string, state: VncSnapshot['state']): VncSnapshot => ({
  desktopId,
  siteId: 'demo',
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
      call: (name: string) => {
        if (name === 'vnc.opened') return Promise.resolve([desktop('first', 'ready')])
        if (name === 'vnc.leave') return new Promise((resolve) => (left = () => resolve(null)))
        if (name === 'vnc.start') return Promise.resolve({ desktopId: 'second' })
        return Promise.resolve(desktop('second', 'starting'))
      },
    } as unknown as Parameters<typeof createVncStore>[0],
    (error) => problems.push(error),
  )
  const shown = (): string | undefined => store.getState().current?.desktopId
  store.begin()
  await expect.poll(shown).toBe('first')

  const leaving = store.leave()
  tell(desktop('first', 'ended'))
  expect(shown()).toBeUndefined()
  await store.start({ siteId: 'demo', user: null, size: { width: 1280, height: 720 } })
  expect(shown()).toBe('second')

  left()
  await leaving
  expect(shown()).toBe('second')
  expect(store.getState().busy).toBeNull()
  expect(problems).toEqual([])
})
