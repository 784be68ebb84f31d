/** The page's own state: what it says of its connection to the app. */
import { expect, test } from 'vitest'
import { createAppStore } from '../../../src-renderer/app-store.ts'
import type { TransportState } from '../../../src-renderer/api/transport.ts'

test('a connection that is there before anybody listens counts as there', () => {
  let state: TransportState = 'connecting'
  const store = createAppStore({
    get state() {
      return state
    },
    onState: () => () => undefined,
    onMalformed: () => () => undefined,
    on: () => () => undefined,
    call: () => new Promise(() => undefined),
    takeFramePort: () => Promise.reject(new Error('not here')),
    dispose: () => undefined,
  })
  expect(store.getState().transport).toBe('connecting')
  state = 'connected'
  store.begin()
  expect(store.getState().transport).toBe('connected')
})
