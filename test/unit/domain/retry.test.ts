import { expect, test } from 'vitest'
import { reconnectDelayMs } from '../../../src-main/domain/retry.ts'

test('pauses double up to eight seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 50, 5000].map(reconnectDelayMs)).toEqual([
    500, 1000, 2000, 4000, 8000, 8000, 8000, 8000,
  ])
  expect(reconnectDelayMs(-1)).toBe(500)
})

test('a minute leaves room for several attempts', () => {
  let spent = 0
  let attempts = 0
  while (spent < 60_000) spent += reconnectDelayMs(attempts++)
  expect(attempts).toBeGreaterThan(8)
})
