/** A site check's report for the gallery: something of every result, and texts as long as they get. */
import { fail } from '../../../src-main/shared/errors.ts'
import type {
  CheckFinding,
  SiteCheckReport,
  SiteCheckSnapshot,
} from '../../../src-main/shared/model/site-check.ts'

const finding = (id: string, result: CheckFinding['result'], title: string, seen: string): CheckFinding => ({
  id,
  section: id.split('.')[0] as CheckFinding['section'],
  result,
  title,
  meaning: 'Nobody can sign in, so nobody gets a desktop.',
  change: 'Start the auth portal (`systemctl start auth-portal`) and look at its log; it also needs Redis.',
  seen,
  reason: result === 'not-testable' ? 'The login host refused the key.' : null,
})

const findings: CheckFinding[] = [
  finding(
    'services.auth-portal',
    'fail',
    'The sign-in service answers (4430)',
    'GET /auth/info: 502 page “502 Bad Gateway”',
  ),
  finding(
    'services.websocket',
    'warning',
    'The event service answers (5011)',
    `GET /ws: 504 ${'x'.repeat(300)}`,
  ),
  finding('services.redis', 'not-testable', 'Redis answers', ''),
  finding(
    'services.portal',
    'pass',
    'The portal’s web server can be reached',
    'https://portal.demo.invalid, one round trip takes 3.1 ms',
  ),
  finding(
    'exposure.redis',
    'pass',
    'Redis cannot be reached from users’ machines',
    '10.0.0.2:6379 refuses connections',
  ),
  finding(
    'routes.moonlight',
    'pass',
    'The web server has a route to the desktop service',
    'GET /api/moonlight/images: 200',
  ),
  finding(
    'slurm.nodes-drained',
    'warning',
    'No visualisation node is drained',
    'viz02 drained (fan replacement on Friday)',
  ),
  finding(
    'gpu.encoder',
    'pass',
    'The GPU has a hardware encoder (NVENC)',
    'viz01: NVIDIA A40, driver 550.54',
  ),
]

function report(shown: CheckFinding[]): SiteCheckReport {
  const counts = { pass: 0, warning: 0, fail: 0, 'not-testable': 0 }
  for (const { result } of shown) counts[result]++
  return {
    version: 1,
    site: { id: 'demo', name: 'Demo site', portalOrigin: 'https://portal.demo.invalid' },
    client: { version: '0.1.0' },
    startedAt: Date.UTC(2026, 10, 25, 8, 30),
    durationMs: 4200,
    counts,
    exitCode: counts.fail > 0 ? 2 : counts.warning > 0 ? 1 : 0,
    findings: shown,
  }
}

const none: SiteCheckSnapshot = {
  siteId: 'demo',
  progress: null,
  question: null,
  report: null,
  failure: null,
}

/** Snapshots of a check by the names of their scenarios. */
export const siteChecks: Record<string, SiteCheckSnapshot> = {
  'site-check-new': none,
  'site-check-running': {
    ...none,
    progress: { siteId: 'demo', done: 7, total: 21, looking: ['the SSH login', 'the portal’s pages'] },
  },
  'site-check-question': {
    ...none,
    progress: { siteId: 'demo', done: 9, total: 21, looking: ['the SSH login'] },
    question: {
      type: 'host-key',
      id: 'check-question',
      hop: 'login.demo.invalid',
      keyType: 'ssh-ed25519',
      fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrlUnSFxgRmOzNKfcd0DaSzs',
    },
  },
  'site-check-done': { ...none, report: report(findings) },
  'site-check-healthy': { ...none, report: report(findings.filter(({ result }) => result === 'pass')) },
  'site-check-failed': {
    ...none,
    report: report(findings),
    failure: fail('internal', 'unexpected').failure,
  },
}
