/** What proves that the host of a desktop is its session's; the catalogue `proof` words it. */
import { z } from 'zod'

export const hostProofSchema = z.enum([
  /** It shows the certificate that was read over SSH, or that an earlier proof has pinned. */
  'certificate',
  /** Its ports belong to the user, or to a process of the session's job. */
  'port-owner',
  /** Not proved: the records fit, and it was unclaimed. */
  'record',
  /** Not proved: the user said so. */
  'user',
])
export type HostProof = z.infer<typeof hostProofSchema>

export const isProved = (proof: HostProof): boolean => proof === 'certificate' || proof === 'port-owner'
