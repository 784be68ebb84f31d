/** How a job ended, in words of its own. */
import { expect, test } from 'vitest'
import { jobEnded } from '../../../../src-main/services/sessions/failures.ts'
import type { JobEnd } from '../../../../src-main/protocols/slurm/job-end.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'
import { english } from '../../../support/english.ts'

const logFile = '/scratch/sunshine_logs/ml-ada-1.log'
const end: JobEnd = {
  ...{ state: 'FAILED', exitCode: '1:0', logFile, node: 'viz3', name: 'x', partition: 'viz', uid: 995 },
  ...{ cancelledBy: null, restarts: 0 },
}
const ended = (exitCode: string, job: string | null = null, host: string | null = null) =>
  toFailure(jobEnded({ ...end, exitCode }, true, { job, host }, []))

test.each([
  ['0:53', null, null, 'log-folder', /on the node viz3, in \/scratch\/sunshine_logs\.$/],
  [
    '1:0',
    'Unable to build from /opt/a.sif',
    null,
    'image',
    /image \/opt\/a\.sif is missing on the node viz3/,
  ],
  [
    '127:0',
    'line 3: Xorg: command not found',
    null,
    'program',
    /program Xorg is missing on the desktop’s node viz3/,
  ],
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

test.each<[JobEnd['cancelledBy'], string, RegExp]>([
  [null, 'cancelled', /was cancelled\.$/],
  [{ uid: 1000, name: 'ada', self: true }, 'cancelled-by-you', /cancelled by you\.$/],
  [{ uid: 0, name: 'root', self: false }, 'cancelled-by', /by an administrator \(root\)\.$/],
  [{ uid: 995, name: 'koopark', self: false }, 'cancelled-by', /by the portal’s account koopark\.$/],
  [{ uid: 1001, name: 'bob', self: false }, 'cancelled-by', /by the user bob\.$/],
  [{ uid: 1002, name: null, self: false }, 'cancelled-by', /by the user 1002\.$/],
])('cancelled by %j: %s', (cancelledBy, reason, words) => {
  for (const ran of [true, false]) {
    const failure = toFailure(
      jobEnded({ ...end, state: 'CANCELLED', cancelledBy }, ran, { job: null, host: null }, []),
    )
    expect(failure).toMatchObject({ kind: ran ? 'job-ended-early' : 'queue-cancelled', reason })
    expect(english(failure).message).toMatch(words)
  }
})
