/** What child processes get of the environment, how long they may take to end, and what is logged of their faults. */
import { expect, test } from 'vitest'
import { childProcessEnvironment, killAfterMs, logFault } from '../../../src-main/shells/child-processes.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

test('a child gets what programs need, and nothing else', () => {
  const environment = { PATH: '/bin', HOME: '/home/ada', SSH_AUTH_SOCK: '/agent', TOKEN: 'secret', LANG: 'C' }
  expect(childProcessEnvironment(environment)).toEqual({
    PATH: '/bin',
    HOME: '/home/ada',
    LANG: 'C',
    UV_USE_IO_URING: '0',
  })
})

test('one that does not end when asked to is killed after two seconds', () => {
  expect(killAfterMs).toBe(2000)
})

test('a child that broke its contract is logged, one that just ends is not', () => {
  const logger = collectingLogger()
  logFault(logger, 'link')
  expect(logger.lines).toEqual([])
  const issues = [{ label: 'message', value: 'reply to exec' }]
  logFault(logger, 'link', issues)
  expect(logger.lines).toEqual([{ level: 'error', event: 'link-process.bad-message', fields: { issues } }])
})
