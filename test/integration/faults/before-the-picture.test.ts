/** Faults of the site that end a connection before there is a picture: each its own error kind, and nothing left behind. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PortalSource } from '../../../src-main/services/sessions/portal-source.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import type { ErrorKind } from '../../../src-main/shared/errors.ts'
import type { StepName } from '../../../src-main/shared/model/desktop.ts'
import type { FaultName } from '../../site/faults.ts'
import { overSsh } from '../site/ssh.ts'
import { english, evidenceLines } from '../../support/english.ts'
import { failureOf } from '../../support/failure-of.ts'
import { signInClient } from '../../support/sign-in-client.ts'
import { isOver, startTestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite({ limits: { hostReadySeconds: 3 } })
})
afterAll(() => here.dispose())

interface Expected {
  fault: FaultName
  /** Where its kind has others. */
  reason?: string
  /** In the sentence. */
  named?: RegExp
  kind: ErrorKind
  /** Step that shows as failed. */
  step: StepName | 'any'
  /** Found in one piece of evidence. */
  evidence: RegExp
  retryable: boolean
}

const table: Expected[] = [
  {
    fault: 'sign-in-refused',
    kind: 'sign-in-refused',
    step: 'signing-in',
    evidence: /Test login disabled/,
    retryable: false,
  },
  {
    fault: 'token-expired',
    kind: 'token-expired',
    step: 'signing-in',
    evidence: /Invalid or expired token/,
    retryable: true,
  },
  {
    fault: 'redis-cluster-mode',
    kind: 'portal-error',
    step: 'signing-in',
    evidence: /MOVED/,
    retryable: false,
  },
  {
    fault: 'portal-502',
    kind: 'portal-error',
    step: 'requesting',
    evidence: /502 Bad Gateway/,
    retryable: true,
  },
  {
    fault: 'image-missing',
    kind: 'image-missing',
    step: 'requesting',
    evidence: /desktop: missing/,
    retryable: true,
  },
  {
    fault: 'sif-missing',
    kind: 'job-ended-early',
    reason: 'image',
    named: /\bnode viz-node001\b/,
    step: 'any',
    evidence: /Failed to create sandbox/,
    retryable: true,
  },
  {
    fault: 'job-ends-early',
    kind: 'job-ended-early',
    step: 'any',
    evidence: /Sunshine failed to start/,
    retryable: true,
  },
  {
    fault: 'node-program-missing',
    kind: 'job-ended-early',
    reason: 'program',
    named: /\bnode viz-node001\b/,
    step: 'any',
    evidence: /apptainer-of-another-node: command not found/,
    retryable: true,
  },
  {
    fault: 'sunshine-command-line',
    kind: 'job-ended-early',
    reason: 'host',
    step: 'any',
    evidence: /host’s log: Unknown command: config/,
    retryable: true,
  },
  {
    fault: 'job-folder-missing',
    kind: 'job-ended-early',
    reason: 'log-folder',
    named: /\bnode viz-node001\b/,
    step: 'any',
    evidence: /FAILED, signal 53/,
    retryable: true,
  },
  {
    fault: 'host-not-ready',
    kind: 'host-not-ready',
    step: 'waiting-for-host',
    evidence: /viz-node001/,
    retryable: true,
  },
  {
    fault: 'host-key-changed',
    kind: 'host-key-changed',
    step: 'signing-in',
    evidence: /ssh-ed25519 SHA256:/,
    retryable: false,
  },
  {
    fault: 'ssh-key-refused',
    kind: 'auth-refused',
    step: 'signing-in',
    evidence: /ways that the server offers: publickey/,
    retryable: true,
  },
  {
    fault: 'sshd-stopped',
    kind: 'login-unreachable',
    step: 'signing-in',
    evidence: /ECONNREFUSED/,
    retryable: true,
  },
]

test.each(table)('$fault: $kind', async ({ fault, kind, reason, named, step, evidence, retryable }) => {
  await here.leavesNothing(async () => {
    await here.site.setFault(fault, true)
    try {
      const attempt = await here.client.connect()
      const { state, failure, steps } = await attempt.until(isOver)
      expect([state, failure?.kind]).toEqual(['failed', kind])
      if (reason !== undefined) expect(failure?.reason).toBe(reason)
      if (named !== undefined) expect(english(failure).message).toMatch(named)
      expect(english(failure).message).toMatch(/^\S.*\.$/)
      expect(english(failure).nextStep).toMatch(/^\S.*\.$/)
      expect(failure?.retryable).toBe(retryable)
      expect(evidenceLines(failure).join('\n')).toMatch(evidence)
      const failed = steps.filter((one) => one.status === 'failed').map((one) => one.name)
      expect(failed).toEqual([step === 'any' ? expect.any(String) : step])
    } finally {
      await here.site.setFault(fault, false)
    }
  })
})

test('redis-cluster-mode behind a sign-in that exists: the portal’s bare 500 leads to the site check', async () => {
  const { site, home } = here
  await here.leavesNothing(async () => {
    const client = signInClient({
      loaded: await loadProfile(site.ready.profile),
      dataFolder: join(home, 'signed-in'),
      handOffPort: 0,
      caFile: site.ready.caFile,
      browserUser: 'alice',
    })
    const portal = new PortalSource(client.site)
    const { signal } = new AbortController()
    try {
      await portal.signIn({ user: null, interaction: client.interaction, signal })
      await site.setFault('redis-cluster-mode', true)
      expect(await failureOf(portal.create(signal))).toMatchObject({
        kind: 'portal-error',
        reason: 'broke-off-at-start',
        actions: ['check-site'],
        retryable: false,
      })
      // Slurm has its job, and the portal no session: what the words warn of.
      const jobs = await site.activeJobs()
      expect(jobs).toHaveLength(1)
      await overSsh(site, `scancel ${jobs.join(' ')}`)
      await vi.waitUntil(async () => (await site.activeJobs()).length === 0, {
        timeout: 30_000,
        message: 'the job is gone',
      })
    } finally {
      await site.setFault('redis-cluster-mode', false)
      await portal.close()
      await client.dispose()
    }
  })
})

test('after all of them a connection comes up', async () => {
  // With the product's own limit: the three seconds above are for hosts that never come, and how soon one that does is
  // no question comes up here.
  const patient = await startTestClient(here.site.ready.profile, { dataFolder: join(here.home, 'vizlink') })
  try {
    await here.leavesNothing(async () => {
      const attempt = await patient.connect()
      await attempt.streaming()
      await attempt.leave('END')
    })
  } finally {
    await patient.dispose()
  }
})
