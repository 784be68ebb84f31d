import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, test, vi } from 'vitest'
import { createApp } from '../../src-main/app.ts'
import type { FindingId } from '../../src-main/shared/model/site-check.ts'
import { PortalHttp } from '../../src-main/protocols/portal/http.ts'
import { CertificatePins } from '../../src-main/services/confirmed/certificates.ts'
import { ConfirmedHostKeys } from '../../src-main/services/confirmed/host-keys.ts'
import { loadProfile } from '../../src-main/services/sites/load-profile.ts'
import {
  wordedReportSchema,
  siteCheckSnapshotSchema,
  type SiteCheckReport,
  type SiteCheckSnapshot,
} from '../../src-main/shared/model/site-check.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { endOnSite } from './product-end.ts'
import { watchRedis } from './redis-watch.ts'
import { checkLoaded, problemsIn, runCheck, shown } from '../support/site-check.ts'
import { withCheckedSite } from '../support/site-check-runner.ts'
import { ask, createSession } from '../integration/site/support.ts'

const checked = withCheckedSite()
const cli = join(import.meta.dirname, '../../src-main/cli.ts')

/** Runs `vizlink check`. */
function check(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'check', ...words], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

/** Everything that lies at the site, and when it was changed; logs and sockets of its programs excepted. */
function filesOf(directory: string): string[] {
  const watched = ['home', 'scratch', 'controller', 'nodes', 'scripts']
  return watched.flatMap((name) =>
    readdirSync(join(directory, name), { recursive: true, encoding: 'utf8' }).map((path) => {
      const { mtimeMs, size } = statSync(join(directory, name, path))
      return `${name}/${path} ${size} ${mtimeMs}`
    }),
  )
}

/** Everything in Redis that a session record is, with whether it expires. */
async function recordsOf(redis: Redis): Promise<string[]> {
  const [, names] = await redis.scan('0', 'MATCH', 'moonlight:session:*', 'COUNT', 10_000)
  const records = names.sort().map(async (name) => {
    const [content, ttl] = await Promise.all([redis.hgetall(name), redis.ttl(name)])
    return `${name} ${ttl} ${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`
  })
  return Promise.all(records)
}

test('the check changes nothing at the site; of Redis it asks by read commands alone', async () => {
  const { site, platform } = checked
  const access = site.ready.redisAccess!
  await site.setFault('redis-session-leak', true)
  const redis = new Redis({
    host: access.address,
    port: access.port,
    username: access.user,
    password: readFileSync(access.passwordFile, 'utf8').trim(),
    enableReadyCheck: false,
  })
  try {
    const look = async (): Promise<unknown> => ({
      files: filesOf(site.directory),
      records: await recordsOf(redis),
      jobs: await site.activeJobs(),
    })
    const before = await look()
    await using watch = await watchRedis(site)
    await runCheck(platform, site.ready.profile)
    // The user of the profile may not ask for the configuration: it is tried, and reads too.
    expect(await watch.commands()).toEqual({
      done: ['auth', 'hgetall', 'info', 'quit', 'scan', 'ttl'],
      refused: ['config|get'],
    })
    expect(await look()).toEqual(before)
  } finally {
    redis.disconnect()
    await site.setFault('redis-session-leak', false)
  }
})

test('sessions kept in memory show in the user’s own record', async () => {
  const { site, platform } = checked
  const faults = ['in-memory-fallback', 'host-not-ready'] as const
  for (const fault of faults) await site.setFault(fault, true)
  try {
    const session = await createSession(site, site.ready.user)
    const report = await runCheck(platform, site.ready.profile)
    expect(problemsIn(report), shown(report)).toEqual(['redis.in-memory-fallback fail'])
    await endOnSite(site, platform, session)
  } finally {
    for (const fault of faults) await site.setFault(fault, false)
  }
})

test('a running session shows how its host was started, its version, and that Redis keeps it', async () => {
  const { site, platform } = checked
  const session = await createSession(site, site.ready.user)
  try {
    await vi.waitUntil(
      () => existsSync(join(site.ready.folders.sessions, session.session_id, 'ready.json')),
      { timeout: 30_000, message: 'the host has begun its log' },
    )
    const report = await runCheck(platform, site.ready.profile)
    expect(problemsIn(report), shown(report)).toEqual([])
    const passed = report.findings.filter(({ result }) => result === 'pass').map((finding) => finding.id)
    const wanted: FindingId[] = [
      'host.command-line',
      'host.version',
      'redis.in-memory-fallback',
      'redis.sessions',
    ]
    expect(passed).toEqual(expect.arrayContaining(wanted))
  } finally {
    await endOnSite(site, platform, session)
  }
})

test('a dashboard with another secret refuses a user’s token', async () => {
  const { site, platform } = checked
  await site.setFault('test-login-open', true)
  try {
    const login = await ask(site, 'POST', '/auth/test/login', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: site.ready.user, groups: ['HPC-Admins'] }),
    })
    const { token } = login.json as { token: string }
    const wanted = await runCheck(platform, site.ready.profile, token)
    expect(problemsIn(wanted), shown(wanted)).toEqual(['sign-in.contradiction fail'])
    await site.setFault('jwt-secret-mismatch', true)
    const refused = await runCheck(platform, site.ready.profile, token)
    expect(problemsIn(refused)).toEqual(['sign-in.contradiction fail', 'sign-in.token-refused fail'])
    expect(JSON.stringify(refused)).not.toContain(token)
  } finally {
    await site.setFault('jwt-secret-mismatch', false)
    await site.setFault('test-login-open', false)
  }
})

test('the command line: exit statuses, JSON, Markdown, HTML', async () => {
  const { site } = checked
  const folder = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
  try {
    const { profile } = site.ready
    const healthy = await check('--site', profile, '--json')
    const report = wordedReportSchema.parse(JSON.parse(healthy.stdout))
    expect(problemsIn(report), shown(report)).toEqual([])
    expect([healthy.code, healthy.stderr, report.exitCode]).toEqual([0, '', 0])

    await site.setFault('node-drained', true)
    const warned = await check('--site', profile)
    expect([warned.code, warned.stderr]).toEqual([1, ''])
    expect(warned.stdout).toContain('slurm.nodes-drained')
    expect(warned.stdout).toContain('fan replacement on Friday')

    await site.setFault('sif-missing', true)
    const html = join(folder, 'report.html')
    const failed = await check('--site', profile, '--markdown', '--html', html)
    expect(failed.code).toBe(2)
    expect(failed.stdout).toContain('### Fail: The desktop image is missing on a node')
    expect(readFileSync(html, 'utf8')).toContain('images.node')
  } finally {
    await site.setFault('node-drained', false)
    await site.setFault('sif-missing', false)
    await rm(folder, { recursive: true, force: true })
  }
})

test('a file with a token that cannot be read is named', async () => {
  const { code, stderr } = await check('--site', checked.site.ready.profile, '--token-file', 'missing')
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('The file with the token cannot be read: missing.'),
  ])
  expect(stderr).toContain('--token-file')
})

test('a check that cannot be made is no “warnings only”', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
  try {
    const profile = join(folder, 'profile.json')
    await writeFile(profile, '{}')
    const { code, stderr } = await check('--site', profile)
    expect(code).toBe(2)
    expect(stderr).toContain('site profile')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a site without a portal: what it has is checked, and nothing is missed that it cannot have', async () => {
  const { site, platform } = checked
  const report = await runCheck(platform, site.ready.batchProfile)
  expect(problemsIn(report), shown(report)).toEqual([])
  expect(report.site.portalOrigin).toBeNull()
  const resultsOf = (wanted: string) =>
    new Set(report.findings.filter(({ section }) => section === wanted).map(({ result }) => result))
  for (const section of ['services', 'exposure', 'tls', 'sign-in', 'images'])
    expect(resultsOf(section), section).toEqual(new Set(['not-testable']))
  for (const section of ['ssh', 'slurm', 'gpu'])
    expect(resultsOf(section), section).toEqual(new Set(['pass']))
})

test('a site that is not there: failures, quickly, nothing thrown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
  try {
    const profile = join(folder, 'profile.json')
    // Port 1 of the loopback address refuses connections.
    const host = { address: '127.0.0.1', port: 1 }
    const nowhere = {
      version: 1,
      id: 'nowhere',
      name: 'Nowhere',
      portal: { origin: 'https://127.0.0.1:1' },
      ssh: { user: 'ada', loginHost: host, nodes: {} },
    }
    await writeFile(profile, JSON.stringify(nowhere))
    const report = await runCheck(checked.platform, profile)
    expect(problemsIn(report)).toEqual(['services.portal fail', 'ssh.login fail'])
    expect(report.exitCode).toBe(2)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a certificate that the user confirmed: still reported, trusted for the rest, and any other stops it', async () => {
  const { site, platform } = checked
  const loaded = { ...(await loadProfile(site.ready.profile)), portalCa: null }
  const origin = new URL(loaded.profile.portal!.origin)
  const pins = new CertificatePins(platform.dataFolder)
  const http = new PortalHttp(null)
  const selfSigned = ['tls.names warning', 'tls.self-signed warning']
  const resultOf = (report: SiteCheckReport, id: FindingId) =>
    report.findings.find((finding) => finding.id === id)?.result
  await site.setFault('certificate-self-signed', true)
  try {
    const strange = await checkLoaded(platform, loaded, 'a-token')
    expect(problemsIn(strange), shown(strange)).toEqual(selfSigned)
    // There is no person to ask: the rest is looked at all the same, with nothing entrusted to it.
    for (const id of ['services.auth-portal', 'routes.pages', 'response-time.dashboard'] as const)
      expect(resultOf(strange, id)).toBe('pass')
    for (const id of ['tls.chain', 'redis.in-memory-fallback', 'sign-in.token-refused'] as const)
      expect(resultOf(strange, id)).toBe('not-testable')
    const token = strange.findings.find(({ id }) => id === 'sign-in.token-refused')
    expect(token?.reason).toContain('the token was not sent')
    expect(await pins.get(origin.origin)).toBeNull()
    await pins.set(origin.origin, (await http.shownCertificate(origin)).certificate)
    const confirmed = await checkLoaded(platform, loaded)
    expect(problemsIn(confirmed), shown(confirmed)).toEqual(selfSigned)
    for (const id of ['services.auth-portal', 'routes.pages', 'tls.chain'] as const)
      expect(resultOf(confirmed, id)).toBe('pass')
    await site.setFault('certificate-self-signed', false)
    const changed = await checkLoaded(platform, loaded)
    expect(problemsIn(changed), shown(changed)).toEqual(['tls.chain fail'])
    expect(resultOf(changed, 'services.auth-portal')).toBe('not-testable')
  } finally {
    await http.close()
    await pins.forget(origin.origin)
    await site.setFault('certificate-self-signed', false)
  }
})

test.each([
  ['confirmed', ['yes'], 'pass'],
  ['refused', null, 'not-testable'],
] as const)('in the app: a certificate that signs itself is asked for and %s', async (_, values, result) => {
  const { site, platform } = checked
  const loaded = { ...(await loadProfile(site.ready.profile)), portalCa: null }
  const { origin } = new URL(loaded.profile.portal!.origin)
  const pins = new CertificatePins(platform.dataFolder)
  await site.setFault('certificate-self-signed', true)
  const app = createApp(platform, { profiles: [loaded] })
  const page = { id: 'test', trusted: true }
  let last: SiteCheckSnapshot | null = null
  app.subscribe((event, data) => {
    if (event === 'siteCheck.changed') last = siteCheckSnapshotSchema.parse(data)
  })
  try {
    await app.call(page, 'siteCheck.run', { siteId: 'demo' })
    const question = await vi.waitUntil(() => last?.question, { timeout: 30_000, message: 'a question' })
    expect(question).toMatchObject({ type: 'certificate', origin })
    await app.call(page, 'siteCheck.answer', { siteId: 'demo', questionId: question.id, values })
    const report = await vi.waitUntil(() => (last?.progress === null ? last.report : null), {
      timeout: 60_000,
      message: 'a report',
    })
    const resultOf = (wanted: FindingId) => report.findings.find(({ id }) => id === wanted)?.result
    expect([resultOf('services.auth-portal'), resultOf('tls.chain')]).toEqual(['pass', result])
    expect((await pins.get(origin)) === null).toBe(values === null)
  } finally {
    await app.dispose()
    await pins.forget(origin)
    await site.setFault('certificate-self-signed', false)
  }
})

test('through the profile’s HTTP proxy: everything that is asked of the portal', async () => {
  const { site, platform } = checked
  const loaded = await loadProfile(site.ready.profile)
  const portal = loaded.profile.portal!
  const port = Number(new URL(portal.origin).port)
  await using proxy = await startConnectProxy(() => port)
  portal.proxy = proxy.origin
  const report = await checkLoaded(platform, loaded)
  expect(problemsIn(report), shown(report)).toEqual([])
  // Three connections for the round trip, one for the certificate, and those of the requests.
  expect(proxy.asked.length).toBeGreaterThan(4)
  await using closed = await startConnectProxy(() => 403)
  portal.proxy = closed.origin
  const refused = await checkLoaded(platform, loaded)
  expect(problemsIn(refused), shown(refused)).toEqual(['services.portal fail'])
})

test('in the app: progress, then the report; one at a time; an unknown site is refused', async () => {
  const { site, platform } = checked
  const app = createApp(platform, { profiles: [await loadProfile(site.ready.profile)] })
  const seen: SiteCheckSnapshot[] = []
  app.subscribe((event, data) => {
    if (event === 'siteCheck.changed') seen.push(siteCheckSnapshotSchema.parse(data))
  })
  const call = (name: string, siteId: string) => app.call({ id: 'test', trusted: true }, name, { siteId })
  try {
    expect(await call('siteCheck.run', 'unknown')).toMatchObject({
      ok: false,
      failure: { kind: 'bad-request' },
    })
    expect(await call('siteCheck.get', 'demo')).toMatchObject({ value: { progress: null, report: null } })
    expect(await call('siteCheck.run', 'demo')).toMatchObject({ value: { report: null } })
    expect(await call('siteCheck.run', 'demo')).toMatchObject({ value: { report: null } })
    await vi.waitUntil(() => seen.find(({ report }) => report !== null), {
      timeout: 30_000,
      message: 'a report',
    })
    const last = await call('siteCheck.get', 'demo')
    expect(last).toMatchObject({ value: { progress: null, failure: null } })
    const { report } = siteCheckSnapshotSchema.parse(last.ok ? last.value : null)
    expect(report && problemsIn(report)).toEqual([])
    expect(seen.filter(({ progress }) => progress === null)).toHaveLength(1)
    const done = seen.flatMap(({ progress }) => (progress ? [progress.done] : []))
    expect(done).toEqual([...done].sort((left, right) => left - right))
  } finally {
    await app.dispose()
  }
})

test.each<[string, string[] | null, string[]]>([
  ['confirmed', ['yes'], []],
  ['refused', null, ['ssh.login fail']],
])(
  'in the app: a host key that the profile does not name is asked for and %s',
  async (_, values, problems) => {
    const { site, platform } = checked
    const loaded = await loadProfile(site.ready.profile)
    loaded.profile.ssh.loginHost.hostKeys = []
    const app = createApp(platform, { profiles: [loaded] })
    const page = { id: 'test', trusted: true }
    let last: SiteCheckSnapshot | null = null
    app.subscribe((event, data) => {
      if (event === 'siteCheck.changed') last = siteCheckSnapshotSchema.parse(data)
    })
    try {
      await app.call(page, 'siteCheck.run', { siteId: 'demo' })
      const question = await vi.waitUntil(() => last?.question, { timeout: 30_000, message: 'a question' })
      expect(question).toMatchObject({ type: 'host-key', keyType: 'ssh-ed25519', hop: '127.0.0.1' })
      await app.call(page, 'siteCheck.answer', { siteId: 'demo', questionId: question.id, values })
      const report = await vi.waitUntil(() => (last?.progress === null ? last.report : null), {
        timeout: 60_000,
        message: 'a report',
      })
      expect(problemsIn(report), shown(report)).toEqual(problems)
      expect(last).toMatchObject({ question: null })
    } finally {
      await app.dispose()
      await new ConfirmedHostKeys(platform.dataFolder, loaded.profile.ssh.loginHost).forget()
    }
  },
)

test('an app that ends during a check does not wait for it', async () => {
  const loaded = await loadProfile(checked.site.ready.profile)
  loaded.profile.ssh.loginHost.hostKeys = []
  const app = createApp(checked.platform, { profiles: [loaded] })
  let asked = false
  app.subscribe((event, data) => {
    if (event === 'siteCheck.changed') asked ||= (data as SiteCheckSnapshot).question !== null
  })
  await app.call({ id: 'test', trusted: true }, 'siteCheck.run', { siteId: 'demo' })
  // No answer comes: the check would wait for minutes.
  await vi.waitUntil(() => asked, { timeout: 30_000, message: 'the question' })
  await app.dispose()
})
