/** A fresh clone builds what a command needs, runs it, and has nothing to do the second time. */
import { afterAll, expect, test } from 'vitest'
import { makeFreshClone, commandWithoutHost, npmRun } from '../support/fresh-clone.ts'

const clone = makeFreshClone()
afterAll(() => clone.dispose())

/** A whole native build takes a minute of a processor, which others may want too; what hangs is reported all the same. */
const deadlineMs = 900_000

test('npm run vizlink', { timeout: deadlineMs }, async () => {
  const { code, stdout, stderr } = await npmRun(clone.path, commandWithoutHost)
  expect(code, stderr).toBe(1)
  expect(stdout).toMatch(/^\{"ok":false,.*\}\n$/)
  expect(stderr).toMatch(/native build +built/)
  expect(stderr).not.toContain('unexpectedly')
  expect((await npmRun(clone.path, commandWithoutHost)).stderr).not.toContain('Setting up')
})
