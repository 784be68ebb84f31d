/** The portal client against recorded answers of the real services, defects included. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { Dashboard } from '../../../src-main/protocols/portal/dashboard.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { moonlightImages } from '../../../src-main/protocols/portal/images.ts'
import { MoonlightApi } from '../../../src-main/protocols/portal/moonlight.ts'
import { failureOf } from '../../support/failure-of.ts'
import { readAnswers, replay, startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

const answers = readAnswers('answers')
function recorded(name: string) {
  const found = answers.find((answer) => answer.name === name)
  if (!found) throw new Error(`no recording: ${name}`)
  return found
}

const claims = (exp: number): string =>
  Buffer.from(JSON.stringify({ sub: 'alice', exp })).toString('base64url')
const tokenUntil = (ms: number): string =>
  `eyJhbGciOiJIUzI1NiJ9.${claims(Math.floor(ms / 1000))}.c2lnbmF0dXJl`
const valid = tokenUntil(Date.now() + 3_600_000)
const expired = tokenUntil(Date.now() - 3_600_000)

let http: PortalHttp
let server: StandIn
/** What is answered to the next requests, one after the other; the last one stays. */
let script: string[]

beforeEach(async () => {
  http = new PortalHttp(null)
  server = await startStandIn((_asked, response) => {
    replay(response, recorded(script.length > 1 ? (script.shift() ?? '') : (script[0] ?? '')), valid)
  })
})
afterEach(async () => {
  await http.close()
  await server[Symbol.asyncDispose]()
})

describe('auth', () => {
  const auth = (): AuthPortal => new AuthPortal(http, `${server.origin}/auth`)

  test.each([
    ['info, SSO off', { sso_enabled: false, sso_type: 'mock', login_url: '/auth/test/login' }],
    ['SAML on: info', { sso_enabled: true, sso_type: 'saml', login_url: '/auth/saml/login' }],
    ['OIDC on: info', { sso_enabled: true, sso_type: 'oidc', login_url: '/auth/oidc/login' }],
    ['SSO_TYPE=ldap: info', { sso_enabled: true, sso_type: 'ldap', login_url: '/auth/test/login' }],
  ])('%s', async (name, info) => {
    script = [name]
    expect(await auth().info()).toEqual(info)
  })

  test.each(['login: HPC-Admins', 'login: groups is a string'])('%s', async (name) => {
    script = [name, 'verify: good']
    const signedIn = await auth().testLogin('alice', ['HPC-Admins'])
    expect(signedIn).toMatchObject({ token: valid, user: 'alice', expiresAt: 1795466167000 })
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /auth/test/login',
      'POST /auth/verify',
    ])
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({ username: 'alice', groups: ['HPC-Admins'] })
    expect(server.asked[0]?.headers.authorization).toBeUndefined()
    expect(server.asked[1]?.headers.authorization).toBe(`Bearer ${valid}`)
  })

  test.each([
    ['SAML on: test login', 'sign-in-refused'],
    ['SSO_TYPE=ldap: POST login', 'sign-in-refused'],
    ['login: username missing', 'sign-in-refused'],
    ['login: Redis stopped', 'portal-error'],
    ['login: username is a number', 'portal-error'],
    ['login: GET', 'portal-error'],
  ])('%s', async (name, kind) => {
    script = [name]
    const failure = await failureOf(auth().testLogin('alice', []))
    expect(failure.kind).toBe(kind)
    expect(failure.evidence.find(({ label }) => label === 'status')?.value).toBe(
      String(recorded(name).status),
    )
  })

  test.each([
    ['verify: superseded token (device 1)', valid, 'login-superseded'],
    ['verify: expired', expired, 'token-expired'],
    ['verify: after logout', valid, 'login-superseded'],
    ['verify: no header', 'no web token at all', 'token-expired'],
    ['Redis stopped: /auth/verify', valid, 'portal-error'],
  ])('%s', async (name, token, kind) => {
    script = [name]
    expect((await failureOf(auth().verify(token))).kind).toBe(kind)
  })

  test('refresh', async () => {
    script = ['refresh: good', 'verify: good']
    expect((await auth().refresh(expired)).token).toBe(valid)
    script = ['refresh: superseded token']
    expect((await failureOf(auth().refresh(valid))).kind).toBe('login-superseded')
    script = ['refresh: expired']
    const failure = await failureOf(auth().refresh(expired))
    expect(failure).toMatchObject({ kind: 'token-expired', evidence: [{ value: '/auth/refresh' }, {}, {}] })
  })

  test.each(['logout: good', 'Redis stopped: /auth/logout'])('%s', async (name) => {
    script = [name]
    await auth().logout(valid)
    expect(server.asked[0]?.headers.authorization).toBe(`Bearer ${valid}`)
  })
})

describe('sessions', () => {
  const api = (user = 'alice'): MoonlightApi => new MoonlightApi(http, server.origin, user)

  test('images', async () => {
    script = ['GET /images']
    const images = (await moonlightImages(http, server.origin)) ?? []
    expect(images.map(({ id, available, default: byDefault }) => [id, available, byDefault])).toEqual([
      ['desktop', true, true],
      ['gnome', false, false],
      ['gnome_lsprepost', false, false],
    ])
    expect(images.map(({ name, description }) => [name, description])[0]).toEqual([
      'XFCE4 Desktop (Sunshine)',
      'Lightweight XFCE4 desktop with Sunshine streaming',
    ])
  })

  test.each<[string, string, string[]]>([
    ['list: none yet', 'alice', []],
    ['life 1: list when the desktop and Sunshine run', 'alice', ['ml-alice-1795438389 1 running']],
    // Users whose names begin alike see each other's sessions at the portal, not here.
    ['list: alice sees alice-b too', 'alice', ['ml-alice-1795438389 1 running']],
    ['list: alice sees alice-b too', 'alice-b', ['ml-alice-b-1795438406 2 running']],
    ['list: wildcard, everybody', 'bob', ['ml-bob-1795438407 3 pending']],
    ['cancelled by scancel: one more list', 'bob', ['ml-bob-1795438407 3 completed']],
    ['ghost records: list', 'ghost', ['ml-ghost-2 424242 completed']],
    ['in memory: list 1', 'ned', ['ml-ned-1795438558 17 starting']],
  ])('%s, as %s', async (name, user, expected) => {
    script = [name]
    const sessions = await api(user).sessions()
    expect(sessions.map(({ id, jobId, status }) => `${id} ${jobId} ${status}`)).toEqual(expected)
    for (const session of sessions) {
      expect(session.port).toBeGreaterThan(47_000)
      expect(new Date(session.createdAt ?? 0).getUTCFullYear()).toBeGreaterThan(2024)
    }
    expect(server.asked[0]?.headers['x-username']).toBe(user)
  })

  test('create', async () => {
    script = ['life 1: create']
    expect(await api().create('desktop')).toMatchObject({
      id: 'ml-alice-1795438389',
      jobId: '1',
      port: 47_989,
      status: 'starting',
      imageId: 'desktop',
    })
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      path: '/sessions',
      body: '{"image_id":"desktop"}',
    })
    expect(server.asked[0]?.headers['content-type']).toBe('application/json')
  })

  test('parallel creates keep their own sessions, though the portal gives two the same port', async () => {
    script = ['parallel create 0', 'parallel create 1', 'parallel create 2']
    const users = ['par0', 'par1', 'par2']
    const made = []
    for (const user of users) made.push(await api(user).create('desktop'))
    expect(made.map(({ id }) => id.split('-')[1])).toEqual(users)
    expect(new Set(made.map(({ jobId }) => jobId)).size).toBe(3)
  })

  test('a session that is another’s is not taken for ours', async () => {
    script = ['life 1: create']
    expect((await failureOf(api('bob').create('desktop'))).kind).toBe('portal-error')
  })

  test.each([
    ['create: sif missing on this host', 'image-missing'],
    ['create: 90 displays taken', 'no-display-free'],
    ['slurmctld stopped: create', 'submit-failed'],
    ['sbatch not installed: create', 'submit-failed'],
    ['create: unknown image', 'portal-error'],
    ['create: body null', 'portal-error'],
    ['create: body no body, no type', 'portal-error'],
    ['create: body empty body, JSON type', 'portal-error'],
    ['Redis stopped: create', 'portal-error'],
  ])('%s', async (name, kind) => {
    script = [name]
    const failure = await failureOf(api().create('desktop'))
    expect(failure.kind).toBe(kind)
    // The one who has to mend it sees what the service said.
    const said = failure.evidence.find(({ label }) => label === 'answer')?.value ?? ''
    expect(recorded(name).body.replace(/\s+/g, ' ')).toContain(said)
  })

  test.each([
    ['list', 'Redis stopped: list'],
    ['remove', 'scancel not installed: delete'],
  ] as const)('%s: %s', async (call, name) => {
    script = [name]
    const done = call === 'list' ? api().sessions() : api().remove('ml-alice-1')
    expect((await failureOf(done)).kind).toBe('portal-error')
  })

  test.each(['life 1: delete', 'delete: unknown id'])('%s', async (name) => {
    script = [name]
    await api().remove('ml-alice-1795438389')
    expect(server.asked[0]).toMatchObject({ method: 'DELETE', path: '/sessions/ml-alice-1795438389' })
  })

  test.each(['../images', 'ml-alice-1/../x', '-ml', '', 'a'.repeat(101), 'ml-alice-1?x'])(
    'no request is made for the session id %j',
    async (id) => {
      expect((await failureOf(api().remove(id))).kind).toBe('bad-request')
      expect(server.asked).toEqual([])
    },
  )

  test.each(['*', 'alice;id', '-alice', '', 'a b', '../x', 'a'.repeat(65), "a'", 'a\nb', '?ob', '[a]lice'])(
    'the user name %j never reaches the portal',
    (user) => expect(() => api(user)).toThrow('bad-request/user-name-unusable'),
  )
})

describe('dashboard', () => {
  const dashboard = (): Dashboard => new Dashboard(http, `${server.origin}/api`)

  test.each([
    ['healthy, idle: /api/health/status', false, 'healthy'],
    ['slurmctld stopped: /api/health/status', false, 'down'],
    ['mock mode: /api/health/status', true, 'healthy'],
  ])('%s', async (name, invented, slurm) => {
    script = [name]
    const health = await dashboard().health()
    expect(health.invented).toBe(invented)
    expect(health.value.find((service) => service.name === 'slurm')?.status).toBe(slurm)
    expect(health.value.map((service) => service.name).sort()).toContain('storage')
  })

  test.each<[string, boolean, (string | number)[][]]>([
    [
      'healthy, idle: /api/nodes',
      false,
      [
        ['viz-node001', 'idle', 0, 16],
        ['viz-node002', 'idle', 0, 16],
      ],
    ],
    [
      'two jobs run, one waits: /api/nodes',
      false,
      [
        ['viz-node001', 'allocated', 16, 16],
        ['viz-node002', 'allocated', 16, 16],
      ],
    ],
    [
      'viz-node002 drained with a reason: /api/nodes',
      false,
      [
        ['viz-node001', 'idle', 0, 16],
        ['viz-node002', 'drained', 0, 16],
      ],
    ],
    [
      'viz-node002 does not answer (slurmd stopped): /api/nodes',
      false,
      [
        ['viz-node001', 'idle', 0, 16],
        ['viz-node002', 'down*', 0, 16],
      ],
    ],
    // Slurm could not be asked: two nodes that do not exist.
    [
      'slurmctld stopped: /api/nodes',
      true,
      [
        ['node01', 'IDLE', 32, 32],
        ['node02', 'ALLOCATED', 32, 32],
      ],
    ],
  ])('%s', async (name, invented, expected) => {
    script = [name]
    const { value, invented: seen } = await dashboard().nodes()
    expect(seen).toBe(invented)
    expect(value.map((node) => [node.name, node.state, node.cpusAllocated, node.cpusTotal])).toEqual(expected)
  })

  test('jobs', async () => {
    script = ['two jobs run, one waits: /api/slurm/jobs']
    const { value, invented } = await dashboard().jobs()
    expect(invented).toBe(false)
    expect(value.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
      'moonlight-alice RUNNING',
      'moonlight-bob RUNNING',
      'moonlight-carl PENDING',
    ])
    script = ['slurmctld stopped: /api/slurm/jobs']
    expect((await failureOf(dashboard().jobs())).kind).toBe('portal-error')
  })

  test.each([
    [
      { mode: 'production', error_message: 'no Slurm', nodes: [{ name: 'fallback-node', state: 'idle' }] },
      true,
    ],
    [{ nodes: [{ name: 'n', state: 'idle' }] }, true],
    [{ mode: 'production', nodes: [{ name: 'n', state: 'idle', cpus: 'N/A', memory: 'much' }] }, false],
  ])('nodes without figures: %j', async (body, invented) => {
    const odd = await startStandIn((_asked, response) => void response.end(JSON.stringify(body)))
    const answer = await new Dashboard(http, odd.origin).nodes()
    await odd[Symbol.asyncDispose]()
    expect(answer).toMatchObject({
      invented,
      value: [{ cpusAllocated: null, cpusTotal: null, memoryMb: null }],
    })
  })
})
