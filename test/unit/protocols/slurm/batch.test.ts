import { describe, expect, test } from 'vitest'
import {
  isSessionName,
  newSessionName,
  parseList,
  parsePlace,
  parseSubmitted,
  placeCommand,
  submitCommand,
} from '../../../../src-main/protocols/slurm/batch.ts'
import { inStep } from '../../../../src-main/protocols/slurm/step.ts'
import { createIdentity } from '../../../../src-main/protocols/gamestream/identity.ts'
import { createHash, X509Certificate } from 'node:crypto'
import { toFailure } from '../../../../src-main/shared/errors.ts'

const kindOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return toFailure(error).kind
  }
}
const name = 'vizlink-20260102-030405-ab12'

test('names say when, and nothing that a shell could take for more', () => {
  expect(newSessionName(Date.UTC(2026, 0, 2, 3, 4, 5), 'ab12')).toBe(name)
  for (const bad of [
    '',
    'vizlink-1',
    `${name}; rm -rf ~`,
    `${name}\n`,
    name.toUpperCase(),
    'moonlight-alice',
  ])
    expect(isSessionName(bad)).toBe(false)
  expect(() => placeCommand(`${name}'`)).toThrow()
})

test('a submission says what the job must know, and no secret', async () => {
  const client = await createIdentity()
  const command = submitCommand({ name, partition: 'viz', seconds: 3601, clusters: [], client })
  const { script } = command
  expect(script).toContain('--time=61')
  expect(script).toContain(`VIZLINK_CLIENT_ID=${client.uniqueId}`)
  expect(script).not.toContain(client.keyPem.split('\n')[1])
})

test.each([
  ['4711\nsbatch ended: 0\n', '4711'],
  ['Welcome\n4711;cluster1\nsbatch ended: 0\n', '4711;cluster1'],
  ['Submitted batch job 4711\nsbatch ended: 0\n', '4711'],
  ['Submitted batch job 4711 on cluster north\nsbatch ended: 0\n', '4711;north'],
])('B05: the id in %j', (output, id) => expect(parseSubmitted(output)).toBe(id))

test.each([
  'sbatch: error: invalid partition specified: viz\nsbatch ended: 1\n',
  'sh: 1: sbatch: not found\nsbatch ended: 127\n',
  '4711\nsbatch ended: 1\n',
  '',
])('no id in %j', (output) => expect(kindOf(() => parseSubmitted(output))).toBe('submit-failed'))

describe('parseList', () => {
  test('only sessions of ours that wait or run', () => {
    const lines = [
      'Welcome | to | the | cluster',
      `12|${name}|RUNNING|1795438390`,
      `13|vizlink-20260102-030406-ab13|PENDING|N/A`,
      `14|vizlink-20260102-030407-ab14|COMPLETING|1795438390`,
      '15|moonlight-alice|RUNNING|1795438390',
      'squeue ended: 0',
    ]
    expect(parseList(lines.join('\n')).jobs.map(({ jobId, submittedAt }) => [jobId, submittedAt])).toEqual([
      ['12', 1795438390000],
      ['13', null],
    ])
  })

  test.each(['', 'slurm_load_jobs error: Unable to contact slurm controller\nsqueue ended: 1'])(
    'silence is no empty list: %j',
    (output) => expect(kindOf(() => parseList(output))).toBe('slurm-unreachable'),
  )
})

test.each([
  'sbatch ended: 124\n',
  'sbatch ended: 137\n',
  'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)\nsbatch ended: 1\n',
])('a controller that is away has not refused: %j', (output) =>
  expect(kindOf(() => parseSubmitted(output))).toBe('slurm-unreachable'),
)

describe('parsePlace', async () => {
  const { certificatePem } = await createIdentity()
  const sha256 = createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('hex')
  const ready = (port: unknown, hash: string, version = 1): string =>
    `{"version": ${version}, "basePort": ${String(port)}, "certificateSha256": "${hash}"}\n${certificatePem}`

  test('port and certificate', () => {
    expect(parsePlace(`Welcome\n${ready(47_989, sha256)}`)).toEqual({
      basePort: 47_989,
      certificatePem: new X509Certificate(certificatePem).toString(),
    })
  })
  test('nothing yet', () => expect(parsePlace('')).toBeNull())
  test.each([
    ['another certificate', ready(47_989, '0'.repeat(64)), 'certificate-mismatch'],
    ['a port that cannot be', ready(70_000, sha256), 'host-not-ready'],
    ['another version', ready(47_989, sha256, 2), 'host-not-ready'],
    ['no certificate', ready(47_989, sha256).split('\n')[0] ?? '', 'host-not-ready'],
    ['no JSON', '{"version": 1', 'none'],
  ])('%s', (_name, output, kind) => expect(kindOf(() => parsePlace(output))).toBe(kind))
})

test('a step’s command is one word for the login shell', () => {
  const command = inStep({ jobId: '7', node: 'n1' }, `echo 'a b' "$HOME"`)
  expect(command.script).toMatch(
    /^exec srun --jobid=7 --nodelist=n1 \$v_overlap .*--unbuffered .* \/bin\/sh -c 'echo '\\''a b'\\'' "\$HOME"'$/,
  )
  expect(() => inStep({ jobId: '7;$x', node: 'n1' }, 'true')).toThrow()
  expect(() => inStep({ jobId: '7', node: '-x' }, 'true')).toThrow()
})
