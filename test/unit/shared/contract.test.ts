/** Bounds of what a page may ask: a wish that no host could meet never gets further. */
import { expect, test } from 'vitest'
import { calls, maximumCallBytes } from '../../../src-main/shared/contract.ts'

const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 6000 }
const start = (more: object): boolean =>
  calls['desktop.start'].input.safeParse({ siteId: 'demo', kind: 'stream', user: null, video, ...more })
    .success

test.each([
  ['width', 320, 7680],
  ['height', 200, 4320],
  ['fps', 5, 240],
  ['bitrateKbps', 500, 150_000],
])('%s from %i to %i', (name, least, most) => {
  const wish = (value: unknown): boolean => start({ video: { ...video, [name]: value } })
  expect([least, most].map(wish)).toEqual([true, true])
  expect([least - 1, most + 1, least + 0.5, Number.NaN, '720', null].map(wish)).not.toContain(true)
})

test('a new session is none that runs, names are bounded, and unknown wishes are refused', () => {
  expect(start({ sessionId: 'one' })).toBe(true)
  expect(start({ sessionId: 'one', newSession: true })).toBe(false)
  expect(start({ siteId: 'x'.repeat(129) })).toBe(false)
  expect(start({ user: 'x'.repeat(257) })).toBe(false)
  expect(start({ more: true })).toBe(false)
})

test('pages of the portal are those of the list', () => {
  const page = (one: unknown): boolean =>
    calls['portal.open'].input.safeParse({ siteId: 'demo', page: one }).success
  expect(['/', '/dashboard', '/vnc', '/cae', '/app', '/moonlight'].map(page)).not.toContain(false)
  expect(['', '/admin', '@evil.example', '/vnc/', null].map(page)).not.toContain(true)
})

test('a call has 64 kB at most', () => {
  expect(maximumCallBytes).toBe(65_536)
})
