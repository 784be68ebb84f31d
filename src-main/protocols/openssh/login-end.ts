/** Why the system's `ssh` did not log in: which failure follows from what it said. No I/O. */
import { fail, type VizlinkError } from '../../shared/errors.ts'
import {
  closed,
  hostKeyRefused,
  notAdmitted,
  notForwarded,
  notSsh,
  nothingInCommon,
  refused,
  unreachable,
} from '../ssh/failures.ts'
import { otherProtocol } from '../ssh/login-end.ts'
import type { LoginLog } from './login-log.ts'

export interface OpensshEnd {
  hop: string
  log: LoginLog
  /** The last key that the host has shown, in words; empty: none. */
  shownKey: string
  /** What the host before this one says of the channel that leads here; null: there is none, or it said nothing. */
  refusal: Error | null
}

/** Words of the C library about the way itself, with the codes by which other failures know them. */
const networkWords: readonly (readonly [RegExp, string])[] = [
  [/Could not resolve hostname/, 'ENOTFOUND'],
  [/port \d+: Connection refused/, 'ECONNREFUSED'],
  [/port \d+: (Connection|Operation) timed out/, 'ETIMEDOUT'],
  [/No route to host/, 'EHOSTUNREACH'],
  [/Network is unreachable/, 'ENETUNREACH'],
]

/** @returns what the user reads */
export function failureOfOpenssh({ hop, log, shownKey, refusal }: OpensshEnd): VizlinkError {
  const { stage, tried, begun, text: said, evidence } = log
  const words = { last: log.words.last, evidence }
  const missing = /no matching (.+?) found/.exec(said)?.[1]
  if (missing !== undefined) return nothingInCommon(hop, missing, words)
  if (/Host key verification failed/.test(said)) return hostKeyRefused(hop, shownKey, 'changed')
  if (refusal !== null) return notForwarded(hop, refusal)
  const code = networkWords.find(([pattern]) => pattern.test(said))?.[1]
  if (stage === 'greeting' && code !== undefined)
    return unreachable(hop, Object.assign(new Error(log.result), { code }))
  if (!begun)
    return fail('bad-profile', 'openssh-configuration', {
      facts: { said: log.result },
      evidence: [{ label: 'host', value: hop }, ...evidence],
    })
  if (stage === 'greeting' && (/invalid (characters|format)/i.test(said) || otherProtocol.test(words.last)))
    return notSsh(hop, words)
  if (stage === 'greeting' && log.byProgram)
    return fail('login-unreachable', 'proxy-command', {
      facts: { hop, said: log.words.last || log.result },
      evidence: [{ label: 'host', value: hop }, ...evidence],
    })
  const refusedEnd = { hop, words, tried, unusableKeys: [] }
  if (/Too many authentication failures/.test(said)) return refused(refusedEnd, 'too-many')
  if (
    log.noTicket !== null &&
    tried.keysOffered === 0 &&
    !tried.answered &&
    tried.methods?.includes('gssapi-with-mic')
  )
    return fail('auth-refused', 'no-ticket', {
      facts: { hop, said: log.noTicket },
      evidence: [{ label: 'host', value: hop }, ...evidence],
    })
  if (/Permission denied \([\w,@.-]*\)/.test(said)) return refused(refusedEnd, 'refused')
  return stage === 'authentication' && tried.proofGiven ? notAdmitted(hop, words) : closed(hop, stage, words)
}
