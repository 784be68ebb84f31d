/** What the command line prints of a desktop's state. */
import { expect, test } from 'vitest'
import { stateText } from '../../../src-main/cli/output.ts'
import { desktopState } from '../../../src-main/shared/model/desktop.ts'

test('states are printed in words, and each has its own', () => {
  const states = desktopState.options.filter((state) => state !== 'idle')
  const words = states.map(stateText)
  expect(new Set(words).size).toBe(states.length)
  for (const line of words) expect(line).toMatch(/^[A-Z][a-z]+( [a-z]+)*$/)
  expect(stateText('idle')).toBeNull()
})
