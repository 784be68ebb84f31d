import { expect, test } from 'vitest'
import { withSlurmsReason } from '../../../../src-main/services/sessions/refused.ts'
import { fail, toFailure } from '../../../../src-main/shared/errors.ts'

type Why = Awaited<ReturnType<Parameters<typeof withSlurmsReason>[1]['whyRefused']>>
const evidence = { label: 'program', values: { program: 'scontrol' }, value: 'asked' } as const
const portal = [{ label: 'answer', value: '500' } as const]

const explained = async (error: unknown, why: () => Promise<Why>) =>
  toFailure(await withSlurmsReason(error, { whyRefused: why }))

test.each([
  { reason: 'controller-down', facts: {} },
  { reason: 'partition-missing', facts: { partition: 'viz' } },
  { reason: 'partition-inactive', facts: { partition: 'viz', state: 'DRAIN' } },
] as const)('F7: what the portal keeps to itself Slurm says: $reason', async (why) => {
  for (const reason of ['refused-without-reason', 'vnc-refused'] as const) {
    const error = fail('submit-failed', reason, { evidence: portal })
    expect(await explained(error, () => Promise.resolve({ ...why, evidence }))).toMatchObject({
      ...{ kind: 'submit-failed', ...why },
      evidence: [...portal, evidence],
    })
  }
})

test('F7: where Slurm has no reason, or is not heard, the portal’s failure stays as it is', async () => {
  const error = fail('submit-failed', 'refused-without-reason', { evidence: portal })
  for (const why of [() => Promise.resolve(null), () => Promise.reject(fail('link-lost', 'ssh'))])
    expect(await explained(error, why)).toEqual(error.failure)
})

test('F7: of any other failure Slurm is not asked', async () => {
  const error = fail('image-missing', 'desktop-image')
  let asked = 0
  const why = (): Promise<Why> => {
    asked++
    return Promise.resolve(null)
  }
  expect(await explained(error, why)).toEqual(error.failure)
  expect(asked).toBe(0)
})
