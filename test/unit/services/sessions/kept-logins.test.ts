/** The SSH login that serves the list of sessions: kept a while, then closed. */
import { afterEach, expect, test, vi } from 'vitest'
import { KeptLogins } from '../../../../src-main/services/sessions/kept-logins.ts'

afterEach(() => vi.useRealTimers())

test('one login serves uses that follow each other, and is closed 45 seconds after the last', async () => {
  vi.useFakeTimers()
  let opened = 0
  let closed = 0
  const logins = new KeptLogins<{ close(): Promise<void> }>()
  const open = () => {
    opened++
    return { close: async () => void closed++ }
  }
  const use = (): Promise<void> => logins.use('demo', open, async () => undefined)
  await use()
  await vi.advanceTimersByTimeAsync(44_000)
  await use()
  await vi.advanceTimersByTimeAsync(44_000)
  expect([opened, closed]).toEqual([1, 0])
  await vi.advanceTimersByTimeAsync(2000)
  expect(closed).toBe(1)
  await use()
  await logins.dispose()
  expect([opened, closed]).toEqual([2, 2])
})
