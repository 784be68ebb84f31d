/** Made from the catalogues by scripts/write-texts.ts; not to be edited. */
import enApp from './en/app.json' with { type: 'json' }
import enCircumstances from './en/circumstances.json' with { type: 'json' }
import enCli from './en/cli.json' with { type: 'json' }
import enConnect from './en/connect.json' with { type: 'json' }
import enDesktop from './en/desktop.json' with { type: 'json' }
import enEvidence from './en/evidence.json' with { type: 'json' }
import enFailureCard from './en/failure-card.json' with { type: 'json' }
import enFailures from './en/failures.json' with { type: 'json' }
import enFigures from './en/figures.json' with { type: 'json' }
import enImages from './en/images.json' with { type: 'json' }
import enPanels from './en/panels.json' with { type: 'json' }
import enPolicy from './en/policy.json' with { type: 'json' }
import enProgress from './en/progress.json' with { type: 'json' }
import enProof from './en/proof.json' with { type: 'json' }
import enQuestions from './en/questions.json' with { type: 'json' }
import enRoutes from './en/routes.json' with { type: 'json' }
import enSessions from './en/sessions.json' with { type: 'json' }
import enShell from './en/shell.json' with { type: 'json' }
import enSiteCheck from './en/site-check.json' with { type: 'json' }
import enSiteCheckFindings from './en/site-check-findings.json' with { type: 'json' }
import enSiteCheckReasons from './en/site-check-reasons.json' with { type: 'json' }
import enSiteCheckSeen from './en/site-check-seen.json' with { type: 'json' }
import enStatus from './en/status.json' with { type: 'json' }
import enStream from './en/stream.json' with { type: 'json' }
import enViews from './en/views.json' with { type: 'json' }
import enVnc from './en/vnc.json' with { type: 'json' }
import enWaiting from './en/waiting.json' with { type: 'json' }
import enWork from './en/work.json' with { type: 'json' }
import koApp from './ko/app.json' with { type: 'json' }
import koCircumstances from './ko/circumstances.json' with { type: 'json' }
import koCli from './ko/cli.json' with { type: 'json' }
import koConnect from './ko/connect.json' with { type: 'json' }
import koDesktop from './ko/desktop.json' with { type: 'json' }
import koEvidence from './ko/evidence.json' with { type: 'json' }
import koFailureCard from './ko/failure-card.json' with { type: 'json' }
import koFailures from './ko/failures.json' with { type: 'json' }
import koFigures from './ko/figures.json' with { type: 'json' }
import koImages from './ko/images.json' with { type: 'json' }
import koPanels from './ko/panels.json' with { type: 'json' }
import koPolicy from './ko/policy.json' with { type: 'json' }
import koProgress from './ko/progress.json' with { type: 'json' }
import koProof from './ko/proof.json' with { type: 'json' }
import koQuestions from './ko/questions.json' with { type: 'json' }
import koRoutes from './ko/routes.json' with { type: 'json' }
import koSessions from './ko/sessions.json' with { type: 'json' }
import koShell from './ko/shell.json' with { type: 'json' }
import koSiteCheck from './ko/site-check.json' with { type: 'json' }
import koSiteCheckFindings from './ko/site-check-findings.json' with { type: 'json' }
import koSiteCheckReasons from './ko/site-check-reasons.json' with { type: 'json' }
import koSiteCheckSeen from './ko/site-check-seen.json' with { type: 'json' }
import koStatus from './ko/status.json' with { type: 'json' }
import koStream from './ko/stream.json' with { type: 'json' }
import koViews from './ko/views.json' with { type: 'json' }
import koVnc from './ko/vnc.json' with { type: 'json' }
import koWaiting from './ko/waiting.json' with { type: 'json' }
import koWork from './ko/work.json' with { type: 'json' }

type None = Record<never, never>

export const catalogues = {
  en: {
    app: enApp,
    circumstances: enCircumstances,
    cli: enCli,
    connect: enConnect,
    desktop: enDesktop,
    evidence: enEvidence,
    'failure-card': enFailureCard,
    failures: enFailures,
    figures: enFigures,
    images: enImages,
    panels: enPanels,
    policy: enPolicy,
    progress: enProgress,
    proof: enProof,
    questions: enQuestions,
    routes: enRoutes,
    sessions: enSessions,
    shell: enShell,
    'site-check': enSiteCheck,
    'site-check-findings': enSiteCheckFindings,
    'site-check-reasons': enSiteCheckReasons,
    'site-check-seen': enSiteCheckSeen,
    status: enStatus,
    stream: enStream,
    views: enViews,
    vnc: enVnc,
    waiting: enWaiting,
    work: enWork,
  },
  ko: {
    app: koApp,
    circumstances: koCircumstances,
    cli: koCli,
    connect: koConnect,
    desktop: koDesktop,
    evidence: koEvidence,
    'failure-card': koFailureCard,
    failures: koFailures,
    figures: koFigures,
    images: koImages,
    panels: koPanels,
    policy: koPolicy,
    progress: koProgress,
    proof: koProof,
    questions: koQuestions,
    routes: koRoutes,
    sessions: koSessions,
    shell: koShell,
    'site-check': koSiteCheck,
    'site-check-findings': koSiteCheckFindings,
    'site-check-reasons': koSiteCheckReasons,
    'site-check-seen': koSiteCheckSeen,
    status: koStatus,
    stream: koStream,
    views: koViews,
    vnc: koVnc,
    waiting: koWaiting,
    work: koWork,
  },
}

/** The values that each text needs: numbers, or anything that can be put into a text. */
export interface TextValues {
  'app.name': None
  'app.starting': None
  'app.close': None
  'app.reconnectingToApp': None
  'app.gone': None
  'app.language.label': None
  'app.language.system': None
  'app.language.en': None
  'app.language.ko': None
  'circumstances.network': None
  'circumstances.running.message': { inner: 'any' }
  'circumstances.running.nextStep': { inner: 'any' }
  'circumstances.queued.message': { inner: 'any' }
  'circumstances.queued.nextStep': { inner: 'any' }
  'circumstances.ending.message': { inner: 'any' }
  'circumstances.ending.nextStep': None
  'circumstances.named-host.message': { inner: 'any' }
  'circumstances.named-host.nextStep': None
  'cli.help.usage': None
  'cli.help.arguments': None
  'cli.help.options': None
  'cli.help.commands': None
  'cli.help.ownHelp': None
  'cli.help.ownVersion': None
  'cli.help.about': None
  'cli.help.exitStatus': None
  'cli.help.examples': None
  'cli.help.exampleServe': None
  'cli.help.exampleCheck': None
  'cli.help.exampleHost': None
  'cli.help.connect': None
  'cli.help.connectAfter': None
  'cli.help.sessions': None
  'cli.help.sites': None
  'cli.help.end': None
  'cli.help.endAfter': None
  'cli.help.forgetCertificate': None
  'cli.help.forgetHostKeys': None
  'cli.help.check': None
  'cli.help.checkAfter': None
  'cli.help.serve': None
  'cli.help.sessionId': None
  'cli.help.site': None
  'cli.help.user': None
  'cli.help.tokenStdin': None
  'cli.help.size': None
  'cli.help.fps': None
  'cli.help.bitrate': None
  'cli.help.keep': None
  'cli.help.noWait': None
  'cli.help.new': None
  'cli.help.host': None
  'cli.help.forget': None
  'cli.help.ssh': None
  'cli.help.jump': None
  'cli.help.identity': None
  'cli.help.hostKey': None
  'cli.help.seconds': None
  'cli.help.connectJson': None
  'cli.help.sessionsJson': None
  'cli.help.wait': None
  'cli.help.checkJson': None
  'cli.help.markdown': None
  'cli.help.html': None
  'cli.help.tokenFile': None
  'cli.help.noWindow': None
  'cli.help.image': None
  'cli.help.images': None
  'cli.help.useImage': None
  'cli.usage.seconds': None
  'cli.usage.size': None
  'cli.usage.whole': None
  'cli.usage.connect': None
  'cli.check.results.pass': None
  'cli.check.results.warning': None
  'cli.check.results.fail': None
  'cli.check.results.not-testable': None
  'cli.check.seen': None
  'cli.check.means': None
  'cli.check.change': None
  'cli.check.written': { file: 'any' }
  'cli.connect.host': { proof: 'any' }
  'cli.connect.arrived': { count: 'number'; codec: 'any'; rate: 'any' }
  'cli.connect.evenSize': { width: 'any'; height: 'any' }
  'cli.connect.nothing': None
  'cli.connect.ownIdentity': None
  'cli.forget.noPortal': None
  'cli.forget.certificate': { origin: 'any' }
  'cli.forget.noCertificate': { origin: 'any' }
  'cli.forget.hostKeys': { host: 'any' }
  'cli.forget.noHostKeys': { host: 'any' }
  'cli.ask.openAlso': None
  'cli.ask.open': None
  'cli.ask.token': { origin: 'any' }
  'cli.ask.certificate': { origin: 'any' }
  'cli.ask.subject': None
  'cli.ask.issuer': None
  'cli.ask.until': None
  'cli.ask.published': None
  'cli.ask.hostKey': { hop: 'any'; type: 'any'; fingerprint: 'any' }
  'cli.ask.right': None
  'cli.ask.risk': None
  'cli.ask.use': None
  'cli.ask.yesNo': None
  'cli.ask.pin': { pin: 'any' }
  'cli.ask.hostUser': None
  'cli.ask.password': None
  'cli.ask.serverSays': { hop: 'any'; text: 'any' }
  'cli.ask.passphrase': { file: 'any' }
  'cli.serve.openFile': None
  'cli.sessions.none': None
  'cli.sessions.session': None
  'cli.sessions.state': None
  'cli.sessions.job': None
  'cli.sessions.started': None
  'cli.sessions.ending': None
  'cli.sessions.isEnding': { session: 'any' }
  'cli.sessions.ended': { session: 'any' }
  'cli.sessions.notOver': None
  'cli.sessions.noVnc': None
  'cli.sessions.noStreams': None
  'cli.sessions.noPort': { session: 'any' }
  'cli.images.image': None
  'cli.images.kind': None
  'cli.images.state': None
  'cli.images.name': None
  'cli.images.stream': None
  'cli.images.vnc': None
  'cli.images.available': None
  'cli.images.missing': None
  'cli.images.used': None
  'cli.images.none': None
  'cli.images.noStreams': None
  'cli.images.noVnc': None
  'cli.images.remembered': { image: 'any' }
  'cli.sites.unusable': { file: 'any'; reason: 'any' }
  'cli.sites.none': None
  'connect.title': { site: 'any' }
  'connect.lead': None
  'connect.site': None
  'connect.signInAs.test': None
  'connect.signInAs.browser': None
  'connect.signInAs.token': None
  'connect.signInAs.unknown': None
  'connect.signInAs.none': None
  'connect.sshUser': { user: 'any' }
  'connect.user': None
  'connect.userHint': None
  'connect.userMissing': None
  'connect.signIn.browser': None
  'connect.signIn.token': None
  'connect.signedInAs': None
  'connect.signOut': None
  'connect.connect': None
  'connect.connecting': None
  'connect.another': None
  'connect.anotherLead': None
  'connect.quality': None
  'connect.qualityNote': { width: 'any'; height: 'any'; fps: 'any' }
  'connect.qualityLegend': None
  'connect.presets.automatic': None
  'connect.presets.light': None
  'connect.presets.sharp': None
  'connect.presets.smooth': None
  'connect.presets.large': None
  'connect.presets.screen': None
  'connect.promises.waiting': None
  'connect.promises.keeps': None
  'connect.promises.secure': None
  'connect.noSites': None
  'connect.noSitesNext': None
  'connect.qualityManaged': None
  'connect.unusable': { file: 'any'; reason: 'any' }
  'connect.unusableMore': { count: 'number'; file: 'any'; reason: 'any' }
  'desktop.detail.opening': { node: 'any' }
  'desktop.detail.place': None
  'desktop.detail.unpacking': None
  'desktop.detail.jobSays': { line: 'any' }
  'desktop.detail.vncServer': None
  'desktop.detail.clusterAway': None
  'desktop.detail.slurmSilent': None
  'desktop.detail.sessionThere': None
  'desktop.detail.newSession': None
  'desktop.detail.closing': None
  'desktop.detail.serverSays': { hop: 'any'; text: 'any' }
  'desktop.silence.suspended': None
  'desktop.silence.hostRuns': None
  'desktop.silence.hostSilent': None
  'desktop.ended.cancelled': None
  'desktop.ended.disconnected': None
  'desktop.ended.ended': None
  'desktop.ended.elsewhere': None
  'desktop.warning.noPassword': None
  'desktop.warning.plainHttp': None
  'desktop.warning.hostOwner': None
  'desktop.warning.vncOwner': None
  'desktop.warning.claimed': None
  'desktop.warning.endsAt': { at: 'number' }
  'desktop.warning.lost': { message: 'any'; nextStep: 'any' }
  'desktop.warning.imageInstead': { wanted: 'any'; image: 'any' }
  'desktop.warning.otherImage': { has: 'any'; wanted: 'any' }
  'desktop.news.ready': None
  'desktop.news.runs': { session: 'any' }
  'desktop.news.endsSoon': None
  'desktop.news.of': { session: 'any'; warning: 'any' }
  'desktop.news.at': { site: 'any'; node: 'any' }
  'desktop.news.job': { site: 'any'; job: 'any' }
  'desktop.ask.unknownSignIn': { type: 'any' }
  'desktop.ask.foreignPage': None
  'desktop.ask.wrongHostUser': None
  'desktop.ask.samePort': None
  'desktop.ask.otherRequest': None
  'desktop.ask.unseen': None
  'desktop.ask.claimed': None
  'desktop.ask.noHandOff': { why: 'any' }
  'evidence.answer': None
  'evidence.asked': None
  'evidence.asked-for': None
  'evidence.attempt': { number: 'any' }
  'evidence.browser': None
  'evidence.code': None
  'evidence.codec': None
  'evidence.confirmed-sha256': None
  'evidence.decoder': None
  'evidence.display': None
  'evidence.error': None
  'evidence.error-output': None
  'evidence.event': None
  'evidence.exit': None
  'evidence.expected': None
  'evidence.field': { field: 'any' }
  'evidence.file': None
  'evidence.host': None
  'evidence.host-log': None
  'evidence.identity-provider': None
  'evidence.it-said': None
  'evidence.job': None
  'evidence.job-log': None
  'evidence.job-name': None
  'evidence.job-partition': None
  'evidence.job-runs-as': None
  'evidence.job-user': None
  'evidence.key-shown': None
  'evidence.key-unusable': None
  'evidence.keys-offered': None
  'evidence.last-answer': None
  'evidence.leads-to': None
  'evidence.looked-at': None
  'evidence.message': None
  'evidence.methods': None
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
  'evidence.server-said': None
  'evidence.session': None
  'evidence.setting': None
  'evidence.sha256': None
  'evidence.shell-ended': None
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
  'evidence.worker': None
  'failure-card.next': None
  'failure-card.retry': None
  'failure-card.back': None
  'failure-card.endAndNew': None
  'failure-card.anotherSession': None
  'failure-card.openPortal': None
  'failure-card.forgetCertificate': None
  'failure-card.forgetHostKey': None
  'failure-card.saveReport': None
  'failure-card.details': None
  'failure-card.copy': None
  'failure-card.copied': None
  'failure-card.copyFailed': None
  'failure-card.kind': None
  'failure-card.noEvidence': None
  'failure-card.stepFailed': { step: 'any' }
  'failures.auth-refused.refused.message': { hop: 'any' }
  'failures.auth-refused.refused.nextStep': None
  'failures.auth-refused.not-admitted.message': { hop: 'any' }
  'failures.auth-refused.not-admitted.nextStep': None
  'failures.auth-refused.password-change.message': { hop: 'any' }
  'failures.auth-refused.password-change.nextStep': { hop: 'any' }
  'failures.auth-refused.too-many.message': { hop: 'any' }
  'failures.auth-refused.too-many.nextStep': None
  'failures.auth-refused.keys-left.message': { hop: 'any'; offered: 'any'; all: 'any' }
  'failures.auth-refused.keys-left.nextStep': None
  'failures.auth-refused.no-key.message': { hop: 'any' }
  'failures.auth-refused.no-key.nextStep': None
  'failures.auth-refused.keys-unusable.message': { hop: 'any'; keys: 'any' }
  'failures.auth-refused.keys-unusable.nextStep': None
  'failures.auth-refused.no-method.message': { hop: 'any'; methods: 'any' }
  'failures.auth-refused.no-method.nextStep': None
  'failures.auth-refused.no-ticket.message': { hop: 'any'; said: 'any' }
  'failures.auth-refused.no-ticket.nextStep': None
  'failures.bad-profile.profile-unusable.message': None
  'failures.bad-profile.profile-unusable.nextStep': None
  'failures.bad-profile.no-ssh-user.message': None
  'failures.bad-profile.no-ssh-user.nextStep': None
  'failures.bad-profile.ssh-configuration.message': { file: 'any' }
  'failures.bad-profile.ssh-configuration.nextStep': None
  'failures.bad-profile.no-host-certificate.message': None
  'failures.bad-profile.no-host-certificate.nextStep': None
  'failures.bad-profile.key-unusable.message': None
  'failures.bad-profile.key-unusable.nextStep': None
  'failures.bad-profile.proxy-variable.message': None
  'failures.bad-profile.proxy-variable.nextStep': { name: 'any' }
  'failures.bad-profile.id-taken.message': { id: 'any'; name: 'any' }
  'failures.bad-profile.id-taken.nextStep': None
  'failures.bad-profile.jump-hosts.message': { hop: 'any' }
  'failures.bad-profile.jump-hosts.nextStep': None
  'failures.bad-profile.openssh-missing.message': { hop: 'any' }
  'failures.bad-profile.openssh-missing.nextStep': { oldest: 'any' }
  'failures.bad-profile.openssh-too-old.message': { hop: 'any' }
  'failures.bad-profile.openssh-too-old.nextStep': { oldest: 'any' }
  'failures.bad-profile.openssh-configuration.message': { said: 'any' }
  'failures.bad-profile.openssh-configuration.nextStep': None
  'failures.bad-profile.openssh-proxy.message': { hop: 'any' }
  'failures.bad-profile.openssh-proxy.nextStep': None
  'failures.bad-profile.proxy-command.message': { hop: 'any' }
  'failures.bad-profile.proxy-command.nextStep': None
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
  'failures.bad-request.request-too-large.message': None
  'failures.bad-request.request-too-large.nextStep': None
  'failures.bad-request.unknown-desktop.message': None
  'failures.bad-request.unknown-desktop.nextStep': None
  'failures.bad-request.no-picture.message': None
  'failures.bad-request.no-picture.nextStep': None
  'failures.bad-request.no-portal-for-vnc.message': None
  'failures.bad-request.no-portal-for-vnc.nextStep': None
  'failures.bad-request.unknown-session.message': None
  'failures.bad-request.unknown-session.nextStep': None
  'failures.bad-request.request-unusable.message': None
  'failures.bad-request.request-unusable.nextStep': None
  'failures.bad-request.token-file-unreadable.message': { file: 'any' }
  'failures.bad-request.token-file-unreadable.nextStep': None
  'failures.bad-request.unknown-image.message': { image: 'any' }
  'failures.bad-request.unknown-image.nextStep': { images: 'any' }
  'failures.bad-request.no-images.message': None
  'failures.bad-request.no-images.nextStep': None
  'failures.bad-settings.damaged.message': { file: 'any' }
  'failures.bad-settings.damaged.nextStep': None
  'failures.bad-settings.unreadable.message': { file: 'any' }
  'failures.bad-settings.unreadable.nextStep': None
  'failures.bad-settings.not-written.message': { file: 'any' }
  'failures.bad-settings.not-written.nextStep': None
  'failures.bad-settings.policy-refused.message': { file: 'any'; reason: 'any' }
  'failures.bad-settings.policy-refused.nextStep': None
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
  'failures.certificate-mismatch.foreign-certificate-file.message': None
  'failures.certificate-mismatch.foreign-certificate-file.nextStep': None
  'failures.deadline-exceeded.step.message': None
  'failures.deadline-exceeded.step.nextStep': None
  'failures.deadline-exceeded.ending.message': None
  'failures.deadline-exceeded.ending.nextStep': None
  'failures.deadline-exceeded.work.message': { what: 'any' }
  'failures.deadline-exceeded.work.nextStep': None
  'failures.deadline-exceeded.stream-port.message': None
  'failures.deadline-exceeded.stream-port.nextStep': None
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
  'failures.gave-up.requeued.message': None
  'failures.gave-up.requeued.nextStep': None
  'failures.host-key-changed.changed.message': { hop: 'any' }
  'failures.host-key-changed.changed.nextStep': None
  'failures.host-key-changed.revoked.message': { hop: 'any' }
  'failures.host-key-changed.revoked.nextStep': None
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
  'failures.host-not-ready.error-answer.message': None
  'failures.host-not-ready.error-answer.nextStep': None
  'failures.host-not-ready.not-placed.message': None
  'failures.host-not-ready.not-placed.nextStep': None
  'failures.host-not-ready.nothing-answers.message': None
  'failures.host-not-ready.nothing-answers.nextStep': None
  'failures.host-not-ready.completing.message': None
  'failures.host-not-ready.completing.nextStep': None
  'failures.host-not-ready.no-port.message': None
  'failures.host-not-ready.no-port.nextStep': None
  'failures.image-missing.vnc-image.message': None
  'failures.image-missing.vnc-image.nextStep': None
  'failures.image-missing.desktop-image.message': None
  'failures.image-missing.desktop-image.nextStep': None
  'failures.image-missing.not-available.message': { image: 'any' }
  'failures.image-missing.not-available.nextStep': None
  'failures.internal.unexpected.message': None
  'failures.internal.unexpected.nextStep': None
  'failures.internal.disk-full.message': { path: 'any' }
  'failures.internal.disk-full.nextStep': None
  'failures.internal.not-writable.message': { path: 'any' }
  'failures.internal.not-writable.nextStep': None
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
  'failures.internal.page-lost-app.message': None
  'failures.internal.page-lost-app.nextStep': None
  'failures.internal.no-askpass.message': None
  'failures.internal.no-askpass.nextStep': None
  'failures.job-ended-early.cancelled.message': None
  'failures.job-ended-early.cancelled.nextStep': None
  'failures.job-ended-early.cancelled-by.message': { who: 'any' }
  'failures.job-ended-early.cancelled-by.nextStep': None
  'failures.job-ended-early.cancelled-by-you.message': None
  'failures.job-ended-early.cancelled-by-you.nextStep': None
  'failures.job-ended-early.time-limit.message': None
  'failures.job-ended-early.time-limit.nextStep': None
  'failures.job-ended-early.node-failed.message': None
  'failures.job-ended-early.node-failed.nextStep': None
  'failures.job-ended-early.out-of-memory.message': None
  'failures.job-ended-early.out-of-memory.nextStep': None
  'failures.job-ended-early.preempted.message': None
  'failures.job-ended-early.preempted.nextStep': None
  'failures.job-ended-early.failed.message': None
  'failures.job-ended-early.failed.nextStep': None
  'failures.job-ended-early.image.message': { image: 'any'; node: 'any' }
  'failures.job-ended-early.image.nextStep': None
  'failures.job-ended-early.program.message': { program: 'any'; node: 'any' }
  'failures.job-ended-early.program.nextStep': None
  'failures.job-ended-early.host.message': { words: 'any' }
  'failures.job-ended-early.host.nextStep': None
  'failures.job-ended-early.log-folder.message': { node: 'any'; folder: 'any' }
  'failures.job-ended-early.log-folder.nextStep': None
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
  'failures.launch-refused.shown-elsewhere.message': None
  'failures.launch-refused.shown-elsewhere.nextStep': None
  'failures.launch-refused.host-description.message': None
  'failures.launch-refused.host-description.nextStep': None
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
  'failures.link-lost.node-gone.message': None
  'failures.link-lost.node-gone.nextStep': None
  'failures.link-lost.lost-at-once.message': None
  'failures.link-lost.lost-at-once.nextStep': None
  'failures.link-lost.process-message.message': None
  'failures.link-lost.process-message.nextStep': None
  'failures.login-superseded.another-sign-in.message': None
  'failures.login-superseded.another-sign-in.nextStep': None
  'failures.login-unreachable.unreachable.message': { hop: 'any' }
  'failures.login-unreachable.unreachable.nextStep': None
  'failures.login-unreachable.nothing-in-common.message': { hop: 'any'; what: 'any' }
  'failures.login-unreachable.nothing-in-common.nextStep': None
  'failures.login-unreachable.unknown-name.message': { hop: 'any' }
  'failures.login-unreachable.unknown-name.nextStep': None
  'failures.login-unreachable.no-server.message': { hop: 'any' }
  'failures.login-unreachable.no-server.nextStep': None
  'failures.login-unreachable.forward-prohibited.message': { hop: 'any' }
  'failures.login-unreachable.forward-prohibited.nextStep': None
  'failures.login-unreachable.unreachable-from-hop.message': { hop: 'any' }
  'failures.login-unreachable.unreachable-from-hop.nextStep': { hop: 'any' }
  'failures.login-unreachable.channel-refused.message': { hop: 'any' }
  'failures.login-unreachable.channel-refused.nextStep': None
  'failures.login-unreachable.not-ssh.message': { hop: 'any' }
  'failures.login-unreachable.not-ssh.nextStep': None
  'failures.login-unreachable.key-exchange-failed.message': { hop: 'any' }
  'failures.login-unreachable.key-exchange-failed.nextStep': None
  'failures.login-unreachable.closed-in-greeting.message': { hop: 'any' }
  'failures.login-unreachable.closed-in-greeting.nextStep': None
  'failures.login-unreachable.closed-in-key-exchange.message': { hop: 'any' }
  'failures.login-unreachable.closed-in-key-exchange.nextStep': None
  'failures.login-unreachable.closed-in-authentication.message': { hop: 'any' }
  'failures.login-unreachable.closed-in-authentication.nextStep': None
  'failures.login-unreachable.proxy-refused.message': { proxy: 'any'; hop: 'any'; said: 'any' }
  'failures.login-unreachable.proxy-refused.nextStep': None
  'failures.login-unreachable.proxy-unreachable.message': { proxy: 'any'; hop: 'any' }
  'failures.login-unreachable.proxy-unreachable.nextStep': None
  'failures.login-unreachable.proxy-command.message': { hop: 'any'; said: 'any' }
  'failures.login-unreachable.proxy-command.nextStep': { hop: 'any' }
  'failures.managed-setting.managed.message': None
  'failures.managed-setting.managed.nextStep': None
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
  'failures.no-decoder.picture.message': None
  'failures.no-decoder.picture.nextStep': None
  'failures.no-decoder.decoder-stopped.message': None
  'failures.no-decoder.decoder-stopped.nextStep': None
  'failures.no-display-free.all-taken.message': None
  'failures.no-display-free.all-taken.nextStep': None
  'failures.no-encoder.no-figures.message': { node: 'any' }
  'failures.no-encoder.no-figures.nextStep': None
  'failures.no-encoder.node.message': None
  'failures.no-encoder.node.nextStep': None
  'failures.no-commands.unheard.message': { host: 'any' }
  'failures.no-commands.unheard.nextStep': { files: 'any' }
  'failures.no-commands.no-channel.message': { host: 'any' }
  'failures.no-commands.no-channel.nextStep': None
  'failures.no-commands.program-missing.message': { program: 'any'; host: 'any' }
  'failures.no-commands.program-missing.nextStep': None
  'failures.no-commands.slow-start.message': { host: 'any'; files: 'any'; seconds: 'any' }
  'failures.no-commands.slow-start.nextStep': None
  'failures.no-way-to-node.unknown-address.message': { node: 'any' }
  'failures.no-way-to-node.unknown-address.nextStep': None
  'failures.no-way-to-node.none-works.message': { node: 'any' }
  'failures.no-way-to-node.none-works.nextStep': None
  'failures.node-unknown.session-node.message': None
  'failures.node-unknown.session-node.nextStep': None
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
  'failures.pairing-refused.other-computer.message': None
  'failures.pairing-refused.other-computer.nextStep': None
  'failures.pairing-refused.certificate-unreadable.message': None
  'failures.pairing-refused.certificate-unreadable.nextStep': None
  'failures.pairing-refused.no-certificate.message': None
  'failures.pairing-refused.no-certificate.nextStep': None
  'failures.portal-error.scratch-not-measured.message': None
  'failures.portal-error.scratch-not-measured.nextStep': None
  'failures.portal-error.prometheus.message': None
  'failures.portal-error.prometheus.nextStep': None
  'failures.portal-error.broke-off-at-start.message': None
  'failures.portal-error.broke-off-at-start.nextStep': None
  'failures.portal-error.too-large.message': None
  'failures.portal-error.too-large.nextStep': None
  'failures.portal-error.unreadable.message': None
  'failures.portal-error.unreadable.nextStep': None
  'failures.portal-error.web-page.message': None
  'failures.portal-error.web-page.nextStep': None
  'failures.portal-error.refused-in-front.message': { status: 'any' }
  'failures.portal-error.refused-in-front.nextStep': None
  'failures.portal-error.leads-elsewhere.message': None
  'failures.portal-error.leads-elsewhere.nextStep': None
  'failures.portal-error.portal-redis-cluster.message': None
  'failures.portal-error.portal-redis-cluster.nextStep': None
  'failures.portal-error.not-http.message': None
  'failures.portal-error.not-http.nextStep': None
  'failures.portal-error.service-down.message': { service: 'any' }
  'failures.portal-error.service-down.nextStep': None
  'failures.portal-error.answered-with-error.message': None
  'failures.portal-error.answered-with-error.nextStep': None
  'failures.portal-error.answered-with-words.message': { words: 'any' }
  'failures.portal-error.answered-with-words.nextStep': None
  'failures.portal-error.every-path.message': { status: 'any' }
  'failures.portal-error.every-path.nextStep': None
  'failures.portal-not-routed.no-portal.message': None
  'failures.portal-not-routed.no-portal.nextStep': None
  'failures.portal-not-routed.dashboard.message': None
  'failures.portal-not-routed.dashboard.nextStep': None
  'failures.portal-not-routed.desktop-service.message': None
  'failures.portal-not-routed.desktop-service.nextStep': None
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
  'failures.portal-unreachable.proxy-sign-in.message': None
  'failures.portal-unreachable.proxy-sign-in.nextStep': None
  'failures.portal-unreachable.no-answer.message': None
  'failures.portal-unreachable.no-answer.nextStep': None
  'failures.portal-unreachable.hangs.message': None
  'failures.portal-unreachable.hangs.nextStep': None
  'failures.portal-unreachable.unreachable.message': None
  'failures.portal-unreachable.unreachable.nextStep': None
  'failures.portal-unreachable.unreachable-directly.message': None
  'failures.portal-unreachable.unreachable-directly.nextStep': None
  'failures.queue-cancelled.cancelled.message': None
  'failures.queue-cancelled.cancelled.nextStep': None
  'failures.queue-cancelled.cancelled-by.message': { who: 'any' }
  'failures.queue-cancelled.cancelled-by.nextStep': None
  'failures.queue-cancelled.cancelled-by-you.message': None
  'failures.queue-cancelled.cancelled-by-you.nextStep': None
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
  'failures.stream-lost.no-video.message': None
  'failures.stream-lost.no-video.nextStep': None
  'failures.stream-lost.interrupted.message': None
  'failures.stream-lost.interrupted.nextStep': None
  'failures.stream-process-died.receiver-stopped.message': None
  'failures.stream-process-died.receiver-stopped.nextStep': None
  'failures.stream-process-died.receiver-message.message': None
  'failures.stream-process-died.receiver-message.nextStep': None
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
  'failures.token-expired.dashboard-refused.message': None
  'failures.token-expired.dashboard-refused.nextStep': None
  'failures.token-expired.expired.message': None
  'failures.token-expired.expired.nextStep': None
  'failures.token-expired.not-signed-in.message': None
  'failures.token-expired.not-signed-in.nextStep': None
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
  'failures.untrusted-certificate.issuer-missing.message': { issuer: 'any' }
  'failures.untrusted-certificate.issuer-missing.nextStep': None
  'failures.untrusted-certificate.not-trusted.message': None
  'failures.untrusted-certificate.not-trusted.nextStep': None
  'failures.job-blocked.waits.message': { why: 'any' }
  'failures.job-blocked.waits.nextStep': None
  'figures.unknown': None
  'figures.justNow': None
  'figures.kilobits': { rate: 'any' }
  'figures.megabits': { rate: 'any' }
  'figures.used': { used: 'any'; total: 'any'; unit: 'any' }
  'images.title': None
  'images.legend': None
  'images.managed': None
  'images.notAvailable': None
  'images.instead': { wanted: 'any'; image: 'any' }
  'images.none': None
  'images.noneShort': None
  'images.vnc.title': None
  'images.vnc.legend': None
  'images.vnc.asking': None
  'images.vnc.notListed': None
  'images.vnc.hours': None
  'images.vnc.hoursOf': { count: 'number' }
  'images.vnc.hoursOfPortal': None
  'images.vnc.size': None
  'images.vnc.sizeOfPicture': { size: 'any' }
  'images.vnc.pixels': { width: 'any'; height: 'any' }
  'panels.measures.gpu': None
  'panels.measures.gpu-memory': None
  'panels.measures.encoder': None
  'panels.measures.temperature': None
  'panels.measures.cpu': None
  'panels.measures.memory': None
  'panels.ofMachine': { machine: 'any'; measure: 'any' }
  'panels.plot': { count: 'number'; what: 'any'; now: 'any'; low: 'any'; high: 'any' }
  'panels.plotRange': { low: 'any'; high: 'any' }
  'panels.gpu.title': None
  'panels.gpu.none': None
  'panels.gpu.waiting': None
  'panels.gpu.encoding': None
  'panels.gpu.streams': { count: 'number' }
  'panels.history.title': None
  'panels.history.portalMachine': { machine: 'any' }
  'panels.services.title': None
  'panels.services.down': { count: 'number' }
  'panels.services.trouble': { count: 'number' }
  'panels.services.allWork': None
  'panels.services.name': None
  'panels.services.state': None
  'panels.services.answer': None
  'panels.services.states.healthy': None
  'panels.services.states.warning': None
  'panels.services.states.down': None
  'panels.services.states.unknown': None
  'panels.services.askedHere': None
  'panels.services.reported': None
  'panels.services.constant': None
  'panels.services.routes': None
  'panels.services.routeStates.there': None
  'panels.services.routeStates.failing': None
  'panels.services.routeStates.absent': None
  'panels.services.noAnswer': None
  'panels.services.webServer': { status: 'any' }
  'panels.services.everyPath': { status: 'any' }
  'panels.services.noRoute': None
  'panels.services.answers': { status: 'any' }
  'panels.services.notAsked': None
  'panels.services.noAccess': None
  'panels.services.short.auth': None
  'panels.services.short.dashboard': None
  'panels.services.short.moonlight': None
  'panels.services.short.cae': None
  'panels.services.short.caeAutomation': None
  'panels.services.short.webSocket': None
  'panels.services.names.auth': None
  'panels.services.names.dashboard': None
  'panels.services.names.moonlight': None
  'panels.services.names.cae': None
  'panels.services.names.caeAutomation': None
  'panels.services.names.webSocket': None
  'panels.nodes.title': None
  'panels.nodes.name': None
  'panels.nodes.state': None
  'panels.nodes.usable': { usable: 'any'; all: 'any' }
  'panels.nodes.processors': { used: 'any'; total: 'any' }
  'panels.nodes.freeMemory': { free: 'any' }
  'panels.nodes.load': { load: 'any' }
  'panels.nodes.cluster': None
  'panels.nodes.clusterNodes': None
  'panels.nodes.free': { idle: 'any'; all: 'any' }
  'panels.nodes.clusterJobs': None
  'panels.nodes.derived': { cpu: 'any'; memory: 'any'; gpu: 'any' }
  'panels.queue.title': None
  'panels.queue.job': None
  'panels.queue.state': None
  'panels.queue.jobs': { running: 'any'; waiting: 'any' }
  'panels.more': { count: 'number' }
  'panels.storage.title': None
  'panels.storage.digest': { name: 'any'; percent: 'any' }
  'panels.storage.disks': None
  'panels.storage.dataDisk': None
  'panels.storage.scratch': None
  'panels.storage.files': { files: 'any'; folders: 'any' }
  'panels.storage.scratchNodes': { active: 'any'; all: 'any' }
  'panels.storage.lookNow': None
  'panels.storage.lookNowNamed': { what: 'any' }
  'panels.storage.lookNote': None
  'panels.storage.full': { name: 'any'; percent: 'any' }
  'panels.notifications.title': None
  'panels.notifications.none': None
  'panels.notifications.unread': { count: 'number' }
  'panels.notifications.untrusted': None
  'panels.notifications.example': None
  'panels.launcher.title': None
  'panels.launcher.pages.dashboard': None
  'panels.launcher.pages.vnc': None
  'panels.launcher.pages.cae': None
  'panels.launcher.pages.app': None
  'panels.launcher.pages.moonlight': None
  'panels.launcher.opensInBrowser': None
  'panels.launcher.openFailed': None
  'panels.sources.slurm': None
  'panels.sources.dashboard': None
  'panels.sources.redis': None
  'panels.sources.sessions': None
  'panels.sources.here': None
  'panels.sources.pushed': None
  'panels.sources.gpu': { node: 'any' }
  'policy.notFile': None
  'policy.notOfRoot': None
  'policy.writable': None
  'policy.folderNotOfRoot': { path: 'any' }
  'policy.folderWritable': { path: 'any' }
  'policy.tooLarge': None
  'policy.isLink': None
  'policy.notReadable': None
  'policy.onWindows': None
  'policy.notJson': None
  'policy.notSettings': None
  'policy.doNotFit': { settings: 'any' }
  'policy.notRead': { said: 'any' }
  'progress.list': None
  'progress.steps.signing-in.label': None
  'progress.steps.signing-in.now': None
  'progress.steps.requesting.label': None
  'progress.steps.requesting.now': None
  'progress.steps.queued.label': None
  'progress.steps.queued.now': None
  'progress.steps.starting.label': None
  'progress.steps.starting.now': None
  'progress.steps.tunnelling.label': None
  'progress.steps.tunnelling.now': None
  'progress.steps.waiting-for-host.label': None
  'progress.steps.waiting-for-host.now': None
  'progress.steps.pairing.label': None
  'progress.steps.pairing.now': None
  'progress.steps.launching.label': None
  'progress.steps.launching.now': None
  'progress.stepStatus.pending': None
  'progress.stepStatus.active': None
  'progress.stepStatus.done': None
  'progress.stepStatus.failed': None
  'progress.stepStatus.skipped': None
  'progress.stepOf': { index: 'any'; steps: 'any' }
  'progress.announce': { index: 'any'; steps: 'any'; now: 'any' }
  'progress.elapsed': { time: 'any' }
  'progress.usual.queued': None
  'progress.usual.other': None
  'progress.starting': None
  'progress.almostThere': None
  'progress.cancel': None
  'progress.cancelling': None
  'progress.cancelNote': None
  'progress.closing': None
  'proof.certificate': None
  'proof.port-owner': None
  'proof.record': None
  'proof.user': None
  'questions.handedOver': None
  'questions.hostKey.title': None
  'questions.hostKey.text': { hop: 'any' }
  'questions.hostKey.compare': None
  'questions.hostKey.fingerprint': { type: 'any' }
  'questions.hostKey.accept': None
  'questions.hostKey.refuse': None
  'questions.prompts.at': { hop: 'any' }
  'questions.prompts.send': None
  'questions.prompts.refuse': None
  'questions.passphrase.title': None
  'questions.passphrase.text': { file: 'any' }
  'questions.passphrase.label': None
  'questions.passphrase.wrong': None
  'questions.passphrase.unlock': None
  'questions.passphrase.refuse': None
  'questions.certificate.title': None
  'questions.certificate.text': { origin: 'any' }
  'questions.certificate.subject': None
  'questions.certificate.issuer': None
  'questions.certificate.nameless': None
  'questions.certificate.validTo': None
  'questions.certificate.fingerprint': None
  'questions.certificate.accept': None
  'questions.certificate.refuse': None
  'questions.browser.title': None
  'questions.browser.waiting': { origin: 'any' }
  'questions.browser.notOpened': None
  'questions.browser.comesBack': None
  'questions.browser.again': None
  'questions.browser.paste': None
  'questions.browser.cancel': None
  'questions.token.title': None
  'questions.token.label': None
  'questions.token.hint': None
  'questions.token.send': None
  'questions.token.cancel': None
  'questions.unprovedHost.title': None
  'questions.unprovedHost.text': { node: 'any'; port: 'any'; session: 'any' }
  'questions.unprovedHost.risk': None
  'questions.unprovedHost.accept': None
  'questions.unprovedHost.refuse': None
  'questions.pin.title': None
  'questions.pin.text': None
  'questions.pin.user': None
  'questions.pin.password': None
  'questions.pin.byHand': None
  'questions.pin.send': None
  'questions.pin.refuse': None
  'routes.names.node-ssh': None
  'routes.names.srun': None
  'routes.names.login-host': None
  'routes.trying.node-ssh': None
  'routes.trying.srun': None
  'routes.trying.login-host': None
  'routes.results.node-ssh.taken': None
  'routes.results.node-ssh.refused': { why: 'any' }
  'routes.results.node-ssh.skipped': { why: 'any' }
  'routes.results.srun.taken': None
  'routes.results.srun.refused': { why: 'any' }
  'routes.results.srun.skipped': { why: 'any' }
  'routes.results.login-host.taken': None
  'routes.results.login-host.refused': { why: 'any' }
  'routes.results.login-host.skipped': { why: 'any' }
  'routes.tried.two': { first: 'any'; second: 'any' }
  'routes.tried.three': { first: 'any'; second: 'any'; third: 'any' }
  'routes.why.not-own-job': None
  'routes.why.no-connections': None
  'routes.unencrypted': None
  'routes.limits.shared-files': None
  'routes.limits.no-x-server': None
  'routes.limits.no-node-files': None
  'routes.limits.no-gpu': None
  'routes.limits.no-owner': None
  'sessions.title': None
  'sessions.resume': None
  'sessions.end': None
  'sessions.endNamed': { session: 'any' }
  'sessions.resumeNamed': { session: 'any' }
  'sessions.on': { session: 'any'; node: 'any' }
  'sessions.noNode': { session: 'any' }
  'sessions.since': { clock: 'any' }
  'sessions.until': { clock: 'any' }
  'sessions.noPort': None
  'sessions.lookFailed': None
  'sessions.lookAgain': None
  'sessions.startNew': None
  'sessions.ending': { since: 'any' }
  'sessions.endDialog.title': None
  'sessions.endDialog.text': None
  'sessions.endDialog.instead': None
  'sessions.endDialog.keep': None
  'sessions.endDialog.end': None
  'sessions.endingNow': None
  'sessions.who.administrator': None
  'sessions.who.account': { user: 'any' }
  'sessions.who.user': { user: 'any' }
  'shell.close': None
  'shell.log': { file: 'any' }
  'shell.startFailed': None
  'shell.siteFailed': None
  'shell.save': { name: 'any' }
  'shell.ownWindow': None
  'shell.refused': None
  'shell.stopped.title': None
  'shell.stopped.heading': None
  'shell.stopped.safe': None
  'shell.stopped.next': None
  'shell.stopped.again': None
  'site-check.open': None
  'site-check.title': { site: 'any' }
  'site-check.lead': None
  'site-check.run': None
  'site-check.runAgain': None
  'site-check.running': None
  'site-check.lookingAt': { what: 'any' }
  'site-check.progress': { done: 'any'; total: 'any' }
  'site-check.finished': { summary: 'any' }
  'site-check.allWell': None
  'site-check.onlyProblems': None
  'site-check.noProblems': None
  'site-check.copy': None
  'site-check.copied': None
  'site-check.copyFailed': None
  'site-check.save': None
  'site-check.close': None
  'site-check.failed': None
  'site-check.report': None
  'site-check.details.seen': None
  'site-check.details.reason': None
  'site-check.details.meaning': None
  'site-check.details.change': None
  'site-check.details.id': None
  'site-check.table.result': None
  'site-check.table.lookedAt': None
  'site-check.table.problems': None
  'site-check.table.none': None
  'site-check.table.everything': None
  'site-check.table.noPortal': None
  'site-check.results.pass': None
  'site-check.results.warning': None
  'site-check.results.fail': None
  'site-check.results.not-testable': None
  'site-check.counts.fail': { count: 'number' }
  'site-check.counts.warning': { count: 'number' }
  'site-check.counts.pass': { count: 'number' }
  'site-check.counts.not-testable': { count: 'number' }
  'site-check.takenAt': { when: 'any'; seconds: 'any' }
  'site-check.taken': { when: 'any' }
  'site-check.sections.services': None
  'site-check.sections.exposure': None
  'site-check.sections.routes': None
  'site-check.sections.tls': None
  'site-check.sections.sign-in': None
  'site-check.sections.ssh': None
  'site-check.sections.slurm': None
  'site-check.sections.gpu': None
  'site-check.sections.storage': None
  'site-check.sections.images': None
  'site-check.sections.job': None
  'site-check.sections.host': None
  'site-check.sections.redis': None
  'site-check.sections.upkeep': None
  'site-check.sections.response-time': None
  'site-check.looking.portal-way': None
  'site-check.looking.ssh-login': None
  'site-check.looking.slurm': None
  'site-check.looking.moonlight': None
  'site-check.looking.redis-login': None
  'site-check.looking.auth-portal': None
  'site-check.looking.dashboard': None
  'site-check.looking.cae': None
  'site-check.looking.cae-automation': None
  'site-check.looking.websocket': None
  'site-check.looking.pages': None
  'site-check.looking.routes': None
  'site-check.looking.ports': None
  'site-check.looking.login-host': None
  'site-check.looking.redis-here': None
  'site-check.looking.redis-records': None
  'site-check.looking.times': None
  'site-check.looking.certificate': None
  'site-check.looking.token': None
  'site-check.looking.nodes': None
  'site-check-findings.services.portal.title': None
  'site-check-findings.services.portal.problem': None
  'site-check-findings.services.portal.meaning': None
  'site-check-findings.services.portal.change': None
  'site-check-findings.services.auth-portal.title': None
  'site-check-findings.services.auth-portal.problem': None
  'site-check-findings.services.auth-portal.meaning': None
  'site-check-findings.services.auth-portal.change': None
  'site-check-findings.services.moonlight.title': None
  'site-check-findings.services.moonlight.problem': None
  'site-check-findings.services.moonlight.meaning': None
  'site-check-findings.services.moonlight.change': None
  'site-check-findings.services.dashboard.title': None
  'site-check-findings.services.dashboard.problem': None
  'site-check-findings.services.dashboard.meaning': None
  'site-check-findings.services.dashboard.change': None
  'site-check-findings.services.cae.title': None
  'site-check-findings.services.cae.problem': None
  'site-check-findings.services.cae.meaning': None
  'site-check-findings.services.cae.change': None
  'site-check-findings.services.cae-automation.title': None
  'site-check-findings.services.cae-automation.problem': None
  'site-check-findings.services.cae-automation.meaning': None
  'site-check-findings.services.cae-automation.change': None
  'site-check-findings.services.websocket.title': None
  'site-check-findings.services.websocket.problem': None
  'site-check-findings.services.websocket.meaning': None
  'site-check-findings.services.websocket.change': None
  'site-check-findings.services.redis.title': None
  'site-check-findings.services.redis.problem': None
  'site-check-findings.services.redis.meaning': None
  'site-check-findings.services.redis.change': None
  'site-check-findings.exposure.redis.title': None
  'site-check-findings.exposure.redis.problem': None
  'site-check-findings.exposure.redis.meaning': None
  'site-check-findings.exposure.redis.change': None
  'site-check-findings.exposure.cae.title': None
  'site-check-findings.exposure.cae.problem': None
  'site-check-findings.exposure.cae.meaning': None
  'site-check-findings.exposure.cae.change': None
  'site-check-findings.exposure.dashboard.title': None
  'site-check-findings.exposure.dashboard.problem': None
  'site-check-findings.exposure.dashboard.meaning': None
  'site-check-findings.exposure.dashboard.change': None
  'site-check-findings.exposure.auth-portal.title': None
  'site-check-findings.exposure.auth-portal.problem': None
  'site-check-findings.exposure.auth-portal.meaning': None
  'site-check-findings.exposure.auth-portal.change': None
  'site-check-findings.exposure.moonlight.title': None
  'site-check-findings.exposure.moonlight.problem': None
  'site-check-findings.exposure.moonlight.meaning': None
  'site-check-findings.exposure.moonlight.change': None
  'site-check-findings.exposure.cae-automation.title': None
  'site-check-findings.exposure.cae-automation.problem': None
  'site-check-findings.exposure.cae-automation.meaning': None
  'site-check-findings.exposure.cae-automation.change': None
  'site-check-findings.exposure.websocket.title': None
  'site-check-findings.exposure.websocket.problem': None
  'site-check-findings.exposure.websocket.meaning': None
  'site-check-findings.exposure.websocket.change': None
  'site-check-findings.exposure.debugger.title': None
  'site-check-findings.exposure.debugger.problem': None
  'site-check-findings.exposure.debugger.meaning': None
  'site-check-findings.exposure.debugger.change': None
  'site-check-findings.exposure.vnc-tunnel.title': None
  'site-check-findings.exposure.vnc-tunnel.problem': None
  'site-check-findings.exposure.vnc-tunnel.meaning': None
  'site-check-findings.exposure.vnc-tunnel.change': None
  'site-check-findings.routes.moonlight.title': None
  'site-check-findings.routes.moonlight.problem': None
  'site-check-findings.routes.moonlight.meaning': None
  'site-check-findings.routes.moonlight.change': None
  'site-check-findings.routes.dashboard.title': None
  'site-check-findings.routes.dashboard.problem': None
  'site-check-findings.routes.dashboard.meaning': None
  'site-check-findings.routes.dashboard.change': None
  'site-check-findings.routes.cae.title': None
  'site-check-findings.routes.cae.problem': None
  'site-check-findings.routes.cae.meaning': None
  'site-check-findings.routes.cae.change': None
  'site-check-findings.routes.pages.title': None
  'site-check-findings.routes.pages.problem': None
  'site-check-findings.routes.pages.meaning': None
  'site-check-findings.routes.pages.change': None
  'site-check-findings.routes.open-proxy.title': None
  'site-check-findings.routes.open-proxy.problem': None
  'site-check-findings.routes.open-proxy.meaning': None
  'site-check-findings.routes.open-proxy.change': None
  'site-check-findings.routes.terminal.title': None
  'site-check-findings.routes.terminal.problem': None
  'site-check-findings.routes.terminal.meaning': None
  'site-check-findings.routes.terminal.change': None
  'site-check-findings.routes.auth-portal.title': None
  'site-check-findings.routes.auth-portal.problem': None
  'site-check-findings.routes.auth-portal.meaning': None
  'site-check-findings.routes.auth-portal.change': None
  'site-check-findings.routes.websocket.title': None
  'site-check-findings.routes.websocket.problem': None
  'site-check-findings.routes.websocket.meaning': None
  'site-check-findings.routes.websocket.change': None
  'site-check-findings.routes.cae-automation.title': None
  'site-check-findings.routes.cae-automation.problem': None
  'site-check-findings.routes.cae-automation.meaning': None
  'site-check-findings.routes.cae-automation.change': None
  'site-check-findings.tls.plain.title': None
  'site-check-findings.tls.plain.problem': None
  'site-check-findings.tls.plain.meaning': None
  'site-check-findings.tls.plain.change': None
  'site-check-findings.tls.chain.title': None
  'site-check-findings.tls.chain.problem': None
  'site-check-findings.tls.chain.meaning': None
  'site-check-findings.tls.chain.change': None
  'site-check-findings.tls.self-signed.title': None
  'site-check-findings.tls.self-signed.problem': None
  'site-check-findings.tls.self-signed.meaning': None
  'site-check-findings.tls.self-signed.change': None
  'site-check-findings.tls.names.title': None
  'site-check-findings.tls.names.problem': None
  'site-check-findings.tls.names.meaning': None
  'site-check-findings.tls.names.change': None
  'site-check-findings.tls.expiry.title': None
  'site-check-findings.tls.expiry.problem': None
  'site-check-findings.tls.expiry.meaning': None
  'site-check-findings.tls.expiry.change': None
  'site-check-findings.sign-in.test-login.title': None
  'site-check-findings.sign-in.test-login.problem': None
  'site-check-findings.sign-in.test-login.meaning': None
  'site-check-findings.sign-in.test-login.change': None
  'site-check-findings.sign-in.contradiction.title': None
  'site-check-findings.sign-in.contradiction.problem': None
  'site-check-findings.sign-in.contradiction.meaning': None
  'site-check-findings.sign-in.contradiction.change': None
  'site-check-findings.sign-in.type.title': None
  'site-check-findings.sign-in.type.problem': None
  'site-check-findings.sign-in.type.meaning': None
  'site-check-findings.sign-in.type.change': None
  'site-check-findings.sign-in.login.title': None
  'site-check-findings.sign-in.login.problem': None
  'site-check-findings.sign-in.login.meaning': None
  'site-check-findings.sign-in.login.change': None
  'site-check-findings.sign-in.token-refused.title': None
  'site-check-findings.sign-in.token-refused.problem': None
  'site-check-findings.sign-in.token-refused.meaning': None
  'site-check-findings.sign-in.token-refused.change': None
  'site-check-findings.sign-in.user-header.title': None
  'site-check-findings.sign-in.user-header.problem': None
  'site-check-findings.sign-in.user-header.meaning': None
  'site-check-findings.sign-in.user-header.change': None
  'site-check-findings.sign-in.published-secret.title': None
  'site-check-findings.sign-in.published-secret.problem': None
  'site-check-findings.sign-in.published-secret.meaning': None
  'site-check-findings.sign-in.published-secret.change': None
  'site-check-findings.sign-in.logout.title': None
  'site-check-findings.sign-in.logout.problem': None
  'site-check-findings.sign-in.logout.meaning': None
  'site-check-findings.sign-in.logout.change': None
  'site-check-findings.sign-in.unprotected-calls.title': None
  'site-check-findings.sign-in.unprotected-calls.problem': None
  'site-check-findings.sign-in.unprotected-calls.meaning': None
  'site-check-findings.sign-in.unprotected-calls.change': None
  'site-check-findings.response-time.dashboard.title': None
  'site-check-findings.response-time.dashboard.problem': None
  'site-check-findings.response-time.dashboard.meaning': None
  'site-check-findings.response-time.dashboard.change': None
  'site-check-findings.response-time.moonlight.title': None
  'site-check-findings.response-time.moonlight.problem': None
  'site-check-findings.response-time.moonlight.meaning': None
  'site-check-findings.response-time.moonlight.change': None
  'site-check-findings.response-time.dashboard-page.title': None
  'site-check-findings.response-time.dashboard-page.problem': None
  'site-check-findings.response-time.dashboard-page.meaning': None
  'site-check-findings.response-time.dashboard-page.change': None
  'site-check-findings.response-time.moonlight-page.title': None
  'site-check-findings.response-time.moonlight-page.problem': None
  'site-check-findings.response-time.moonlight-page.meaning': None
  'site-check-findings.response-time.moonlight-page.change': None
  'site-check-findings.ssh.login.title': None
  'site-check-findings.ssh.login.problem': None
  'site-check-findings.ssh.login.meaning': None
  'site-check-findings.ssh.login.change': None
  'site-check-findings.ssh.node.title': None
  'site-check-findings.ssh.node.problem': None
  'site-check-findings.ssh.node.meaning': None
  'site-check-findings.ssh.node.change': None
  'site-check-findings.slurm.controller.title': None
  'site-check-findings.slurm.controller.problem': None
  'site-check-findings.slurm.controller.meaning': None
  'site-check-findings.slurm.controller.change': None
  'site-check-findings.slurm.partition.title': None
  'site-check-findings.slurm.partition.problem': None
  'site-check-findings.slurm.partition.meaning': None
  'site-check-findings.slurm.partition.change': None
  'site-check-findings.slurm.nodes.title': None
  'site-check-findings.slurm.nodes.problem': None
  'site-check-findings.slurm.nodes.meaning': None
  'site-check-findings.slurm.nodes.change': None
  'site-check-findings.slurm.nodes-drained.title': None
  'site-check-findings.slurm.nodes-drained.problem': None
  'site-check-findings.slurm.nodes-drained.meaning': None
  'site-check-findings.slurm.nodes-drained.change': None
  'site-check-findings.slurm.nodes-not-responding.title': None
  'site-check-findings.slurm.nodes-not-responding.problem': None
  'site-check-findings.slurm.nodes-not-responding.meaning': None
  'site-check-findings.slurm.nodes-not-responding.change': None
  'site-check-findings.gpu.driver.title': None
  'site-check-findings.gpu.driver.problem': None
  'site-check-findings.gpu.driver.meaning': None
  'site-check-findings.gpu.driver.change': None
  'site-check-findings.gpu.encoder.title': None
  'site-check-findings.gpu.encoder.problem': None
  'site-check-findings.gpu.encoder.meaning': None
  'site-check-findings.gpu.encoder.change': None
  'site-check-findings.storage.home.title': None
  'site-check-findings.storage.home.problem': None
  'site-check-findings.storage.home.meaning': None
  'site-check-findings.storage.home.change': None
  'site-check-findings.storage.scratch.title': None
  'site-check-findings.storage.scratch.problem': None
  'site-check-findings.storage.scratch.meaning': None
  'site-check-findings.storage.scratch.change': None
  'site-check-findings.storage.shared.title': None
  'site-check-findings.storage.shared.problem': None
  'site-check-findings.storage.shared.meaning': None
  'site-check-findings.storage.shared.change': None
  'site-check-findings.storage.free-space.title': None
  'site-check-findings.storage.free-space.problem': None
  'site-check-findings.storage.free-space.meaning': None
  'site-check-findings.storage.free-space.change': None
  'site-check-findings.images.controller.title': None
  'site-check-findings.images.controller.problem': None
  'site-check-findings.images.controller.meaning': None
  'site-check-findings.images.controller.change': None
  'site-check-findings.images.node.title': None
  'site-check-findings.images.node.problem': None
  'site-check-findings.images.node.meaning': None
  'site-check-findings.images.node.change': None
  'site-check-findings.images.same.title': None
  'site-check-findings.images.same.problem': None
  'site-check-findings.images.same.meaning': None
  'site-check-findings.images.same.change': None
  'site-check-findings.job.log-folder.title': None
  'site-check-findings.job.log-folder.problem': None
  'site-check-findings.job.log-folder.meaning': None
  'site-check-findings.job.log-folder.change': None
  'site-check-findings.job.working-folder.title': None
  'site-check-findings.job.working-folder.problem': None
  'site-check-findings.job.working-folder.meaning': None
  'site-check-findings.job.working-folder.change': None
  'site-check-findings.job.programs.title': None
  'site-check-findings.job.programs.problem': None
  'site-check-findings.job.programs.meaning': None
  'site-check-findings.job.programs.change': None
  'site-check-findings.job.x-configuration.title': None
  'site-check-findings.job.x-configuration.problem': None
  'site-check-findings.job.x-configuration.meaning': None
  'site-check-findings.job.x-configuration.change': None
  'site-check-findings.job.input-device.title': None
  'site-check-findings.job.input-device.problem': None
  'site-check-findings.job.input-device.meaning': None
  'site-check-findings.job.input-device.change': None
  'site-check-findings.host.command-line.title': None
  'site-check-findings.host.command-line.problem': None
  'site-check-findings.host.command-line.meaning': None
  'site-check-findings.host.command-line.change': None
  'site-check-findings.host.version.title': None
  'site-check-findings.host.version.problem': None
  'site-check-findings.host.version.meaning': None
  'site-check-findings.host.version.change': None
  'site-check-findings.host.ports.title': None
  'site-check-findings.host.ports.problem': None
  'site-check-findings.host.ports.meaning': None
  'site-check-findings.host.ports.change': None
  'site-check-findings.host.web-user.title': None
  'site-check-findings.host.web-user.problem': None
  'site-check-findings.host.web-user.meaning': None
  'site-check-findings.host.web-user.change': None
  'site-check-findings.host.vnc-password.title': None
  'site-check-findings.host.vnc-password.problem': None
  'site-check-findings.host.vnc-password.meaning': None
  'site-check-findings.host.vnc-password.change': None
  'site-check-findings.redis.password.title': None
  'site-check-findings.redis.password.problem': None
  'site-check-findings.redis.password.meaning': None
  'site-check-findings.redis.password.change': None
  'site-check-findings.redis.tls.title': None
  'site-check-findings.redis.tls.problem': None
  'site-check-findings.redis.tls.meaning': None
  'site-check-findings.redis.tls.change': None
  'site-check-findings.redis.cluster-mode.title': None
  'site-check-findings.redis.cluster-mode.problem': None
  'site-check-findings.redis.cluster-mode.meaning': None
  'site-check-findings.redis.cluster-mode.change': None
  'site-check-findings.redis.in-memory-fallback.title': None
  'site-check-findings.redis.in-memory-fallback.problem': None
  'site-check-findings.redis.in-memory-fallback.meaning': None
  'site-check-findings.redis.in-memory-fallback.change': None
  'site-check-findings.redis.sessions.title': None
  'site-check-findings.redis.sessions.problem': None
  'site-check-findings.redis.sessions.meaning': None
  'site-check-findings.redis.sessions.change': None
  'site-check-findings.redis.persistence.title': None
  'site-check-findings.redis.persistence.problem': None
  'site-check-findings.redis.persistence.meaning': None
  'site-check-findings.redis.persistence.change': None
  'site-check-findings.redis.backup.title': None
  'site-check-findings.redis.backup.problem': None
  'site-check-findings.redis.backup.meaning': None
  'site-check-findings.redis.backup.change': None
  'site-check-findings.upkeep.invented-data.title': None
  'site-check-findings.upkeep.invented-data.problem': None
  'site-check-findings.upkeep.invented-data.meaning': None
  'site-check-findings.upkeep.invented-data.change': None
  'site-check-findings.upkeep.prometheus.title': None
  'site-check-findings.upkeep.prometheus.problem': None
  'site-check-findings.upkeep.prometheus.meaning': None
  'site-check-findings.upkeep.prometheus.change': None
  'site-check-findings.upkeep.log-rotation.title': None
  'site-check-findings.upkeep.log-rotation.problem': None
  'site-check-findings.upkeep.log-rotation.meaning': None
  'site-check-findings.upkeep.log-rotation.change': None
  'site-check-findings.upkeep.session-folders.title': None
  'site-check-findings.upkeep.session-folders.problem': None
  'site-check-findings.upkeep.session-folders.meaning': None
  'site-check-findings.upkeep.session-folders.change': None
  'site-check-reasons.noPortal': None
  'site-check-reasons.failed': { message: 'any'; seen: 'any' }
  'site-check-reasons.late': { seconds: 'any' }
  'site-check-reasons.noNode': None
  'site-check-reasons.noRoute': None
  'site-check-reasons.noAnswer': None
  'site-check-reasons.dashboardSilent': None
  'site-check-reasons.dashboardVague': None
  'site-check-reasons.imagesUnknown': None
  'site-check-reasons.controllerSilent': None
  'site-check-reasons.noNodes': None
  'site-check-reasons.notOnBoth': None
  'site-check-reasons.maybeShared': { folders: 'any' }
  'site-check-reasons.noImage': None
  'site-check-reasons.nothingToCompare': None
  'site-check-reasons.noHost': None
  'site-check-reasons.redisEncryption': None
  'site-check-reasons.redisUnnamed': None
  'site-check-reasons.redisAway': None
  'site-check-reasons.redisNoTls': None
  'site-check-reasons.redisRefuses': None
  'site-check-reasons.redisRefusesLogin': None
  'site-check-reasons.redisRefusesUser': { answer: 'any' }
  'site-check-reasons.redisRefusesScan': { answer: 'any' }
  'site-check-reasons.redisNoUser': None
  'site-check-reasons.redisClusterUnknown': { answer: 'any' }
  'site-check-reasons.redisSettings': None
  'site-check-reasons.noBash': None
  'site-check-reasons.backup': None
  'site-check-reasons.noSessionList': None
  'site-check-reasons.noOwnSession': None
  'site-check-reasons.otherMachine': None
  'site-check-reasons.noRotation': None
  'site-check-reasons.sessionsUnread': None
  'site-check-reasons.noScratch': None
  'site-check-reasons.noSessionFolder': None
  'site-check-reasons.noDriver': None
  'site-check-reasons.driverVague': None
  'site-check-reasons.noPrograms': None
  'site-check-reasons.noAddress': { host: 'any' }
  'site-check-reasons.plainHttp': None
  'site-check-reasons.notValidNow': None
  'site-check-reasons.ownIssuer': None
  'site-check-reasons.caeSilent': None
  'site-check-reasons.signInVague': None
  'site-check-reasons.oneVague': None
  'site-check-reasons.noToken': None
  'site-check-reasons.login': None
  'site-check-reasons.userHeader': None
  'site-check-reasons.publishedSecret': None
  'site-check-reasons.logout': None
  'site-check-reasons.unprotectedCalls': None
  'site-check-reasons.hostPorts': None
  'site-check-reasons.webUser': None
  'site-check-reasons.vncPassword': None
  'site-check-reasons.anyToken': None
  'site-check-reasons.noSockets': None
  'site-check-reasons.routeUnclear': None
  'site-check-reasons.strangerToken': None
  'site-check-reasons.noFreeSpace': None
  'site-check-seen.onNode': { node: 'any'; seen: 'any' }
  'site-check-seen.folder': { path: 'any'; owner: 'any' }
  'site-check-seen.folderSilent': { path: 'any' }
  'site-check-seen.folderMissing': { path: 'any' }
  'site-check-seen.otherFolder': { folders: 'any' }
  'site-check-seen.sameFolder': { folders: 'any' }
  'site-check-seen.sameImage': { image: 'any'; bytes: 'any' }
  'site-check-seen.otherImage': { image: 'any'; there: 'any'; here: 'any' }
  'site-check-seen.otherImageOnNode': { image: 'any'; there: 'any'; node: 'any'; here: 'any' }
  'site-check-seen.noneUsable': { all: 'any'; nodes: 'any' }
  'site-check-seen.usable': { usable: 'any'; all: 'any' }
  'site-check-seen.noneDrained': { all: 'any' }
  'site-check-seen.allRespond': { all: 'any' }
  'site-check-seen.otherEncoder': { gpu: 'any' }
  'site-check-seen.noNvenc': { gpu: 'any' }
  'site-check-seen.noGpu': None
  'site-check-seen.notWritable': { folder: 'any' }
  'site-check-seen.records': { count: 'number' }
  'site-check-seen.ghosts': { all: 'any'; ghosts: 'any'; example: 'any' }
  'site-check-seen.endless': { all: 'any'; endless: 'any'; example: 'any' }
  'site-check-seen.ghostsAndEndless': {
    all: 'any'
    ghosts: 'any'
    ghost: 'any'
    endless: 'any'
    example: 'any'
  }
  'site-check-seen.oldFolders': { count: 'number'; folder: 'any' }
  'site-check-seen.unreadable': { file: 'any' }
  'site-check-seen.responseTime': { ms: 'any'; limit: 'any' }
  'site-check-seen.roundTrip': { origin: 'any'; ms: 'any' }
  'site-check-seen.pagesMissing': { pages: 'any' }
  'site-check-seen.terminal': None
  'site-check-seen.noTerminal': None
  'site-check-seen.mode': { mode: 'any'; nodes: 'any' }
  'site-check-seen.modeUnknown': { mode: 'any' }
  'site-check-seen.imageThere': { image: 'any' }
  'site-check-seen.imageMissing': { image: 'any' }
  'site-check-seen.request': { path: 'any'; answer: 'any' }
  'site-check-seen.noAnswer': None
  'site-check-seen.pingOpen': { where: 'any' }
  'site-check-seen.pingAnswer': { where: 'any'; answer: 'any' }
  'site-check-seen.notRedis': { where: 'any' }
  'site-check-seen.portOpen': { address: 'any' }
  'site-check-seen.portClosed': { address: 'any' }
  'site-check-seen.portSilent': { address: 'any' }
  'site-check-seen.fromLogin': { address: 'any' }
  'site-check-seen.fromHere': { address: 'any' }
  'site-check-seen.debugger.cae': None
  'site-check-seen.debugger.dashboard': None
  'site-check-seen.debugger.both': None
  'site-check-seen.noDebugger': None
  'site-check-seen.certificateNames': { commonName: 'any'; alternatives: 'any' }
  'site-check-seen.noCommonName': None
  'site-check-seen.noAlternativeNames': None
  'site-check-seen.ownIssuer': { issuer: 'any' }
  'site-check-seen.issuedBy': { issuer: 'any' }
  'site-check-seen.pinDiffers': { issuer: 'any' }
  'site-check-seen.trusted': { issuer: 'any' }
  'site-check-seen.pinMatches': None
  'site-check-seen.untrusted': { problem: 'any'; issuer: 'any' }
  'site-check-seen.issuerMissing': { issuer: 'any' }
  'site-check-seen.commonNameOnly': { names: 'any' }
  'site-check-seen.expired': { date: 'any' }
  'site-check-seen.notYetValid': { date: 'any' }
  'site-check-seen.expires': { count: 'number'; date: 'any' }
  'site-check-seen.ssoOn': None
  'site-check-seen.ssoOffMeant': None
  'site-check-seen.ssoOffUnsaid': None
  'site-check-seen.ssoOffExpected': None
  'site-check-seen.sso.on-on': None
  'site-check-seen.sso.on-off': None
  'site-check-seen.sso.off-on': None
  'site-check-seen.sso.off-off': None
  'site-check-seen.standingLogin': { login: 'any' }
  'site-check-seen.noRotation': { folder: 'any' }
  'site-check-seen.noPartition': { partition: 'any' }
  'site-check-seen.partition': { partition: 'any'; state: 'any' }
  'site-check-seen.sessions': { sessions: 'any'; user: 'any'; inMemory: 'any' }
  'site-check-seen.withToken': { path: 'any'; status: 'any' }
  'site-check-seen.unencrypted': { where: 'any' }
  'site-check-seen.tlsFits': { where: 'any'; address: 'any' }
  'site-check-seen.tlsAnswers': { where: 'any' }
  'site-check-seen.tunnels': { ports: 'any' }
  'site-check-seen.noTunnels': { first: 'any'; last: 'any' }
  'site-check-seen.downOrUnrouted': { seen: 'any' }
  'site-check-seen.ownNotFound': { seen: 'any' }
  'site-check-seen.noHealth': { seen: 'any'; path: 'any' }
  'site-check-seen.ownIssuerStranger': { issuer: 'any' }
  'site-check-seen.both': { one: 'any'; other: 'any' }
  'site-check-seen.furtherNodes': { count: 'number' }
  'site-check-seen.someNodes': { seen: 'any'; looked: 'any'; all: 'any' }
  'site-check-seen.allPrograms': None
  'site-check-seen.missingPrograms': { programs: 'any' }
  'site-check-seen.freeSpace': { gigabytes: 'any'; path: 'any' }
  'status.title': None
  'status.session': None
  'status.sessionSource': None
  'status.state': None
  'status.user': None
  'status.unverified': None
  'status.sessionId': None
  'status.job': None
  'status.node': None
  'status.image': None
  'status.host': None
  'status.since': None
  'status.timeLeft': None
  'status.endsAt': { clock: 'any' }
  'status.endsSoon': None
  'status.timeUnknown': None
  'status.keeps': None
  'status.portalSays': None
  'status.vncSession': None
  'status.asOf': { source: 'any'; age: 'any' }
  'status.never': { source: 'any' }
  'status.invented': None
  'status.none': None
  'status.waiting': None
  'status.access.title': None
  'status.access.routes.node-ssh': None
  'status.access.routes.srun': None
  'status.access.routes.login-host': None
  'status.access.everything': None
  'status.access.limits': None
  'status.access.others': None
  'status.access.refused': { route: 'any'; why: 'any' }
  'status.access.noReason': None
  'status.access.relay': { folder: 'any' }
  'status.access.relayNotIn': { folder: 'any'; why: 'any' }
  'status.access.openssh.profile': None
  'status.access.openssh.proxy-command': None
  'status.access.openssh.gssapi': None
  'status.access.openssh.certificate': None
  'status.access.openssh.security-key': None
  'status.link.title': None
  'status.link.source': None
  'status.link.roundTrip': None
  'status.link.received': None
  'status.link.sent': None
  'status.link.underWay': None
  'status.link.dropped': None
  'status.picture.title': None
  'status.picture.source': None
  'status.picture.size': None
  'status.picture.shown': None
  'status.picture.perSecond': { rate: 'any' }
  'status.picture.rate': None
  'status.picture.codec': None
  'status.picture.decode': None
  'status.picture.decodeWorst': None
  'status.picture.decoder': None
  'status.picture.hardware': None
  'status.picture.software': None
  'status.picture.decoderUnknown': None
  'status.picture.lost': None
  'status.picture.lostOf': { lost: 'any'; all: 'any' }
  'stream.title': { site: 'any' }
  'stream.toolbar': None
  'stream.stage': None
  'stream.disconnect': None
  'stream.disconnectNote': None
  'stream.end': None
  'stream.newSession': None
  'stream.newSessionNote': None
  'stream.panel': None
  'stream.notes': { count: 'number' }
  'stream.fullScreen': None
  'stream.leaveFullScreen': None
  'stream.hideBar': None
  'stream.showBar': None
  'stream.leaveKeys': None
  'stream.timeLeft': { time: 'any' }
  'stream.waiting': None
  'stream.reconnecting': None
  'stream.reconnectingNote': None
  'stream.weak': None
  'stream.unsentKey': { key: 'any' }
  'stream.unsentNamelessKey': None
  'stream.noPictureFor': { seconds: 'any' }
  'stream.noPicture': None
  'stream.stopped': None
  'stream.stoppedNote': None
  'stream.showAgain': None
  'stream.disconnecting': None
  'views.list': None
  'views.start': None
  'views.keys': None
  'views.job': { job: 'any' }
  'views.asks': None
  'views.connecting': None
  'views.states.queued': None
  'views.states.open': None
  'views.states.reconnecting': None
  'views.states.failed': None
  'views.states.ending': None
  'views.states.ended': None
  'vnc.title': None
  'vnc.open': None
  'vnc.openNamed': { session: 'any' }
  'vnc.openNew': None
  'vnc.startNew': None
  'vnc.instead': None
  'vnc.insteadNote': None
  'vnc.shared': None
  'vnc.lookFailed': None
  'vnc.heading': { site: 'any' }
  'vnc.toolbar': None
  'vnc.leaveNote': None
  'vnc.waiting': None
  'vnc.restoring': None
  'vnc.lost': None
  'vnc.lostEarly': None
  'vnc.unusable': { types: 'any' }
  'vnc.noPassword': None
  'vnc.password.title': None
  'vnc.password.text': None
  'vnc.password.titleWithName': None
  'vnc.password.textWithName': None
  'vnc.password.name': None
  'vnc.password.label': None
  'vnc.password.send': None
  'vnc.password.cancel': None
  'vnc.password.unanswered': None
  'vnc.password.refused': None
  'vnc.password.refusedLogin': None
  'vnc.password.refusedBecause': { reason: 'any' }
  'waiting.expected': { reason: 'any'; at: 'number' }
  'waiting.expectedClosely': { reason: 'any'; at: 'number' }
  'waiting.expectedAbout': { reason: 'any'; at: 'number'; minutes: 'any' }
  'waiting.blocked': { reason: 'any' }
  'waiting.suspended': None
  'waiting.requeued': None
  'waiting.completing': None
  'waiting.state': { state: 'any' }
  'waiting.reasons.scheduler': None
  'waiting.reasons.nodesAway': None
  'waiting.reasons.allDown': { nodes: 'any' }
  'waiting.reasons.partitionClosed': None
  'waiting.reasons.unsatisfiable': None
  'waiting.reasons.resources': None
  'waiting.reasons.priority': None
  'waiting.reasons.beginTime': None
  'waiting.reasons.dependency': None
  'waiting.reasons.jobLimit': None
  'waiting.reasons.reserved': None
  'waiting.reasons.reservation': None
  'waiting.reasons.held': None
  'waiting.reasons.heldByAdministrator': None
  'waiting.reasons.heldBySlurm': None
  'waiting.reasons.dependencyNever': None
  'waiting.reasons.invalidAccount': None
  'waiting.reasons.reservationGone': None
  'waiting.reasons.overLimit': None
  'waiting.reasons.budget': None
  'waiting.reasons.other': { reason: 'any' }
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
  'auth-refused/not-admitted': { hop: 'any' }
  'auth-refused/password-change': { hop: 'any' }
  'auth-refused/too-many': { hop: 'any' }
  'auth-refused/keys-left': { hop: 'any'; offered: 'any'; all: 'any' }
  'auth-refused/no-key': { hop: 'any' }
  'auth-refused/keys-unusable': { hop: 'any'; keys: 'any' }
  'auth-refused/no-method': { hop: 'any'; methods: 'any' }
  'auth-refused/no-ticket': { hop: 'any'; said: 'any' }
  'bad-profile/profile-unusable': None
  'bad-profile/no-ssh-user': None
  'bad-profile/ssh-configuration': { file: 'any' }
  'bad-profile/no-host-certificate': None
  'bad-profile/key-unusable': None
  'bad-profile/proxy-variable': { name: 'any' }
  'bad-profile/id-taken': { id: 'any'; name: 'any' }
  'bad-profile/jump-hosts': { hop: 'any' }
  'bad-profile/openssh-missing': { hop: 'any'; oldest: 'any' }
  'bad-profile/openssh-too-old': { hop: 'any'; oldest: 'any' }
  'bad-profile/openssh-configuration': { said: 'any' }
  'bad-profile/openssh-proxy': { hop: 'any' }
  'bad-profile/proxy-command': { hop: 'any' }
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
  'bad-request/request-too-large': None
  'bad-request/unknown-desktop': None
  'bad-request/no-picture': None
  'bad-request/no-portal-for-vnc': None
  'bad-request/unknown-session': None
  'bad-request/request-unusable': None
  'bad-request/token-file-unreadable': { file: 'any' }
  'bad-request/unknown-image': { image: 'any'; images: 'any' }
  'bad-request/no-images': None
  'bad-settings/damaged': { file: 'any' }
  'bad-settings/unreadable': { file: 'any' }
  'bad-settings/not-written': { file: 'any' }
  'bad-settings/policy-refused': { file: 'any'; reason: 'any' }
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
  'certificate-mismatch/foreign-certificate-file': None
  'deadline-exceeded/step': None
  'deadline-exceeded/ending': None
  'deadline-exceeded/work': { what: 'any' }
  'deadline-exceeded/stream-port': None
  'forbidden/not-https': None
  'forbidden/vnc-not-allowed': None
  'forbidden/page-not-allowed': None
  'foreign-job/not-the-desktops': None
  'forward-refused/page': None
  'forward-refused/login-host': None
  'forward-refused/nothing-there': { address: 'any'; port: 'any' }
  'gave-up/not-restored': None
  'gave-up/requeued': None
  'host-key-changed/changed': { hop: 'any' }
  'host-key-changed/revoked': { hop: 'any' }
  'host-key-unknown/key-unreadable': { host: 'any' }
  'host-key-unknown/not-confirmed': { hop: 'any' }
  'host-not-ready/not-in-time': None
  'host-not-ready/not-listening': None
  'host-not-ready/ready-file': None
  'host-not-ready/no-answer': None
  'host-not-ready/not-its-protocol': None
  'host-not-ready/error-answer': None
  'host-not-ready/not-placed': None
  'host-not-ready/nothing-answers': None
  'host-not-ready/completing': None
  'host-not-ready/no-port': None
  'image-missing/vnc-image': None
  'image-missing/desktop-image': None
  'image-missing/not-available': { image: 'any' }
  'internal/unexpected': None
  'internal/disk-full': { path: 'any' }
  'internal/not-writable': { path: 'any' }
  'internal/browser-not-opened': { address: 'any' }
  'internal/no-browser': None
  'internal/window-not-opened': None
  'internal/no-sandbox': None
  'internal/no-addon': None
  'internal/session-gone': None
  'internal/other-page-version': None
  'internal/malformed-event': None
  'internal/page-lost-app': None
  'internal/no-askpass': None
  'job-ended-early/cancelled': None
  'job-ended-early/cancelled-by': { who: 'any' }
  'job-ended-early/cancelled-by-you': None
  'job-ended-early/time-limit': None
  'job-ended-early/node-failed': None
  'job-ended-early/out-of-memory': None
  'job-ended-early/preempted': None
  'job-ended-early/failed': None
  'job-ended-early/image': { image: 'any'; node: 'any' }
  'job-ended-early/program': { program: 'any'; node: 'any' }
  'job-ended-early/host': { words: 'any' }
  'job-ended-early/log-folder': { node: 'any'; folder: 'any' }
  'job-ended-early/ended': None
  'launch-refused/host-refused': None
  'launch-refused/no-desktop': None
  'launch-refused/not-ended': None
  'launch-refused/refused': None
  'launch-refused/shown-elsewhere': None
  'launch-refused/host-description': None
  'link-lost/process-stopped': None
  'link-lost/process-gone': None
  'link-lost/closed': None
  'link-lost/ssh': None
  'link-lost/node': None
  'link-lost/hop': { hop: 'any' }
  'link-lost/ssh-reconnecting': None
  'link-lost/node-reconnecting': None
  'link-lost/node-gone': None
  'link-lost/lost-at-once': None
  'link-lost/process-message': None
  'login-superseded/another-sign-in': None
  'login-unreachable/unreachable': { hop: 'any' }
  'login-unreachable/nothing-in-common': { hop: 'any'; what: 'any' }
  'login-unreachable/unknown-name': { hop: 'any' }
  'login-unreachable/no-server': { hop: 'any' }
  'login-unreachable/forward-prohibited': { hop: 'any' }
  'login-unreachable/unreachable-from-hop': { hop: 'any' }
  'login-unreachable/channel-refused': { hop: 'any' }
  'login-unreachable/not-ssh': { hop: 'any' }
  'login-unreachable/key-exchange-failed': { hop: 'any' }
  'login-unreachable/closed-in-greeting': { hop: 'any' }
  'login-unreachable/closed-in-key-exchange': { hop: 'any' }
  'login-unreachable/closed-in-authentication': { hop: 'any' }
  'login-unreachable/proxy-refused': { proxy: 'any'; hop: 'any'; said: 'any' }
  'login-unreachable/proxy-unreachable': { proxy: 'any'; hop: 'any' }
  'login-unreachable/proxy-command': { hop: 'any'; said: 'any' }
  'managed-setting/managed': None
  'needs-answer/not-signed-in': None
  'needs-answer/host-not-confirmed': None
  'needs-answer/ssh-question': { hop: 'any' }
  'needs-answer/not-signed-in-for-vnc': None
  'needs-answer/question-not-answered': None
  'no-decoder/picture': None
  'no-decoder/decoder-stopped': None
  'no-display-free/all-taken': None
  'no-encoder/no-figures': { node: 'any' }
  'no-encoder/node': None
  'no-commands/unheard': { host: 'any'; files: 'any' }
  'no-commands/no-channel': { host: 'any' }
  'no-commands/program-missing': { program: 'any'; host: 'any' }
  'no-commands/slow-start': { host: 'any'; files: 'any'; seconds: 'any' }
  'no-way-to-node/unknown-address': { node: 'any' }
  'no-way-to-node/none-works': { node: 'any' }
  'node-unknown/session-node': None
  'pairing-refused/unknown-to-host': None
  'pairing-refused/refused': None
  'pairing-refused/pin-not-taken': None
  'pairing-refused/not-kept': None
  'pairing-refused/not-paired': None
  'pairing-refused/owned': None
  'pairing-refused/other-computer': None
  'pairing-refused/certificate-unreadable': None
  'pairing-refused/no-certificate': None
  'portal-error/scratch-not-measured': None
  'portal-error/prometheus': None
  'portal-error/broke-off-at-start': None
  'portal-error/too-large': None
  'portal-error/unreadable': None
  'portal-error/web-page': None
  'portal-error/refused-in-front': { status: 'any' }
  'portal-error/leads-elsewhere': None
  'portal-error/portal-redis-cluster': None
  'portal-error/not-http': None
  'portal-error/service-down': { service: 'any' }
  'portal-error/answered-with-error': None
  'portal-error/answered-with-words': { words: 'any' }
  'portal-error/every-path': { status: 'any' }
  'portal-not-routed/no-portal': None
  'portal-not-routed/dashboard': None
  'portal-not-routed/desktop-service': None
  'portal-unreachable/redis-cluster': None
  'portal-unreachable/redis-refused': None
  'portal-unreachable/tls-broken-off': None
  'portal-unreachable/not-tls': None
  'portal-unreachable/proxy': None
  'portal-unreachable/proxy-sign-in': None
  'portal-unreachable/no-answer': None
  'portal-unreachable/hangs': None
  'portal-unreachable/unreachable': None
  'portal-unreachable/unreachable-directly': None
  'queue-cancelled/cancelled': None
  'queue-cancelled/cancelled-by': { who: 'any' }
  'queue-cancelled/cancelled-by-you': None
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
  'stream-lost/no-video': None
  'stream-lost/interrupted': None
  'stream-process-died/receiver-stopped': None
  'stream-process-died/receiver-message': None
  'stream-timeout/not-started': None
  'stream-timeout/not-answered': None
  'submit-failed/refused': None
  'submit-failed/vnc-refused': None
  'submit-failed/refused-without-reason': None
  'token-expired/dashboard-refused': None
  'token-expired/expired': None
  'token-expired/not-signed-in': None
  'unknown-call/other-version': None
  'untrusted-certificate/not-confirmed': None
  'untrusted-certificate/pin-unreadable': None
  'untrusted-certificate/confirmed-not-valid': None
  'untrusted-certificate/changed': None
  'untrusted-certificate/out-of-date': None
  'untrusted-certificate/other-than-confirmed': None
  'untrusted-certificate/self-signed': None
  'untrusted-certificate/other-name': None
  'untrusted-certificate/issuer-missing': { issuer: 'any' }
  'untrusted-certificate/not-trusted': None
  'job-blocked/waits': { why: 'any' }
}
