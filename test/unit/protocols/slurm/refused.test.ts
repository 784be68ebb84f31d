import { expect, test } from 'vitest'
import { parseRefused, refusedCommand } from '../../../../src-main/protocols/slurm/refused.ts'

const shown = (name: string, answer: string): string => `partition ${name}:\n${answer}\n`
const up = 'Slurmctld(primary) at ctl1 is DOWN\nSlurmctld(backup) at ctl2 is UP\nscontrol ended: 0\n'
const record = (name: string, state: string): string =>
  `PartitionName=${name} AllowGroups=ALL Default=NO State=${state} TotalCPUs=8`

test.each([
  [
    'no controller is up',
    'Slurmctld(primary) at ctl1 is DOWN\nSlurmctld(backup) at ctl2 is DOWN\nscontrol ended: 1\n',
    { reason: 'controller-down' },
  ],
  [
    'the controller leaves us waiting',
    'scontrol ended: 124\n' + shown('viz', 'scontrol ended: 124'),
    { reason: 'controller-down' },
  ],
  [
    'no such partition',
    up + shown('viz', record('viz', 'UP')) + shown('gpu', 'Partition gpu not found'),
    { reason: 'partition-missing', facts: { partition: 'gpu' } },
  ],
  [
    'a drained partition',
    up + shown('viz', record('viz', 'UP')) + shown('gpu', record('gpu', 'DRAIN')),
    { reason: 'partition-inactive', facts: { partition: 'gpu', state: 'DRAIN' } },
  ],
  ['a partition that is down takes jobs', up + shown('viz', record('viz', 'DOWN')), null],
  ['a backup that is up', up + shown('viz', record('viz', 'UP')), null],
  ['an answer of nothing', '', null],
])('%s', (_what, output, why) => {
  const read = parseRefused(output, 'viz,gpu')
  if (why === null) expect(read).toBeNull()
  else expect(read).toMatchObject(why)
})

test('a name that is no word of a shell is not asked for', () => {
  expect(refusedCommand('viz,$(reboot)').script).not.toContain('reboot')
  expect(refusedCommand('viz,gpu').script).toContain('show partition gpu')
})
