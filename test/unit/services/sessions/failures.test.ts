/** How a job ended, in words of its own. */
import { expect, test } from 'vitest'
import { jobEnded } from '../../../../src-main/services/sessions/failures.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'
import { english } from '../../../support/english.ts'

const logFile = '/scratch/sunshine_logs/ml-ada-1.log'
const ended = (exitCode: string, job: string | null = null, host: string | null = null) =>
  toFailure(jobEnded({ state: 'FAILED', exitCode, logFile }, true, { job, host }, []))

test.each([
  ['0:53', null, null, 'log-folder', /in \/scratch\/sunshine_logs\.$/],
  ['1:0', 'Unable to build from /opt/a.sif', null, 'image', /image \/opt\/a\.sif is missing/],
  ['127:0', 'line 3: Xorg: command not found', null, 'program', /program Xorg is missing/],
  ['7:0', 'ERROR: Sunshine failed', 'Unknown command: config', 'host', /says “Unknown command: config”/],
  ['1:0', 'something', 'something else', 'failed', /has failed/],
])('exit code %s, log %j, host %j: %s', (exitCode, job, host, reason, words) => {
  const failure = ended(exitCode, job, host)
  expect(failure).toMatchObject({ kind: 'job-ended-early', reason })
  const { message, nextStep } = english(failure)
  expect(message).toMatch(words)
  // Another session meets the same node.
  if (reason !== 'failed') expect(nextStep).not.toMatch(/new session/)
})

test('a host that was killed has not ended for an old line of its log', () => {
  expect(ended('137:0', 'line 3: xxd: command not found').reason).toBe('failed')
})
