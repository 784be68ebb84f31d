/** A site check's report for the gallery: something of every result, and texts as long as they get. */
import { fail } from '../../../src-main/shared/errors.ts'
import type {
  CheckFinding,
  FindingId,
  SiteCheckReport,
  SiteCheckSnapshot,
} from '../../../src-main/shared/model/site-check.ts'
import type { Saying } from '../../../src-main/shared/texts/index.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'

const finding = (id: FindingId, result: CheckFinding['result'], seen: Saying): CheckFinding => ({
  id,
  section: id.split('.')[0] as CheckFinding['section'],
  result,
  seen,
  reason: result === 'not-testable' ? asText('site-check-reasons.redisUnnamed') : null,
})

const findings: CheckFinding[] = [
  finding('services.auth-portal', 'fail', 'GET /auth/info: 502 page “502 Bad Gateway”'),
  finding('services.websocket', 'warning', `GET /ws: 504 ${'x'.repeat(300)}`),
  finding('services.redis', 'not-testable', ''),
  finding(
    'services.portal',
    'pass',
    asText('site-check-seen.roundTrip', { origin: 'https://portal.demo.invalid', ms: '3.1' }),
  ),
  finding('exposure.redis', 'pass', asText('site-check-seen.portClosed', { address: '10.0.0.2:6379' })),
  finding('routes.moonlight', 'pass', 'GET /api/moonlight/images: 200'),
  finding('slurm.nodes-drained', 'warning', 'viz02 drained (fan replacement on Friday)'),
  finding(
    'gpu.encoder',
    'pass',
    asText('site-check-seen.onNode', {
      node: 'viz01',
      seen: 'NVIDIA A40, driver 550.54',
    }),
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
    progress: { siteId: 'demo', done: 7, total: 21, looking: ['ssh-login', 'pages'] },
  },
  'site-check-question': {
    ...none,
    progress: { siteId: 'demo', done: 9, total: 21, looking: ['ssh-login'] },
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
