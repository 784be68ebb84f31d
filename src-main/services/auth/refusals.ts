/** What can go wrong with a sign-in, in words. */
import { fail, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'

export const nameMissing = (): VizlinkError => fail('bad-request', 'no-user-name')

export const needsPerson = (): VizlinkError => fail('needs-answer', 'not-signed-in')

export const gaveUpSigningIn = (): VizlinkError => fail('cancelled', 'sign-in-left')

export const tokenRefused = (evidence: EvidenceItem[] = []): VizlinkError =>
  fail('sign-in-refused', 'token-refused', { evidence })

export const otherUser = (expected: string, actual: string): VizlinkError =>
  fail('sign-in-refused', 'other-user', {
    facts: { actual: shown(actual), expected: shown(expected) },
    evidence: [
      { label: 'expected', value: shown(expected) },
      { label: 'signed-in', value: shown(actual) },
    ],
  })

export const inUse = (user: string): VizlinkError =>
  fail('bad-request', 'other-name-in-use', { facts: { user: shown(user) } })

/** A name that the portal gave may be anything. */
const shown = (name: string): string => name.replace(/[\p{C}]/gu, '?').slice(0, 64)
