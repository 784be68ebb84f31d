/** Made from the catalogues by scripts/write-texts.ts; not to be edited. */
import enCircumstances from './en/circumstances.json' with { type: 'json' }
import enEvidence from './en/evidence.json' with { type: 'json' }
import enFailures from './en/failures.json' with { type: 'json' }
import enWork from './en/work.json' with { type: 'json' }
import koCircumstances from './ko/circumstances.json' with { type: 'json' }
import koEvidence from './ko/evidence.json' with { type: 'json' }
import koFailures from './ko/failures.json' with { type: 'json' }
import koWork from './ko/work.json' with { type: 'json' }

type None = Record<never, never>

export const catalogues = {
  en: { circumstances: enCircumstances, evidence: enEvidence, failures: enFailures, work: enWork },
  ko: { circumstances: koCircumstances, evidence: koEvidence, failures: koFailures, work: koWork },
}

/** The values that each text needs: numbers, or anything that can be put into a text. */
export interface TextValues {
  'circumstances.network': None
  'circumstances.running.message': { inner: 'any' }
  'circumstances.running.nextStep': { inner: 'any' }
  'circumstances.queued.message': { inner: 'any' }
  'circumstances.queued.nextStep': { inner: 'any' }
  'circumstances.ending.message': { inner: 'any' }
  'circumstances.ending.nextStep': None
  'evidence.answer': None
  'evidence.asked': None
  'evidence.asked-for': None
  'evidence.attempt': { number: 'any' }
  'evidence.browser': None
  'evidence.code': None
  'evidence.confirmed-sha256': None
  'evidence.display': None
  'evidence.error': None
  'evidence.error-output': None
  'evidence.event': None
  'evidence.exit': None
  'evidence.expected': None
  'evidence.field': { field: 'any' }
  'evidence.file': None
  'evidence.host': None
  'evidence.identity-provider': None
  'evidence.it-said': None
  'evidence.job': None
  'evidence.job-log': None
  'evidence.job-name': None
  'evidence.job-partition': None
  'evidence.job-runs-as': None
  'evidence.job-user': None
  'evidence.key-shown': None
  'evidence.last-answer': None
  'evidence.leads-to': None
  'evidence.looked-at': None
  'evidence.node': None
  'evidence.port': None
  'evidence.port-owner': None
  'evidence.portal': None
  'evidence.portal-says': None
  'evidence.program': { program: 'any' }
  'evidence.proxy': None
  'evidence.ready-file': None
  'evidence.reason': None
  'evidence.relay': None
  'evidence.request': None
  'evidence.route-login-host': None
  'evidence.route-node-ssh': None
  'evidence.route-srun': None
  'evidence.route-tried': None
  'evidence.session': None
  'evidence.sha256': None
  'evidence.shown-sha256': None
  'evidence.signed-in': None
  'evidence.slurm-reason': None
  'evidence.slurm-says': None
  'evidence.stage': None
  'evidence.status': None
  'evidence.step': None
  'evidence.valid-until': None
  'evidence.waited': None
  'evidence.why': None
  'failures.auth-refused.refused.message': { hop: 'any' }
  'failures.auth-refused.refused.nextStep': None
  'failures.bad-profile.profile-unusable.message': None
  'failures.bad-profile.profile-unusable.nextStep': None
  'failures.bad-profile.no-ssh-user.message': None
  'failures.bad-profile.no-ssh-user.nextStep': None
  'failures.bad-profile.no-host-certificate.message': None
  'failures.bad-profile.no-host-certificate.nextStep': None
  'failures.bad-profile.key-unusable.message': None
  'failures.bad-profile.key-unusable.nextStep': None
  'failures.bad-profile.proxy-variable.message': None
  'failures.bad-profile.proxy-variable.nextStep': { name: 'any' }
  'failures.bad-request.no-user-name.message': None
  'failures.bad-request.no-user-name.nextStep': None
  'failures.bad-request.other-name-in-use.message': { user: 'any' }
  'failures.bad-request.other-name-in-use.nextStep': None
  'failures.bad-request.unknown-site.message': None
  'failures.bad-request.unknown-site.nextStep': None
  'failures.bad-request.no-token-on-input.message': None
  'failures.bad-request.no-token-on-input.nextStep': None
  'failures.bad-request.no-session-id.message': None
  'failures.bad-request.no-session-id.nextStep': None
  'failures.bad-request.user-name-unusable.message': None
  'failures.bad-request.user-name-unusable.nextStep': None
  'failures.bad-request.port-taken.message': { port: 'any' }
  'failures.bad-request.port-taken.nextStep': None
  'failures.bad-request.input-unusable.message': None
  'failures.bad-request.input-unusable.nextStep': None
  'failures.bad-request.session-over.message': None
  'failures.bad-request.session-over.nextStep': None
  'failures.bad-request.session-open.message': None
  'failures.bad-request.session-open.nextStep': None
  'failures.bad-request.session-ending.message': None
  'failures.bad-request.session-ending.nextStep': None
  'failures.bad-request.no-stream-key.message': None
  'failures.bad-request.no-stream-key.nextStep': None
  'failures.bad-request.not-open.message': None
  'failures.bad-request.not-open.nextStep': None
  'failures.bad-request.already-logged-in.message': None
  'failures.bad-request.already-logged-in.nextStep': None
  'failures.bad-request.option-host.message': None
  'failures.bad-request.option-host.nextStep': None
  'failures.bad-request.option-user-at-host.message': None
  'failures.bad-request.option-user-at-host.nextStep': None
  'failures.bad-request.option-ssh-options.message': None
  'failures.bad-request.option-ssh-options.nextStep': None
  'failures.bad-request.option-not-this-computer.message': None
  'failures.bad-request.option-not-this-computer.nextStep': None
  'failures.cancelled.sign-in-left.message': None
  'failures.cancelled.sign-in-left.nextStep': None
  'failures.cancelled.not-watched.message': None
  'failures.cancelled.not-watched.nextStep': None
  'failures.cancelled.stream-not-wanted.message': None
  'failures.cancelled.stream-not-wanted.nextStep': None
  'failures.cancelled.pairing-left.message': None
  'failures.cancelled.pairing-left.nextStep': None
  'failures.cancelled.interrupted.message': None
  'failures.cancelled.interrupted.nextStep': None
  'failures.certificate-mismatch.foreign-host.message': None
  'failures.certificate-mismatch.foreign-host.nextStep': None
  'failures.certificate-mismatch.foreign-vnc-server.message': None
  'failures.certificate-mismatch.foreign-vnc-server.nextStep': None
  'failures.certificate-mismatch.other-than-job.message': None
  'failures.certificate-mismatch.other-than-job.nextStep': None
  'failures.certificate-mismatch.other-than-before.message': None
  'failures.certificate-mismatch.other-than-before.nextStep': None
  'failures.certificate-mismatch.two-certificates.message': None
  'failures.certificate-mismatch.two-certificates.nextStep': None
  'failures.deadline-exceeded.step.message': None
  'failures.deadline-exceeded.step.nextStep': None
  'failures.deadline-exceeded.ending.message': None
  'failures.deadline-exceeded.ending.nextStep': None
  'failures.deadline-exceeded.work.message': { what: 'any' }
  'failures.deadline-exceeded.work.nextStep': None
  'failures.forbidden.not-https.message': None
  'failures.forbidden.not-https.nextStep': None
  'failures.forbidden.vnc-not-allowed.message': None
  'failures.forbidden.vnc-not-allowed.nextStep': None
  'failures.forbidden.page-not-allowed.message': None
  'failures.forbidden.page-not-allowed.nextStep': None
  'failures.foreign-job.not-the-desktops.message': None
  'failures.foreign-job.not-the-desktops.nextStep': None
  'failures.forward-refused.page.message': None
  'failures.forward-refused.page.nextStep': None
  'failures.forward-refused.login-host.message': None
  'failures.forward-refused.login-host.nextStep': None
  'failures.forward-refused.nothing-there.message': { address: 'any'; port: 'any' }
  'failures.forward-refused.nothing-there.nextStep': None
  'failures.gave-up.not-restored.message': None
  'failures.gave-up.not-restored.nextStep': None
  'failures.host-key-changed.changed.message': { hop: 'any' }
  'failures.host-key-changed.changed.nextStep': None
  'failures.host-key-unknown.key-unreadable.message': { host: 'any' }
  'failures.host-key-unknown.key-unreadable.nextStep': None
  'failures.host-key-unknown.not-confirmed.message': { hop: 'any' }
  'failures.host-key-unknown.not-confirmed.nextStep': None
  'failures.host-not-ready.not-in-time.message': None
  'failures.host-not-ready.not-in-time.nextStep': None
  'failures.host-not-ready.not-listening.message': None
  'failures.host-not-ready.not-listening.nextStep': None
  'failures.host-not-ready.ready-file.message': None
  'failures.host-not-ready.ready-file.nextStep': None
  'failures.host-not-ready.no-answer.message': None
  'failures.host-not-ready.no-answer.nextStep': None
  'failures.host-not-ready.not-its-protocol.message': None
  'failures.host-not-ready.not-its-protocol.nextStep': None
  'failures.host-not-ready.not-placed.message': None
  'failures.host-not-ready.not-placed.nextStep': None
  'failures.host-not-ready.nothing-answers.message': None
  'failures.host-not-ready.nothing-answers.nextStep': None
  'failures.image-missing.vnc-image.message': None
  'failures.image-missing.vnc-image.nextStep': None
  'failures.image-missing.desktop-image.message': None
  'failures.image-missing.desktop-image.nextStep': None
  'failures.internal.unexpected.message': None
  'failures.internal.unexpected.nextStep': None
  'failures.internal.browser-not-opened.message': None
  'failures.internal.browser-not-opened.nextStep': { address: 'any' }
  'failures.internal.no-browser.message': None
  'failures.internal.no-browser.nextStep': None
  'failures.internal.window-not-opened.message': None
  'failures.internal.window-not-opened.nextStep': None
  'failures.internal.no-sandbox.message': None
  'failures.internal.no-sandbox.nextStep': None
  'failures.internal.no-addon.message': None
  'failures.internal.no-addon.nextStep': None
  'failures.internal.session-gone.message': None
  'failures.internal.session-gone.nextStep': None
  'failures.internal.other-page-version.message': None
  'failures.internal.other-page-version.nextStep': None
  'failures.internal.malformed-event.message': None
  'failures.internal.malformed-event.nextStep': None
  'failures.job-ended-early.cancelled.message': None
  'failures.job-ended-early.cancelled.nextStep': None
  'failures.job-ended-early.time-limit.message': None
  'failures.job-ended-early.time-limit.nextStep': None
  'failures.job-ended-early.node-failed.message': None
  'failures.job-ended-early.node-failed.nextStep': None
  'failures.job-ended-early.out-of-memory.message': None
  'failures.job-ended-early.out-of-memory.nextStep': None
  'failures.job-ended-early.failed.message': None
  'failures.job-ended-early.failed.nextStep': None
  'failures.job-ended-early.ended.message': None
  'failures.job-ended-early.ended.nextStep': None
  'failures.launch-refused.host-refused.message': None
  'failures.launch-refused.host-refused.nextStep': None
  'failures.launch-refused.no-desktop.message': None
  'failures.launch-refused.no-desktop.nextStep': None
  'failures.launch-refused.not-ended.message': None
  'failures.launch-refused.not-ended.nextStep': None
  'failures.launch-refused.refused.message': None
  'failures.launch-refused.refused.nextStep': None
  'failures.link-lost.process-stopped.message': None
  'failures.link-lost.process-stopped.nextStep': None
  'failures.link-lost.process-gone.message': None
  'failures.link-lost.process-gone.nextStep': None
  'failures.link-lost.closed.message': None
  'failures.link-lost.closed.nextStep': None
  'failures.link-lost.ssh.message': None
  'failures.link-lost.ssh.nextStep': None
  'failures.link-lost.node.message': None
  'failures.link-lost.node.nextStep': None
  'failures.link-lost.hop.message': { hop: 'any' }
  'failures.link-lost.hop.nextStep': None
  'failures.link-lost.ssh-reconnecting.message': None
  'failures.link-lost.ssh-reconnecting.nextStep': None
  'failures.link-lost.node-reconnecting.message': None
  'failures.link-lost.node-reconnecting.nextStep': None
  'failures.login-superseded.another-sign-in.message': None
  'failures.login-superseded.another-sign-in.nextStep': None
  'failures.login-unreachable.unreachable.message': { hop: 'any' }
  'failures.login-unreachable.unreachable.nextStep': None
  'failures.login-unreachable.nothing-in-common.message': { hop: 'any'; what: 'any' }
  'failures.login-unreachable.nothing-in-common.nextStep': None
  'failures.needs-answer.not-signed-in.message': None
  'failures.needs-answer.not-signed-in.nextStep': None
  'failures.needs-answer.host-not-confirmed.message': None
  'failures.needs-answer.host-not-confirmed.nextStep': None
  'failures.needs-answer.ssh-question.message': { hop: 'any' }
  'failures.needs-answer.ssh-question.nextStep': None
  'failures.needs-answer.not-signed-in-for-vnc.message': None
  'failures.needs-answer.not-signed-in-for-vnc.nextStep': None
  'failures.needs-answer.question-not-answered.message': None
  'failures.needs-answer.question-not-answered.nextStep': None
  'failures.no-display-free.all-taken.message': None
  'failures.no-display-free.all-taken.nextStep': None
  'failures.no-encoder.no-figures.message': { node: 'any' }
  'failures.no-encoder.no-figures.nextStep': None
  'failures.no-encoder.node.message': None
  'failures.no-encoder.node.nextStep': None
  'failures.no-way-to-node.unknown-address.message': { node: 'any' }
  'failures.no-way-to-node.unknown-address.nextStep': None
  'failures.no-way-to-node.none-works.message': { node: 'any' }
  'failures.no-way-to-node.none-works.nextStep': None
  'failures.node-down.all-down.message': None
  'failures.node-down.all-down.nextStep': None
  'failures.pairing-refused.unknown-to-host.message': None
  'failures.pairing-refused.unknown-to-host.nextStep': None
  'failures.pairing-refused.refused.message': None
  'failures.pairing-refused.refused.nextStep': None
  'failures.pairing-refused.pin-not-taken.message': None
  'failures.pairing-refused.pin-not-taken.nextStep': None
  'failures.pairing-refused.not-kept.message': None
  'failures.pairing-refused.not-kept.nextStep': None
  'failures.pairing-refused.not-paired.message': None
  'failures.pairing-refused.not-paired.nextStep': None
  'failures.pairing-refused.owned.message': None
  'failures.pairing-refused.owned.nextStep': None
  'failures.partition-missing.closed.message': None
  'failures.partition-missing.closed.nextStep': None
  'failures.portal-error.scratch-not-measured.message': { nodes: 'any' }
  'failures.portal-error.scratch-not-measured.nextStep': None
  'failures.portal-error.prometheus.message': None
  'failures.portal-error.prometheus.nextStep': None
  'failures.portal-error.broke-off-at-start.message': None
  'failures.portal-error.broke-off-at-start.nextStep': None
  'failures.portal-error.too-large.message': None
  'failures.portal-error.too-large.nextStep': None
  'failures.portal-error.leads-elsewhere.message': None
  'failures.portal-error.leads-elsewhere.nextStep': None
  'failures.portal-error.portal-redis-cluster.message': None
  'failures.portal-error.portal-redis-cluster.nextStep': None
  'failures.portal-error.not-http.message': None
  'failures.portal-error.not-http.nextStep': None
  'failures.portal-error.service-down.message': None
  'failures.portal-error.service-down.nextStep': None
  'failures.portal-error.answered-with-error.message': None
  'failures.portal-error.answered-with-error.nextStep': None
  'failures.portal-not-routed.no-portal.message': None
  'failures.portal-not-routed.no-portal.nextStep': None
  'failures.portal-not-routed.dashboard.message': None
  'failures.portal-not-routed.dashboard.nextStep': None
  'failures.portal-unreachable.redis-cluster.message': None
  'failures.portal-unreachable.redis-cluster.nextStep': None
  'failures.portal-unreachable.redis-refused.message': None
  'failures.portal-unreachable.redis-refused.nextStep': None
  'failures.portal-unreachable.tls-broken-off.message': None
  'failures.portal-unreachable.tls-broken-off.nextStep': None
  'failures.portal-unreachable.not-tls.message': None
  'failures.portal-unreachable.not-tls.nextStep': None
  'failures.portal-unreachable.proxy.message': None
  'failures.portal-unreachable.proxy.nextStep': None
  'failures.portal-unreachable.no-answer.message': None
  'failures.portal-unreachable.no-answer.nextStep': None
  'failures.portal-unreachable.unreachable.message': None
  'failures.portal-unreachable.unreachable.nextStep': None
  'failures.queue-cancelled.cancelled.message': None
  'failures.queue-cancelled.cancelled.nextStep': None
  'failures.relay-refused.other-build.message': None
  'failures.relay-refused.other-build.nextStep': None
  'failures.relay-refused.no-program-for-node.message': None
  'failures.relay-refused.no-program-for-node.nextStep': None
  'failures.relay-refused.nothing-runs.message': None
  'failures.relay-refused.nothing-runs.nextStep': None
  'failures.relay-refused.not-put.message': None
  'failures.relay-refused.not-put.nextStep': None
  'failures.relay-refused.not-run.message': None
  'failures.relay-refused.not-run.nextStep': None
  'failures.sign-in-refused.token-refused.message': None
  'failures.sign-in-refused.token-refused.nextStep': None
  'failures.sign-in-refused.other-user.message': { actual: 'any'; expected: 'any' }
  'failures.sign-in-refused.other-user.nextStep': None
  'failures.sign-in-refused.identity-provider.message': None
  'failures.sign-in-refused.identity-provider.nextStep': None
  'failures.sign-in-refused.test-login.message': None
  'failures.sign-in-refused.test-login.nextStep': None
  'failures.sign-in-refused.oidc-not-accepted.message': None
  'failures.sign-in-refused.oidc-not-accepted.nextStep': None
  'failures.slurm-unreachable.silent.message': None
  'failures.slurm-unreachable.silent.nextStep': None
  'failures.slurm-unreachable.not-cancelled.message': None
  'failures.slurm-unreachable.not-cancelled.nextStep': None
  'failures.slurm-unreachable.still-running.message': None
  'failures.slurm-unreachable.still-running.nextStep': None
  'failures.stream-lost.ended-at-start.message': None
  'failures.stream-lost.ended-at-start.nextStep': None
  'failures.stream-lost.host-ended.message': None
  'failures.stream-lost.host-ended.nextStep': None
  'failures.stream-lost.interrupted.message': None
  'failures.stream-lost.interrupted.nextStep': None
  'failures.stream-process-died.receiver-stopped.message': None
  'failures.stream-process-died.receiver-stopped.nextStep': None
  'failures.stream-timeout.not-started.message': None
  'failures.stream-timeout.not-started.nextStep': None
  'failures.stream-timeout.not-answered.message': None
  'failures.stream-timeout.not-answered.nextStep': None
  'failures.submit-failed.refused.message': None
  'failures.submit-failed.refused.nextStep': None
  'failures.submit-failed.vnc-refused.message': None
  'failures.submit-failed.vnc-refused.nextStep': None
  'failures.submit-failed.refused-without-reason.message': None
  'failures.submit-failed.refused-without-reason.nextStep': None
  'failures.submit-failed.no-fitting-node.message': None
  'failures.submit-failed.no-fitting-node.nextStep': None
  'failures.token-expired.dashboard-refused.message': None
  'failures.token-expired.dashboard-refused.nextStep': None
  'failures.token-expired.expired.message': None
  'failures.token-expired.expired.nextStep': None
  'failures.unknown-call.other-version.message': None
  'failures.unknown-call.other-version.nextStep': None
  'failures.untrusted-certificate.not-confirmed.message': None
  'failures.untrusted-certificate.not-confirmed.nextStep': None
  'failures.untrusted-certificate.pin-unreadable.message': None
  'failures.untrusted-certificate.pin-unreadable.nextStep': None
  'failures.untrusted-certificate.confirmed-not-valid.message': None
  'failures.untrusted-certificate.confirmed-not-valid.nextStep': None
  'failures.untrusted-certificate.changed.message': None
  'failures.untrusted-certificate.changed.nextStep': None
  'failures.untrusted-certificate.out-of-date.message': None
  'failures.untrusted-certificate.out-of-date.nextStep': None
  'failures.untrusted-certificate.other-than-confirmed.message': None
  'failures.untrusted-certificate.other-than-confirmed.nextStep': None
  'failures.untrusted-certificate.self-signed.message': None
  'failures.untrusted-certificate.self-signed.nextStep': None
  'failures.untrusted-certificate.other-name.message': None
  'failures.untrusted-certificate.other-name.nextStep': None
  'failures.untrusted-certificate.not-trusted.message': None
  'failures.untrusted-certificate.not-trusted.nextStep': None
  'work.reaching': { hop: 'any' }
  'work.loggingIn': { hop: 'any' }
  'work.channel': None
  'work.command': None
  'work.relay': None
  'work.forward': None
}

/** The facts that the texts of each failure need, by kind and reason. */
export interface FailureFacts {
  'auth-refused/refused': { hop: 'any' }
  'bad-profile/profile-unusable': None
  'bad-profile/no-ssh-user': None
  'bad-profile/no-host-certificate': None
  'bad-profile/key-unusable': None
  'bad-profile/proxy-variable': { name: 'any' }
  'bad-request/no-user-name': None
  'bad-request/other-name-in-use': { user: 'any' }
  'bad-request/unknown-site': None
  'bad-request/no-token-on-input': None
  'bad-request/no-session-id': None
  'bad-request/user-name-unusable': None
  'bad-request/port-taken': { port: 'any' }
  'bad-request/input-unusable': None
  'bad-request/session-over': None
  'bad-request/session-open': None
  'bad-request/session-ending': None
  'bad-request/no-stream-key': None
  'bad-request/not-open': None
  'bad-request/already-logged-in': None
  'bad-request/option-host': None
  'bad-request/option-user-at-host': None
  'bad-request/option-ssh-options': None
  'bad-request/option-not-this-computer': None
  'cancelled/sign-in-left': None
  'cancelled/not-watched': None
  'cancelled/stream-not-wanted': None
  'cancelled/pairing-left': None
  'cancelled/interrupted': None
  'certificate-mismatch/foreign-host': None
  'certificate-mismatch/foreign-vnc-server': None
  'certificate-mismatch/other-than-job': None
  'certificate-mismatch/other-than-before': None
  'certificate-mismatch/two-certificates': None
  'deadline-exceeded/step': None
  'deadline-exceeded/ending': None
  'deadline-exceeded/work': { what: 'any' }
  'forbidden/not-https': None
  'forbidden/vnc-not-allowed': None
  'forbidden/page-not-allowed': None
  'foreign-job/not-the-desktops': None
  'forward-refused/page': None
  'forward-refused/login-host': None
  'forward-refused/nothing-there': { address: 'any'; port: 'any' }
  'gave-up/not-restored': None
  'host-key-changed/changed': { hop: 'any' }
  'host-key-unknown/key-unreadable': { host: 'any' }
  'host-key-unknown/not-confirmed': { hop: 'any' }
  'host-not-ready/not-in-time': None
  'host-not-ready/not-listening': None
  'host-not-ready/ready-file': None
  'host-not-ready/no-answer': None
  'host-not-ready/not-its-protocol': None
  'host-not-ready/not-placed': None
  'host-not-ready/nothing-answers': None
  'image-missing/vnc-image': None
  'image-missing/desktop-image': None
  'internal/unexpected': None
  'internal/browser-not-opened': { address: 'any' }
  'internal/no-browser': None
  'internal/window-not-opened': None
  'internal/no-sandbox': None
  'internal/no-addon': None
  'internal/session-gone': None
  'internal/other-page-version': None
  'internal/malformed-event': None
  'job-ended-early/cancelled': None
  'job-ended-early/time-limit': None
  'job-ended-early/node-failed': None
  'job-ended-early/out-of-memory': None
  'job-ended-early/failed': None
  'job-ended-early/ended': None
  'launch-refused/host-refused': None
  'launch-refused/no-desktop': None
  'launch-refused/not-ended': None
  'launch-refused/refused': None
  'link-lost/process-stopped': None
  'link-lost/process-gone': None
  'link-lost/closed': None
  'link-lost/ssh': None
  'link-lost/node': None
  'link-lost/hop': { hop: 'any' }
  'link-lost/ssh-reconnecting': None
  'link-lost/node-reconnecting': None
  'login-superseded/another-sign-in': None
  'login-unreachable/unreachable': { hop: 'any' }
  'login-unreachable/nothing-in-common': { hop: 'any'; what: 'any' }
  'needs-answer/not-signed-in': None
  'needs-answer/host-not-confirmed': None
  'needs-answer/ssh-question': { hop: 'any' }
  'needs-answer/not-signed-in-for-vnc': None
  'needs-answer/question-not-answered': None
  'no-display-free/all-taken': None
  'no-encoder/no-figures': { node: 'any' }
  'no-encoder/node': None
  'no-way-to-node/unknown-address': { node: 'any' }
  'no-way-to-node/none-works': { node: 'any' }
  'node-down/all-down': None
  'pairing-refused/unknown-to-host': None
  'pairing-refused/refused': None
  'pairing-refused/pin-not-taken': None
  'pairing-refused/not-kept': None
  'pairing-refused/not-paired': None
  'pairing-refused/owned': None
  'partition-missing/closed': None
  'portal-error/scratch-not-measured': { nodes: 'any' }
  'portal-error/prometheus': None
  'portal-error/broke-off-at-start': None
  'portal-error/too-large': None
  'portal-error/leads-elsewhere': None
  'portal-error/portal-redis-cluster': None
  'portal-error/not-http': None
  'portal-error/service-down': None
  'portal-error/answered-with-error': None
  'portal-not-routed/no-portal': None
  'portal-not-routed/dashboard': None
  'portal-unreachable/redis-cluster': None
  'portal-unreachable/redis-refused': None
  'portal-unreachable/tls-broken-off': None
  'portal-unreachable/not-tls': None
  'portal-unreachable/proxy': None
  'portal-unreachable/no-answer': None
  'portal-unreachable/unreachable': None
  'queue-cancelled/cancelled': None
  'relay-refused/other-build': None
  'relay-refused/no-program-for-node': None
  'relay-refused/nothing-runs': None
  'relay-refused/not-put': None
  'relay-refused/not-run': None
  'sign-in-refused/token-refused': None
  'sign-in-refused/other-user': { actual: 'any'; expected: 'any' }
  'sign-in-refused/identity-provider': None
  'sign-in-refused/test-login': None
  'sign-in-refused/oidc-not-accepted': None
  'slurm-unreachable/silent': None
  'slurm-unreachable/not-cancelled': None
  'slurm-unreachable/still-running': None
  'stream-lost/ended-at-start': None
  'stream-lost/host-ended': None
  'stream-lost/interrupted': None
  'stream-process-died/receiver-stopped': None
  'stream-timeout/not-started': None
  'stream-timeout/not-answered': None
  'submit-failed/refused': None
  'submit-failed/vnc-refused': None
  'submit-failed/refused-without-reason': None
  'submit-failed/no-fitting-node': None
  'token-expired/dashboard-refused': None
  'token-expired/expired': None
  'unknown-call/other-version': None
  'untrusted-certificate/not-confirmed': None
  'untrusted-certificate/pin-unreadable': None
  'untrusted-certificate/confirmed-not-valid': None
  'untrusted-certificate/changed': None
  'untrusted-certificate/out-of-date': None
  'untrusted-certificate/other-than-confirmed': None
  'untrusted-certificate/self-signed': None
  'untrusted-certificate/other-name': None
  'untrusted-certificate/not-trusted': None
}
