/** A job that the portal could not submit: it keeps Slurm's words to itself, so the login that is open asks for the reason. */
import { fail, toFailure, VizlinkError } from '../../shared/errors.ts'
import type { ClusterLogin } from '../cluster/index.ts'

/** The portal's failures of a submission, all of which hide whether Slurm itself takes jobs. */
const hidden = new Set(['submit-failed/refused-without-reason', 'submit-failed/vnc-refused'])

/** @returns the failure with Slurm's own reason where there is one to be had, else as it came */
export async function withSlurmsReason(
  error: unknown,
  cluster: Pick<ClusterLogin, 'whyRefused'>,
): Promise<Error> {
  const failure = toFailure(error)
  const known = error instanceof Error ? error : new VizlinkError(failure)
  if (!hidden.has(`${failure.kind}/${failure.reason}`)) return known
  const why = await cluster.whyRefused().catch(() => null)
  if (why === null) return known
  const evidence = [...failure.evidence, why.evidence]
  switch (why.reason) {
    case 'controller-down':
      return fail('submit-failed', why.reason, { evidence })
    case 'partition-missing':
      return fail('submit-failed', why.reason, { facts: why.facts, evidence })
    case 'partition-inactive':
      return fail('submit-failed', why.reason, { facts: why.facts, evidence })
  }
}
