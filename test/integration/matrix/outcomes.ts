/** What becomes of a session: what happens at the site, and in which state and words a connection ends. */
import { expect } from 'vitest'
import type { ErrorKind } from '../../../src-main/shared/errors.ts'
import type { FaultName } from '../../site/faults.ts'
import type { TestDesktop } from '../../support/test-client.ts'
import type { Place } from './place.ts'
import { said } from '../../support/texts.ts'

export interface Outcome {
  name: string
  /** Holds while it connects. */
  fault?: FaultName
  /** Done to the site before; gives what mends it. */
  before?(place: Place): Promise<() => Promise<unknown>>
  /** What happens on the way, up to the end that is expected. `mend`: undoes `before` early. */
  happens?(attempt: TestDesktop, place: Place, mend: () => Promise<void>): Promise<unknown>
  /** In the end. */
  ends:
    | { state: 'ended'; because: RegExp }
    | { state: 'failed'; kind: ErrorKind; says: RegExp; next: RegExp; evidence: RegExp }
  /** Moonlight has no route: the profile names no address of its own in its place. */
  unrouted?: true
  /** A run that is not to take long has it with each way of signing in, not with one alone. */
  everyMode?: true
  /** Only in the full product. */
  slow?: true
}

const youEnded = { state: 'ended', because: /^You ended the session\.$/ } as const
const youCancelled = { state: 'ended', because: /^You cancelled\.$/ } as const

/** Waits for words beside the step of the queue. */
const inTheQueue = (attempt: TestDesktop, words: RegExp): Promise<unknown> =>
  attempt.until(({ steps }) =>
    steps.some(({ name, detail }) => name === 'queued' && words.test(said(detail))),
  )
/** The user decides, here to cancel. */
async function blockedInTheQueue(attempt: TestDesktop, words: RegExp): Promise<void> {
  await inTheQueue(attempt, words)
  expect(attempt.snapshot.steps.find(({ name }) => name === 'queued')).toMatchObject({ blocked: true })
  await attempt.leave('CANCEL')
}
const hasStarted = (attempt: TestDesktop): Promise<unknown> =>
  attempt.until(({ session }) => (session?.runningSince ?? null) !== null)

export const outcomes: readonly Outcome[] = [
  {
    name: 'streams',
    everyMode: true,
    async happens(attempt) {
      await attempt.streaming()
      await attempt.leave('END')
    },
    ends: youEnded,
  },
  {
    name: 'waits for a free node',
    before: (place) => place.fillNode(),
    async happens(attempt, _place, mend) {
      await inTheQueue(attempt, /^Waiting for a free node/)
      await mend()
      await hasStarted(attempt)
      await attempt.leave('CANCEL')
    },
    ends: youCancelled,
  },
  {
    name: 'asks for more than there is',
    async before({ shell }) {
      await shell('scontrol update PartitionName=viz MaxTime=60')
      return () => shell('scontrol update PartitionName=viz MaxTime=12:00:00')
    },
    happens: (attempt) =>
      blockedInTheQueue(
        attempt,
        /^It does not start by itself.* No node of the partition can run this job\.$/,
      ),
    ends: youCancelled,
  },
  {
    name: 'the node is down',
    fault: 'node-down',
    happens: (attempt) =>
      blockedInTheQueue(
        attempt,
        /^It does not start by itself.* All nodes for this job are down or drained \(viz-node001: /,
      ),
    ends: youCancelled,
  },
  {
    name: 'the node is drained',
    fault: 'node-drained',
    happens: (attempt) =>
      blockedInTheQueue(
        attempt,
        /^It does not start by itself.* All nodes for this job are down or drained \(viz-node001: /,
      ),
    ends: youCancelled,
  },
  {
    name: 'its job fails early',
    fault: 'job-ends-early',
    ends: {
      state: 'failed',
      kind: 'job-ended-early',
      says: /^The desktop’s host did not start; it says “Unknown command: config”\.$/,
      next: /^Tell your administrator; the evidence has the end of its log\.$/,
      evidence:
        /portal says: completed[\s\S]*Slurm says: FAILED, exit status 7[\s\S]*end of the job’s log: [\s\S]*Unknown command: config\nERROR: Sunshine failed to start/,
    },
  },
  {
    name: 'the portal forgets it',
    before: (place) => place.fillNode(),
    async happens(attempt, { site }, mend) {
      await inTheQueue(attempt, /^Waiting for a free node/)
      await site.setFault('sessions-forgotten', true)
      await mend()
      await hasStarted(attempt)
      await attempt.leave('CANCEL')
    },
    ends: youCancelled,
  },
  {
    name: 'somebody cancels its job',
    fault: 'host-not-ready',
    async happens(attempt, { shell }) {
      await attempt.until(({ state }) => state === 'waiting-for-host')
      await shell(`scancel ${attempt.snapshot.session?.jobId}`)
    },
    ends: {
      state: 'failed',
      kind: 'job-ended-early',
      says: /^The job of your desktop was cancelled\.$/,
      next: /^You or an administrator ended it somewhere else: start a new session\.$/,
      evidence: /Slurm says: CANCELLED/,
    },
  },
  {
    name: 'Slurm is away for a while',
    before: (place) => place.fillNode(),
    async happens(attempt, { site }, mend) {
      await inTheQueue(attempt, /^Waiting for a free node/)
      await site.setFault('slurmctld-down', true)
      await inTheQueue(attempt, /^Slurm does not answer at the moment$/)
      await site.setFault('slurmctld-down', false)
      await mend()
      await hasStarted(attempt)
      await attempt.leave('CANCEL')
    },
    ends: youCancelled,
  },
  {
    name: 'no route to the desktops',
    unrouted: true,
    everyMode: true,
    ends: {
      state: 'failed',
      kind: 'portal-not-routed',
      says: /^The portal has no route to its desktop service\.$/,
      next: /route \/api\/moonlight/,
      evidence: /portal: https?:\/\/127\.0\.0\.1:\d+/,
    },
  },
  {
    name: 'its time is over',
    slow: true,
    async happens(attempt, { shell }) {
      await attempt.streaming()
      await shell(`scontrol update JobId=${attempt.snapshot.session?.jobId} TimeLimit=1`)
    },
    ends: {
      state: 'failed',
      kind: 'job-ended-early',
      says: /^The job of your desktop has reached its time limit\.$/,
      next: /^Start a new session\.$/,
      evidence: /Slurm says: TIMEOUT[\s\S]*DUE TO TIME LIMIT/,
    },
  },
]
