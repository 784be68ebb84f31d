/** A job as the controller describes it, and the first of its nodes. */
import { describe, expect, test } from 'vitest'
import { firstNode, readJobRecord } from '../../../../src-main/protocols/slurm/job-record.ts'

test('a job that waits has no node yet, and one that ended keeps its own', () => {
  const job = (nodes: string): string =>
    `JobId=7 JobName=moonlight-ada
   UserId=koopark(995) GroupId=koopark(995) MCS_label=N/A
   JobState=FAILED Reason=NonZeroExitCode Dependency=(null)
   Requeue=1 Restarts=2 BatchFlag=1 Reboot=0 ExitCode=0:53
   StartTime=1796071217 EndTime=1796071218 Deadline=N/A
   Partition=viz AllocNode:Sid=login:1
   ReqNodeList=viz-node009 ExcNodeList=(null)
   NodeList=${nodes}
   StdOut=/scratch/logs/ml-7.log\n`
  const record = {
    ...{ state: 'FAILED', reason: 'NonZeroExitCode', exitCode: '0:53', output: '/scratch/logs/ml-7.log' },
    ...{ start: '1796071217', end: '1796071218', name: 'moonlight-ada', partition: 'viz' },
    ...{ user: 'koopark', uid: 995, restarts: 2 },
  }
  expect(readJobRecord(job('viz-node[001-002]'))).toEqual({ ...record, node: 'viz-node001' })
  expect(readJobRecord(job('(null)'))).toEqual({ ...record, node: null })
  expect(readJobRecord('slurm_load_jobs error: Invalid job id specified\n')).toBe(null)
})

test('of several records the job’s is the one that lives: tasks, parts, clusters of a federation', () => {
  const one = (state: string, node: string): string =>
    `JobId=7 ArrayJobId=7\n   JobState=${state} Reason=None\n   NodeList=${node}\n\n`
  const read = (...records: string[]) => readJobRecord(records.join(''))
  expect(read(one('COMPLETED', 'n1'), one('RUNNING', 'n2'))).toMatchObject({ state: 'RUNNING', node: 'n2' })
  expect(read(one('REVOKED', '(null)'), one('FAILED', 'n3'))).toMatchObject({ state: 'FAILED', node: 'n3' })
  expect(read(one('REVOKED', '(null)'))?.state).toBe('REVOKED')
})

describe('firstNode', () => {
  test.each([
    ['viz-node001', 'viz-node001'],
    ['viz-node[001-003]', 'viz-node001'],
    ['viz-node[002,005-007],login', 'viz-node002'],
    ['a,b', 'a'],
    ['node.cluster.example', 'node.cluster.example'],
    ['rack[1-2]-node[03-04]', 'rack1-node03'],
    ['n[1-2]-ib0', 'n1-ib0'],
    ['_x', '_x'],
    ['', null],
    ['(null)', null],
    ['-x', null],
    ['.x', null],
    ['a b', null],
    ['n[x]', null],
    ['n[1', null],
    ["n'; rm", null],
    ['ä', null],
  ])('%j: %s', (list, node) => expect(firstNode(list)).toBe(node))
})
