/** Why a login ended before it was one: which failure follows from what was seen. No I/O. */
import type { VizlinkError } from '../../shared/errors.ts'
import type { Tried } from './authentication.ts'
import {
  closed,
  keyExchangeFailed,
  messageTooLong,
  nothingInCommon,
  notAdmitted,
  notSsh,
  refused,
  unreachable,
} from './failures.ts'
import type { ServerWords } from './server-words.ts'

export interface LoginEnd {
  hop: string
  /** How far it came: the server has not greeted, keys are being agreed, the user is being authenticated. */
  stage: 'greeting' | 'key-exchange' | 'authentication'
  /** What the library, the socket or our clock says. */
  error: unknown
  /** What the server said. */
  words: Pick<ServerWords, 'last' | 'evidence'>
  tried: Readonly<Tried>
  /** Keys of the user that cannot be offered, in words. */
  unusableKeys: readonly string[]
}

/** The network failed, or a machine in it; what ends a connection that was open is not among them. */
const networkCodes = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN'])

/** Web servers, proxies and sign-in pages; mail and file servers. */
export const otherProtocol = /^(HTTP\/|<|\d{3}[ -])/

type LibraryError = Error & { code?: unknown; level?: unknown }

/** @returns what the user reads */
export function failureOfLogin(end: LoginEnd): VizlinkError {
  const { hop, stage, words, tried } = end
  const error: LibraryError = end.error instanceof Error ? end.error : new Error(String(end.error))
  const missing = /no matching (?:[CS]->[CS] )?(.+)$/.exec(error.message)?.[1]
  if (missing !== undefined) return nothingInCommon(hop, missing, words)
  if (typeof error.code === 'string' && networkCodes.has(error.code)) return unreachable(hop, error)
  if (stage === 'greeting')
    return /identification string/i.test(error.message) || otherProtocol.test(words.last)
      ? notSsh(hop, words)
      : closed(hop, stage, words)
  if (stage === 'key-exchange')
    return error.level === 'handshake' || error.level === 'protocol'
      ? keyExchangeFailed(hop, error, words)
      : closed(hop, stage, words)
  if (error.message === 'Bad packet length') return messageTooLong(hop, words)
  if (error.level === 'client-authentication') return refused(end, 'refused')
  if (/too many authentication failures/i.test(`${error.message}\n${words.last}`))
    return refused(end, 'too-many')
  return tried.proofGiven ? notAdmitted(hop, words) : closed(hop, stage, words)
}
