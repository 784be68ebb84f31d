/** A fresh clone builds what a command needs, runs it, and has nothing to do the second time. */
import { afterAll, expect, test } from 'vitest'
import { makeFreshClone, nobody, npmRun } from '../support/fresh-clone.ts'

const clone = makeFreshClone()
afterAll(() => clone.dispose())

test('npm run vizlink', async () => {
  const { code, stdout, stderr } = await npmRun(clone.path, nobody)
  expect(code, stderr).toBe(1)
  expect(stdout).toMatch(/^\{"ok":false,.*\}\n$/)
  expect(stderr).toMatch(/native build +built/)
  expect(stderr).not.toContain('unexpectedly')
  expect((await npmRun(clone.path, nobody)).stderr).not.toContain('Setting up')
})
