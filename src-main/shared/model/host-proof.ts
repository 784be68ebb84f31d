/** What proves that the host of a connection is its session's: the fact, and its words for page and command line. */
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

export const hostProofWords: Record<HostProof, string> = {
  certificate: 'Proved: the host shows the certificate that is known to be your session’s.',
  'port-owner': 'Proved: on its node the host’s ports belong to you.',
  record:
    'Not proved: it answers where your session’s record says, its job started for this request, and nobody had claimed it before. Trust it as far as you trust the users of its node.',
  user: 'Not proved: you said that it is your session’s.',
}
