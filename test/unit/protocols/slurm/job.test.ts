import { assert, constantFrom, array, property, string, oneof } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAlive, jobCommand, parseJob, type SlurmJob } from '../../../../src-main/protocols/slurm/job.ts'
import { explainReason } from '../../../../src-main/protocols/slurm/waiting.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'
import { said } from '../../../support/texts.ts'

const ended = (status: number): string => `squeue ended: ${status}\n`
const nothing: SlurmJob = {
  ...{ state: '', reason: null, node: null, startsAt: null, endsAt: null, owner: null },
  ...{ ageMs: null, partition: null, name: null },
}

describe('parseJob', () => {
  // As squeue of Slurm 22.05 printed them.
  test.each<[string, string, Partial<SlurmJob>]>([
    [
      'running',
      'job|RUNNING|None|viz-node001|1795438390|1795467190\n',
      { state: 'RUNNING', node: 'viz-node001', startsAt: 1795438390000, endsAt: 1795467190000 },
    ],
    [
      'running as a service account',
      'job|RUNNING|None|viz-node001|1795438390|1795467190|svc-portal|995\n',
      {
        state: 'RUNNING',
        node: 'viz-node001',
        startsAt: 1795438390000,
        endsAt: 1795467190000,
        owner: { name: 'svc-portal', uid: 995 },
      },
    ],
    [
      'named, with a bar in its name',
      'job|RUNNING|None|n1|N/A|N/A|ada|1000|viz|moonlight-ada|x\n',
      {
        ...{ state: 'RUNNING', node: 'n1', owner: { name: 'ada', uid: 1000 } },
        ...{ partition: 'viz', name: 'moonlight-ada|x' },
      },
    ],
    ['waiting, no estimate', 'job|PENDING|None||N/A|N/A\n', { state: 'PENDING' }],
    [
      'waiting with an estimate',
      'job|PENDING|Resources||1795467190|1795495990\n',
      { state: 'PENDING', reason: 'Resources', startsAt: 1795467190000, endsAt: 1795495990000 },
    ],
    [
      'nodes drained',
      'job|PENDING|Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions||N/A|N/A\n',
      {
        state: 'PENDING',
        reason: 'Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions',
      },
    ],
    [
      'requeued after its node died',
      'job|PENDING|BeginTime||1795439654|1795468454\n',
      { state: 'PENDING', reason: 'BeginTime', startsAt: 1795439654000, endsAt: 1795468454000 },
    ],
    [
      'being cancelled',
      'job|COMPLETING|None|viz-node002|1795438438|1795438440\n',
      { state: 'COMPLETING', node: 'viz-node002', startsAt: 1795438438000, endsAt: 1795438440000 },
    ],
    [
      'after a greeting of the login host',
      '\n*** Welcome | to the cluster ***\r\nMaintenance on Friday\njob|RUNNING|None|n1|1795438390|1795467190\r\n',
      { state: 'RUNNING', node: 'n1', startsAt: 1795438390000, endsAt: 1795467190000 },
    ],
    [
      'times that are no times',
      'job|RUNNING|None|n1|2026-11-23T12:53:10|-5\n',
      { state: 'RUNNING', node: 'n1' },
    ],
    ['fewer fields', 'job|RUNNING|\n', { state: 'RUNNING' }],
    ['a node that cannot be one', 'job|RUNNING|None|-oProxyCommand=x|N/A|N/A\n', { state: 'RUNNING' }],
  ])('%s', (_what, output, expected) => {
    expect(parseJob(output + ended(0))).toEqual({ ...nothing, ...expected })
  })

  test.each([
    ['RUNNING', 'now: 1795438450', 60_000],
    ['RUNNING', 'now: 1795438389', 0],
    ['RUNNING', 'now: soon', null],
    ['RUNNING', '', null],
    ['PENDING', 'now: 1795438450', null],
  ])('%s, %s: it has run for %s ms by the cluster’s clock', (state, now, ageMs) =>
    expect(parseJob(`job|${state}|None|n1|1795438390|1795467190\n${ended(0)}${now}\n`)?.ageMs).toBe(ageMs),
  )

  test('null: the controller answers that it knows no such job, and the accounting does not have it', () => {
    const forgotten = `${ended(1)}slurm_load_jobs error: Invalid job id specified\n`
    const cutOff = `${forgotten}scontrol ended: 1\nslurm_load_jobs error: Invalid job id specified\n`
    const unknown = `${cutOff}asked everywhere\n`
    expect(() => parseJob(cutOff)).toThrow('silent')
    expect(parseJob(unknown)).toBeNull()
    expect(parseJob(`${unknown}sacct ended: 0\n`)).toBeNull()
    expect(parseJob(`${unknown}sacct ended: 1\nkept|sacct: error: slurmdbd is away\n`)).toBeNull()
    const over = 'kept|CANCELLED by 1000|0:0|n1|1795438390|1795438440|ada|1000|viz|moonlight-ada\n'
    expect(parseJob(`${unknown}sacct ended: 0\n${over}`)).toMatchObject({
      state: 'CANCELLED',
      name: 'moonlight-ada',
    })
    expect(() => parseJob(`${unknown}sacct ended: 0\nkept|RUNNING|0:0|n1|1|2|ada|1000|viz|x\n`)).toThrow(
      'silent',
    )
  })

  test('one that another cluster of the federation has started is looked for there, and not over', () => {
    const revoked = `job|REVOKED|None||N/A|N/A|ada|1000|viz|x\n${ended(0)}`
    expect(isAlive(parseJob(revoked))).toBe(true)
    const there = `scontrol ended: 0\nJobId=7 JobName=x\n   JobState=RUNNING Reason=None\n   NodeList=n9\nasked everywhere\n`
    expect(parseJob(revoked + there)).toMatchObject({ state: 'RUNNING', node: 'n9' })
    const over =
      'sacct ended: 0\nkept|COMPLETED|0:0|n9|1|2|ada|1000|viz|x\nkept|REVOKED|0:0|None assigned|1|2|ada|1000|viz|x\n'
    expect(isAlive(parseJob(`${revoked}asked everywhere\n${over}`))).toBe(false)
  })

  test.each([
    [
      'no controller',
      `slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n${ended(1)}`,
    ],
    ['no answer', `squeue: error: slurm_receive_msg: Zero Bytes were transmitted or received\n${ended(1)}`],
    ['no Slurm', `sh: 1: squeue: not found\n${ended(127)}`],
    ['no configuration', `squeue: fatal: Could not establish a configuration source\n${ended(1)}`],
    ['an empty queue', ended(0)],
    ['an empty queue, with a greeting', `Welcome\n${ended(0)}`],
    ['squeue alone', `slurm_load_jobs error: Invalid job id specified\n${ended(1)}`],
    ['cut off', 'job|RUNN'],
    ['empty', ''],
  ])('%s says nothing about the job', (_what, output) => {
    const failure = (() => {
      try {
        return parseJob(output)
      } catch (error) {
        return toFailure(error)
      }
    })()
    expect(failure).toMatchObject({ kind: 'slurm-unreachable', evidence: [{ value: output.trim() }] })
  })

  test('whatever comes, it is a job, none, or Slurm is silent', () => {
    const piece = oneof(
      string({ unit: 'binary' }),
      constantFrom(
        '|',
        '\n',
        'RUNNING',
        'job|PENDING|',
        '[',
        '[001-',
        ']',
        ',',
        'squeue ended: 0',
        '\u0000',
        '999999999999',
      ),
    )
    assert(
      property(array(piece, { maxLength: 30 }), (pieces) => {
        const output = pieces.join('')
        let job: SlurmJob | null
        try {
          job = parseJob(output)
        } catch (error) {
          expect(toFailure(error).kind).toBe('slurm-unreachable')
          return
        }
        if (job === null) return
        expect(job.state).toMatch(/^[A-Z_]+$/)
        if (job.node !== null) expect(job.node).toMatch(/^\w[\w.-]*$/)
        for (const time of [job.startsAt, job.endsAt])
          if (time !== null) expect(new Date(time).toISOString()).toBeTruthy()
        expect(said(explainReason(job.reason).text).length).toBeLessThan(100)
      }),
      { numRuns: 2000 },
    )
  })

  test('a flood is read in its bounds', () => {
    expect(parseJob(`job|RUNNING|None|n1|1795438390|1795467190\n${'x'.repeat(10_000_000)}`)?.node).toBe('n1')
    expect(() => parseJob('|'.repeat(10_000_000))).toThrow('slurm-unreachable/silent')
  })
})

test('isAlive', () => {
  const alive = (state: string): boolean => isAlive({ ...nothing, state })
  for (const state of ['PENDING', 'CONFIGURING', 'RUNNING', 'SUSPENDED', 'REQUEUED', 'RESIZING', 'STOPPED'])
    expect([state, alive(state)]).toEqual([state, true])
  for (const state of [
    'COMPLETING',
    'COMPLETED',
    'FAILED',
    'CANCELLED',
    'TIMEOUT',
    'NODE_FAIL',
    'OUT_OF_MEMORY',
  ])
    expect([state, alive(state)]).toEqual([state, false])
  expect(isAlive(null)).toBe(false)
})

test.each(['', '1; id', '-1', 'abc', '1_', '1_2_3', '1+2+3', '1_1;i d', '$(id)', '1'.repeat(13), '1\n2'])(
  'no command is made for the job id %j',
  (id) => expect(() => jobCommand(id)).toThrow('not a job id'),
)
