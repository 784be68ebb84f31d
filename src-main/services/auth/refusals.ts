/** What can go wrong with a sign-in, in words. */
import { fail, type EvidenceItem, type VizlinkError } from '../../shared/errors.ts'

export const nameMissing = (): VizlinkError =>
  fail('bad-request', {
    message: 'Your user name at the portal is missing.',
    nextStep: 'Type it and connect again.',
  })

export const needsPerson = (): VizlinkError =>
  fail('needs-answer', {
    message: 'You are not signed in at the portal.',
    nextStep: 'Connect to sign in; on the command line, --token-stdin passes a token.',
  })

export const gaveUpSigningIn = (): VizlinkError =>
  fail('cancelled', { message: 'You did not sign in.', nextStep: 'Connect again to sign in.' })

export const tokenRefused = (evidence: EvidenceItem[] = []): VizlinkError =>
  fail('sign-in-refused', {
    message: 'The portal does not accept this token.',
    nextStep: 'Sign in again; a token ends as soon as you sign in somewhere else.',
    evidence,
  })

export const otherUser = (expected: string, actual: string): VizlinkError =>
  fail('sign-in-refused', {
    message: `The portal signed in ${shown(actual)}, not ${shown(expected)}.`,
    nextStep: 'Sign out of the portal in your browser, then connect again with your own account.',
    evidence: [
      { label: 'expected', value: shown(expected) },
      { label: 'signed in', value: shown(actual) },
    ],
  })

export const inUse = (user: string): VizlinkError =>
  fail('bad-request', {
    message: `You are signed in at this portal as ${shown(user)}.`,
    nextStep: 'Disconnect first, then connect under the other name.',
  })

/** A name that the portal gave may be anything. */
const shown = (name: string): string => name.replace(/[\p{C}]/gu, '?').slice(0, 64)
