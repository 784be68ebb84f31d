/** What a child process prints: whole lines, and no line without end. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { logOutput } from '../../../src-main/shells/child-output.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

test('lines are whole however they come, and the last ones are kept', async () => {
  const stderr = new PassThrough()
  const logger = collectingLogger()
  const output = logOutput({ stdout: null, stderr }, 'link', logger)
  for (const part of ['one\ntw', 'o\n', '\nthree']) stderr.write(part)
  stderr.end()
  expect(await output.lastErrors()).toBe('one\ntwo\nthree')
  expect(logger.lines.map(({ event }) => event)).toEqual(Array(3).fill('link-process.error-output'))
})

test('a line without an end is cut, and what is kept of it does not grow', async () => {
  const stderr = new PassThrough()
  const output = logOutput({ stdout: null, stderr }, 'link', collectingLogger())
  for (let part = 0; part < 50; part++) stderr.write('x'.repeat(1000))
  stderr.end()
  expect(await output.lastErrors()).toHaveLength(2000)
})
