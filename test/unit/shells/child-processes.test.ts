/** What child processes get of the environment, and how long they may take to end. */
import { expect, test } from 'vitest'
import { childProcessEnvironment, killAfterMs } from '../../../src-main/shells/child-processes.ts'

test('a child gets what programs need, and nothing else', () => {
  const environment = { PATH: '/bin', HOME: '/home/ada', SSH_AUTH_SOCK: '/agent', TOKEN: 'secret', LANG: 'C' }
  expect(childProcessEnvironment(environment)).toEqual({ PATH: '/bin', HOME: '/home/ada', LANG: 'C' })
})

test('one that does not end when it is told to is killed after two seconds', () => {
  expect(killAfterMs).toBe(2000)
})
