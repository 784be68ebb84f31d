import { describe, expect, test } from 'vitest'
import { desktopJob, isDesktopsJob, withCluster } from '../../../src-main/domain/desktop-job.ts'

describe('what the job of a session is called', () => {
  test.each([
    ['ml-ada-1760000000', 'moonlight-ada'],
    ['ml-ada-b-1760000000', 'moonlight-ada-b'],
    ['vnc-admin-1760000000', 'vnc-admin'],
    ['vizlink-20260102-030405-ab12', 'vizlink-20260102-030405-ab12'],
  ])('%s', (id, name) => expect(desktopJob(id, 'viz')).toEqual({ name, partitions: ['viz'] }))

  test.each([
    '',
    'ml-ada',
    'ml--1',
    '4711',
    'vizlink-1',
    'ml-a da-1',
    'x ml-ada-1',
    'vizlink-20260102-030405-ab12x',
  ])('%j is unknown', (id) => expect(desktopJob(id, 'viz')).toBeNull())
})

describe('a job is the desktop’s', () => {
  const desktop = desktopJob('ml-ada-1760000000', 'viz,viz-large')
  test.each([
    ['by name and partition', 'moonlight-ada', 'viz', true],
    ['in another one of its partitions', 'moonlight-ada', 'viz-large', true],
    ['while it waits for several', 'moonlight-ada', 'viz,viz-large', true],
    ['where no partition is known', 'moonlight-ada', null, true],
    ['not by its partition alone', 'simulation', 'viz', false],
    ['not by its name alone', 'moonlight-ada', 'batch', false],
    ['not with one foreign partition among them', 'moonlight-ada', 'viz,batch', false],
    ['not when it is another user’s', 'moonlight-adam', 'viz', false],
    ['not without a name', null, 'viz', false],
  ])('%s', (_what, name, partition, is) => expect(isDesktopsJob({ name, partition }, desktop)).toBe(is))

  test('not where the desktop is unknown', () =>
    expect(isDesktopsJob({ name: 'moonlight-ada', partition: 'viz' }, null)).toBe(false))
})

test.each([
  ['4711', ['north'], '4711;north'],
  ['4711;south', ['north'], '4711;south'],
  ['4711', ['north', 'south'], '4711'],
  ['4711', [], '4711'],
  ['no job', ['north'], 'no job'],
])('%j at a site with the clusters %j is asked for as %j', (jobId, clusters, asked) =>
  expect(withCluster(jobId, clusters)).toBe(asked),
)
