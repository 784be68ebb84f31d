/**
 * What can be done about a failure beside trying again: what its next step asks for, the page's card offers as a button. The command
 * line says in the same text what is done elsewhere.
 */
import type { FailureFacts } from './texts/index.ts'

/** In the order of their buttons. */
export const failureActions = [
  'vnc-instead',
  'end-and-new',
  'another-session',
  'check-site',
  'open-portal',
  'forget-certificate',
  'forget-host-key',
  'save-report',
] as const
export type FailureAction = (typeof failureActions)[number]

type Reason = keyof FailureFacts

const reasons: Record<FailureAction, readonly Reason[]> = {
  'vnc-instead': [
    'no-encoder/node',
    'portal-not-routed/desktop-service',
    'image-missing/desktop-image',
    'job-ended-early/host',
    'job-ended-early/image',
  ],
  // The session's own host, job or node is the trouble.
  'end-and-new': [
    'certificate-mismatch/foreign-host',
    'certificate-mismatch/foreign-vnc-server',
    'certificate-mismatch/other-than-job',
    'certificate-mismatch/other-than-before',
    'certificate-mismatch/two-certificates',
    'certificate-mismatch/foreign-certificate-file',
    'host-not-ready/not-in-time',
    'host-not-ready/not-listening',
    'host-not-ready/no-answer',
    'host-not-ready/not-its-protocol',
    'host-not-ready/error-answer',
    'launch-refused/host-refused',
    'launch-refused/not-ended',
    'launch-refused/refused',
    'launch-refused/host-description',
    'needs-answer/host-not-confirmed',
    'no-encoder/node',
    'pairing-refused/refused',
    'pairing-refused/owned',
    'pairing-refused/certificate-unreadable',
    'pairing-refused/no-certificate',
    'stream-lost/no-video',
    'stream-timeout/not-started',
  ],
  // The session is of use where the user left it.
  'another-session': ['pairing-refused/other-computer'],
  'check-site': [
    'portal-error/broke-off-at-start',
    'portal-error/portal-redis-cluster',
    'portal-unreachable/redis-cluster',
  ],
  'open-portal': [
    'portal-error/answered-with-error',
    'portal-error/answered-with-words',
    'portal-error/fails-for-all',
    'portal-error/leads-elsewhere',
    'portal-error/refused-in-front',
    'portal-error/service-down',
    'portal-error/web-page',
    'portal-unreachable/hangs',
    'portal-unreachable/no-answer',
    'portal-unreachable/tls-broken-off',
    'portal-unreachable/unreachable',
    'sign-in-refused/other-user',
  ],
  'forget-certificate': ['untrusted-certificate/changed', 'untrusted-certificate/pin-unreadable'],
  'forget-host-key': ['host-key-changed/changed', 'host-key-unknown/key-unreadable'],
  // The evidence is for somebody else.
  'save-report': [
    'bad-profile/profile-unusable',
    'bad-request/request-unusable',
    'certificate-mismatch/foreign-host',
    'certificate-mismatch/foreign-vnc-server',
    'deadline-exceeded/step',
    'forbidden/vnc-not-allowed',
    'image-missing/desktop-image',
    'image-missing/vnc-image',
    'internal/malformed-event',
    'internal/unexpected',
    'job-ended-early/ended',
    'job-ended-early/failed',
    'job-ended-early/host',
    'job-ended-early/image',
    'job-ended-early/log-folder',
    'job-ended-early/program',
    'launch-refused/host-description',
    'link-lost/process-message',
    'no-encoder/node',
    'no-way-to-node/none-works',
    'portal-error/answered-with-error',
    'portal-error/answered-with-words',
    'portal-error/fails-for-all',
    'portal-error/service-down',
    'portal-error/too-large',
    'portal-error/unreadable',
    'portal-error/web-page',
    'portal-unreachable/hangs',
    'sign-in-refused/identity-provider',
    'stream-process-died/receiver-message',
    'submit-failed/refused',
    'submit-failed/vnc-refused',
  ],
}

/** The actions of a failure. */
export const actionsOf = (kind: string, reason: string): FailureAction[] =>
  failureActions.filter((action) => reasons[action].includes(`${kind}/${reason}` as Reason))
