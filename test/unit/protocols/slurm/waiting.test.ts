/** What Slurm's reasons for waiting mean: which pass, which need a look at the nodes, which somebody must end. */
import { describe, expect, test } from 'vitest'
import { allAway, explainReason } from '../../../../src-main/protocols/slurm/waiting.ts'
import { said } from '../../../support/texts.ts'

describe('explainReason', () => {
  test.each<[string | null, string, RegExp]>([
    [null, 'passes', /scheduler/],
    ['Resources', 'passes', /free node/],
    ['Priority', 'passes', /priority/],
    ['BeginTime', 'passes', /moment/],
    ['Dependency', 'passes', /another job/],
    ['QOSMaxJobsPerUserLimit', 'passes', /limit/],
    ['AssocMaxJobsLimit', 'passes', /limit/],
    ['AssocGrpCpuLimit', 'passes', /AssocGrpCpuLimit/],
    ['AssocGrpCPURunMinutesLimit', 'passes', /AssocGrpCPURunMinutesLimit/],
    ['Licenses', 'passes', /Licenses/],
    ['PartitionDown', 'passes', /partition/],
    ['PartitionInactive', 'passes', /partition/],
    ['PartitionConfig', 'passes', /partition/],
    ['constructor', 'passes', /constructor/],
    ['__proto__', 'passes', /__proto__/],
    ['x'.repeat(5000), 'passes', /^.{1,80}$/],
    ['ReqNodeNotAvail, Reserved for maintenance', 'nodes', /reserved/],
    ['ReqNodeNotAvail, May be reserved for other job', 'nodes', /reserved/],
    ['ReqNodeNotAvail, UnavailableNodes:viz-node[001-002]', 'nodes', /busy, reserved or down/],
    ['ReqNodeNotAvail(Unavailable:viz-node001)', 'nodes', /reserved/],
    [
      'Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions',
      'nodes',
      /busy, reserved or down/,
    ],
    ['Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved', 'nodes', /busy, reserved or down/],
    ['(Nodes required for job are DOWN, DRAINED or reserved)', 'nodes', /busy, reserved or down/],
    ['NodeDown', 'nodes', /down/],
    ['FrontEndDown', 'nodes', /down/],
    ['JobHeldUser', 'blocked', /held/],
    ['JobHeldAdmin', 'blocked', /administrator/],
    ['launch failed requeued held', 'blocked', /Slurm holds/],
    ['launch_failed_requeued_held', 'blocked', /Slurm holds/],
    ['job requeued in held state', 'blocked', /Slurm holds/],
    ['JobHoldMaxRequeue', 'blocked', /Slurm holds/],
    ['InvalidQOS', 'blocked', /not valid/],
    ['InvalidAccount', 'blocked', /not valid/],
    ['QOSNotAllowed', 'blocked', /not valid/],
    ['DependencyNeverSatisfied', 'blocked', /never/],
    ['ReservationDeleted', 'blocked', /reservation/],
    ['AssocMaxCpuMinutesPerJobLimit', 'blocked', /more than your account/],
    ['AssocMaxWallDurationPerJobLimit', 'blocked', /more than your account/],
    ['AssocMaxGRESPerJob', 'blocked', /more than your account/],
    ['QOSMaxGRESPerNode', 'blocked', /more than your account/],
    ['QOSMaxGRESPerUser', 'passes', /QOSMaxGRESPerUser/],
    ['MaxMemPerLimit', 'blocked', /No node/],
    ['QOSMaxNodePerJobLimit', 'blocked', /more than your account/],
    ['AssociationTimeLimit', 'blocked', /more than your account/],
    ['AssocGrpCPUMinutesLimit', 'blocked', /used up/],
    ['QOSGrpGRESMinutes', 'blocked', /used up/],
    ['QOSMinGRES', 'blocked', /No node/],
    ['PartitionNodeLimit', 'blocked', /No node/],
    ['PartitionTimeLimit', 'blocked', /No node/],
    ['BadConstraints', 'blocked', /No node/],
  ])('%j: %s', (reason, waiting, words) => {
    const explained = explainReason(reason)
    expect(explained.waiting).toBe(waiting)
    expect(said(explained.text)).toMatch(words)
  })
})

describe('allAway', () => {
  const node = (name: string, state: string, reason: string | null = null) => ({ name, state, reason })

  test.each([
    'down',
    'down*',
    'drained',
    'draining',
    'drained*',
    'fail',
    'failing',
    'unknown',
    'inval',
    'DOWN+DRAIN',
  ])('one that is %s gets no jobs', (state) => expect(allAway([node('viz1', state)])).not.toBeNull())
  test.each([
    'idle',
    'mixed',
    'allocated',
    'maint',
    'reserved',
    'completing',
    'idle~',
    'planned',
    'downtown',
  ])('one that is %s comes back by itself', (state) =>
    expect(allAway([node('viz1', 'down'), node('viz2', state)])).toBeNull(),
  )
  test('none that are known say nothing', () => expect(allAway([])).toBeNull())

  test('administrators’ own reasons are passed on, of the first two', () => {
    const nodes = ['1', '2', '3', '4'].map((name) =>
      node(name, 'drained', name === '2' ? null : 'fan replacement'),
    )
    expect(said(allAway(nodes))).toBe(
      'All nodes for this job are down or drained (1: fan replacement, 2: drained, …)',
    )
  })
})
