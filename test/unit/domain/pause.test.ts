import { expect, test } from 'vitest'
import { pause } from '../../../src-main/domain/retry.ts'

const hour = 3_600_000

test('a signal that has aborted already ends a pause before it begins', async () => {
  await expect(pause(hour, AbortSignal.abort(new Error('left')))).rejects.toThrow('left')
})

test('a signal that aborts meanwhile ends it at once', async () => {
  const controller = new AbortController()
  const pausing = pause(hour, controller.signal)
  controller.abort(new Error('left'))
  await expect(pausing).rejects.toThrow('left')
})

test('otherwise it takes its time, and leaves nothing at the signal', async () => {
  const { signal } = new AbortController()
  let listening = 0
  signal.addEventListener = (): void => void listening++
  signal.removeEventListener = (): void => void listening--
  await pause(1, signal)
  expect(listening).toBe(0)
})
