/** Faults of the site that end a connection before there is a picture: each its own error kind, and nothing left behind. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorKind } from '../../../src-main/shared/errors.ts'
import type { StepName } from '../../../src-main/shared/model/connection.ts'
import type { FaultName } from '../../site/faults.ts'
import { startSite } from '../../site/index.ts'
import type { Site } from '../../site/types.ts'
import { eventually } from '../../support/eventually.ts'
import { footprint, sameFootprint, type Footprint } from '../../support/footprint.ts'
import { isOver, startTestClient, type TestClient } from '../../support/test-client.ts'

const usual = process.env.TMPDIR
const folder = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
const data = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
let site: Site
let client: TestClient
const look = (): Promise<Footprint> => footprint(site, { temporary: folder, data })

beforeAll(async () => {
  process.env.TMPDIR = folder
  site = await startSite({ desktop: 'plain', nodes: 1 })
  client = await startTestClient(site.ready.profile, { dataFolder: data, limits: { hostReadySeconds: 3 } })
  await eventually('the client has made its identity', async () =>
    (await look()).files.length > 2 ? true : null,
  )
})
afterAll(async () => {
  await client.dispose()
  await site.dispose()
  if (usual === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = usual
  for (const path of [folder, data]) rmSync(path, { recursive: true, force: true })
})

interface Expected {
  fault: FaultName
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
    evidence: /sunshine_desktop\.sif/,
    retryable: true,
  },
  {
    fault: 'node-down',
    kind: 'node-down',
    step: 'queued',
    evidence: /ReqNodeNotAvail|DOWN/,
    retryable: true,
  },
  {
    fault: 'sif-missing',
    kind: 'job-ended-early',
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
    evidence: /authentication methods failed/,
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

describe('each fault is named, explained, and leaves nothing', () => {
  test.each(table)('$fault: $kind', async ({ fault, kind, step, evidence, retryable }) => {
    const before = await look()
    await site.setFault(fault, true)
    try {
      const attempt = await client.connect()
      const { state, failure, steps } = await attempt.until(isOver)
      expect([state, failure?.kind]).toEqual(['failed', kind])
      expect(failure?.message).toMatch(/^\S.*\.$/)
      expect(failure?.nextStep).toMatch(/^\S.*\.$/)
      expect(failure?.retryable).toBe(retryable)
      expect(failure?.evidence.map(({ label, value }) => `${label}: ${value}`).join('\n')).toMatch(evidence)
      const failed = steps.filter((one) => one.status === 'failed').map((one) => one.name)
      expect(failed).toEqual([step === 'any' ? expect.any(String) : step])
    } finally {
      await site.setFault(fault, false)
    }
    await sameFootprint(before, look)
  })

  test('after all of them a connection comes up', async () => {
    const before = await look()
    const attempt = await client.connect()
    await attempt.streaming()
    await attempt.leave('END')
    await sameFootprint(before, look)
  })
})
