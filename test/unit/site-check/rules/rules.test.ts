import { expect, test } from 'vitest'
import type { FindingId } from '../../../../src-main/shared/model/site-check.ts'
import type { NodeSight, Observations, Seen } from '../../../../src-main/site-check/observations.ts'
import { judge } from '../../../../src-main/site-check/rules/report.ts'
import { isVulnerable } from '../../../../src-main/site-check/rules/cluster.ts'
import { isProblem } from '../../../../src-main/shared/model/site-check-words.ts'
import { healthyObservations, ok, unseen } from './healthy-observations.ts'

/** Problems that `change` causes in what is seen at a healthy site. */
function problemsOf(change: (o: Observations) => void): string[] {
  const observations = healthyObservations()
  change(observations)
  return judge(observations)
    .filter(isProblem)
    .map(({ id, result }) => `${id} ${result}`)
    .sort()
}

/** Changes the value of something that was seen. */
function seen<T>(sight: Seen<T>, change: Partial<T>): void {
  if (!sight.ok) throw new Error('not seen')
  Object.assign(sight.value as object, change)
}
/** One of the two nodes. */
function node(o: Observations, index = 0): NodeSight {
  const sight = o.nodes.ok ? o.nodes.value.looked[index]?.sight : null
  if (!sight?.ok) throw new Error('not seen')
  return sight.value
}
/** A node lets no user in. */
function refuse(o: Observations, index: number): void {
  const looked = o.nodes.ok ? o.nodes.value.looked[index] : undefined
  if (looked) Object.assign(looked, { way: unseen('refused'), sight: unseen('refused') })
}
const slurmNodes = (o: Observations): { state: string; responding: boolean; reason: string }[] =>
  o.slurm.ok ? o.slurm.value.nodes! : []
const dayMs = 86_400_000

test('a healthy site has no problem, and everything that can be seen passes', () => {
  const findings = judge(healthyObservations())
  expect(findings.filter(isProblem)).toEqual([])
  expect(findings.filter(({ result }) => result === 'not-testable').map(({ id }) => id)).toEqual([
    'sign-in.login',
    // Single sign-on is off there.
    'sign-in.token-refused',
    'sign-in.user-header',
    'sign-in.published-secret',
    'sign-in.logout',
    'sign-in.unprotected-calls',
    'host.ports',
    'host.web-user',
    'host.vnc-password',
    'redis.backup',
  ] satisfies FindingId[])
})

test.each<[string, (o: Observations) => void, string[]]>([
  ['nginx is away', (o) => (o.portal = unseen('refused')), ['services.portal fail']],
  ['a service is down', (o) => seen(o.cae, { state: 'down' }), ['services.cae fail']],
  ['a lesser service is down', (o) => seen(o.webSocket, { state: 'down' }), ['services.websocket warning']],
  ['a service gives nonsense', (o) => seen(o.authPortal, { state: 'odd' }), ['services.auth-portal fail']],
  ['a route is missing', (o) => seen(o.moonlight, { state: 'not-routed' }), ['routes.moonlight fail']],
  ['a lesser route is missing', (o) => seen(o.cae, { state: 'not-routed' }), ['routes.cae warning']],
  [
    'no route to the sign-in service',
    (o) => seen(o.authPortal, { state: 'not-routed' }),
    ['routes.auth-portal fail'],
  ],
  [
    'no route to the event service',
    (o) => seen(o.webSocket, { state: 'not-routed' }),
    ['routes.websocket warning'],
  ],
  [
    'no route to the CAE automation service',
    (o) => seen(o.caeAutomation, { state: 'not-routed' }),
    ['routes.cae-automation warning'],
  ],
  [
    'a gateway’s error for every path: the service’s port is not open',
    (o) => seen(o.webSocket, { state: 'unclear' }),
    ['services.websocket warning'],
  ],
  [
    'a gateway’s error for every path: the service’s port is open',
    (o) => {
      seen(o.webSocket, { state: 'unclear' })
      seen(o.loginHost, { listening: [{ port: 5011, open: false }] })
    },
    ['routes.websocket warning'],
  ],
  [
    'a gateway’s error for every path, and the controller’s ports cannot be seen',
    (o) => {
      seen(o.webSocket, { state: 'unclear' })
      seen(o.loginHost, { listening: null })
    },
    ['services.websocket warning'],
  ],
  [
    'a gateway’s error for every path, and the login host is another machine',
    (o) => {
      o.profile.loginIsController = false
      seen(o.webSocket, { state: 'unclear' })
      seen(o.loginHost, { listening: [{ port: 5011, open: false }] })
    },
    ['services.websocket warning'],
  ],
  ['the dashboard’s debugger', (o) => seen(o.dashboard, { debugger: true }), ['exposure.debugger warning']],
  [
    'both debuggers',
    (o) => {
      seen(o.cae, { debugger: true })
      seen(o.dashboard, { debugger: true })
    },
    ['exposure.debugger fail'],
  ],
  [
    'an open tunnel to a VNC desktop',
    (o) => seen(o.loginHost, { listening: [{ port: 6901, open: true }] }),
    ['exposure.vnc-tunnel fail'],
  ],
  [
    'a tunnel to a VNC desktop for the controller alone',
    (o) => seen(o.loginHost, { listening: [{ port: 6901, open: false }] }),
    [],
  ],
  [
    'an open tunnel on another machine than the controller',
    (o) => {
      o.profile.loginIsController = false
      seen(o.loginHost, { listening: [{ port: 6901, open: true }] })
    },
    [],
  ],
  ['just within the limit', (o) => seen(o.times, { dashboard: 50 }), []],
  ['just too slow', (o) => seen(o.times, { dashboard: 50.5 }), ['response-time.dashboard warning']],
  ['a page is missing', (o) => (o.pages = ok([{ page: '/app', there: false }])), ['routes.pages warning']],
  ['open proxy', (o) => seen(o.openProxy, { routed: true }), ['routes.open-proxy fail']],
  ['terminal', (o) => seen(o.dashboard, { terminal: true }), ['routes.terminal warning']],
  ['debugger', (o) => seen(o.cae, { debugger: true }), ['exposure.debugger fail']],
  ['plain HTTP', (o) => (o.certificate = null), ['tls.plain fail']],
  [
    'unknown authority',
    (o) => seen(o.certificate!, { trustProblem: 'UNABLE_TO_GET_ISSUER_CERT' }),
    ['tls.chain fail'],
  ],
  [
    'B39: an incomplete chain',
    (o) => seen(o.certificate!, { trustProblem: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    ['tls.chain fail'],
  ],
  [
    'self-signed as installed',
    (o) =>
      seen(o.certificate!, {
        selfSigned: true,
        trustProblem: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        hasAlternativeNames: false,
      }),
    ['tls.names warning', 'tls.self-signed warning'],
  ],
  ['another name', (o) => seen(o.certificate!, { nameProblem: 'not in the list' }), ['tls.names fail']],
  [
    'another name, as common name only',
    (o) => seen(o.certificate!, { hasAlternativeNames: false, isCommonName: false, nameProblem: 'no' }),
    ['tls.names fail'],
  ],
  ['14 days left', (o) => seen(o.certificate!, { validTo: o.now + 14 * dayMs }), []],
  ['13 days left', (o) => seen(o.certificate!, { validTo: o.now + 14 * dayMs - 1 }), ['tls.expiry warning']],
  [
    'expired',
    (o) => seen(o.certificate!, { validTo: o.now, trustProblem: 'CERT_HAS_EXPIRED' }),
    ['tls.expiry fail'],
  ],
  ['not valid yet', (o) => seen(o.certificate!, { validFrom: o.now + 1 }), ['tls.expiry fail']],
  [
    'unknown type of sign-in',
    (o) => seen(o.authPortal, { info: { ssoEnabled: false, ssoType: 'kerberos' } }),
    ['sign-in.type fail'],
  ],
  ['only 5010 wants tokens', (o) => seen(o.dashboard, { ssoEnabled: true }), ['sign-in.contradiction fail']],
  [
    'no word on whether single sign-on is meant',
    (o) => (o.profile.singleSignOn = null),
    ['sign-in.test-login warning'],
  ],
  [
    'single sign-on is on, whatever was meant',
    (o) => {
      seen(o.authPortal, { info: { ssoEnabled: true, ssoType: 'saml' } })
      seen(o.dashboard, { ssoEnabled: true })
    },
    [],
  ],
  ['single sign-on was meant', (o) => (o.profile.singleSignOn = true), ['sign-in.test-login warning']],
  ['token refused', (o) => seen(o.token!, { accepted: false }), ['sign-in.token-refused fail']],
  ['login refused', (o) => (o.login = unseen('refused')), ['ssh.login fail']],
  ['one node refuses', (o) => refuse(o, 1), ['ssh.node warning']],
  [
    'all nodes refuse',
    (o) => {
      refuse(o, 0)
      refuse(o, 1)
    },
    ['ssh.node warning'],
  ],
  [
    'slurmctld is away',
    (o) => (o.slurm = ok({ controller: { up: false, seen: 'DOWN' }, partition: null, nodes: null })),
    ['slurm.controller fail'],
  ],
  [
    'no partition',
    (o) => seen(o.slurm, { partition: { state: 'missing', seen: '' }, nodes: [] }),
    ['slurm.partition fail'],
  ],
  ['one node is down', (o) => (slurmNodes(o)[0]!.state = 'down'), ['slurm.nodes warning']],
  ['all are down', (o) => slurmNodes(o).forEach((one) => (one.state = 'down')), ['slurm.nodes fail']],
  [
    'one does not respond',
    (o) => Object.assign(slurmNodes(o)[0]!, { state: 'down', responding: false }),
    ['slurm.nodes-not-responding warning'],
  ],
  ['one is drained', (o) => (slurmNodes(o)[0]!.state = 'drained'), ['slurm.nodes-drained warning']],
  [
    'all are drained',
    (o) => slurmNodes(o).forEach((one) => (one.state = 'draining')),
    ['slurm.nodes-drained warning'],
  ],
  ['no driver', (o) => (node(o).gpu.driverWorks = false), ['gpu.driver fail']],
  ['no NVENC', (o) => (node(o).gpu.encoder = false), ['gpu.encoder warning']],
  ['AMD', (o) => (node(o).gpu.kind = 'other'), ['gpu.encoder warning']],
  ['no scratch', (o) => (node(o).scratch.there = false), ['storage.scratch fail']],
  ['no home', (o) => (node(o).home.there = false), ['storage.home fail']],
  [
    'local home with the same inode, on a disk of each',
    (o) => {
      node(o).home.fileSystem = { machine: 'node', bytes: 1e12, id: '1' }
      if (o.loginHost.ok) o.loginHost.value.home.fileSystem = { machine: 'login', bytes: 1e12, id: '1' }
    },
    ['storage.shared warning'],
  ],
  [
    'the login host serves home from its disk',
    (o) => {
      if (o.loginHost.ok) o.loginHost.value.home.fileSystem = { machine: 'login', bytes: 1.001e12, id: '1' }
    },
    [],
  ],
  ['home hangs', (o) => Object.assign(node(o).home, { there: false, silent: true }), ['storage.home fail']],
  ['local home', (o) => (node(o).home.inode = '7'), ['storage.shared warning']],
  [
    'image only on the node',
    (o) => seen(o.moonlight, { image: { id: 'desktop', available: false } }),
    ['images.controller fail'],
  ],
  ['image not on the other node', (o) => (node(o, 1).image.bytes = null), ['images.node fail']],
  ['no Xorg', (o) => (node(o, 1).missingPrograms = ['Xorg']), ['job.programs fail']],
  ['no configuration of Xorg', (o) => (node(o).xConfiguration.there = false), ['job.x-configuration fail']],
  ['no uinput', (o) => (node(o).inputDevice.there = false), ['job.input-device warning']],
  ['room for no image', (o) => (node(o).scratch.freeBytes = 14e9), ['storage.free-space warning']],
  ['room for an image', (o) => (node(o).temporary.freeBytes = 15e9), []],
  ['a full disk', (o) => (node(o).temporary.freeBytes = 9e7), ['storage.free-space fail']],
  ['free space is not known', (o) => (node(o).scratch.freeBytes = null), []],
  ['image not on the node', (o) => (node(o).image.bytes = null), ['images.node fail']],
  ['an old image on the node', (o) => (node(o).image.bytes = 4_000_000_000), ['images.same warning']],
  ['no image on the login host', (o) => seen(o.loginHost, { images: new Map() }), []],
  [
    'no image on the login host, an old one on one node',
    (o) => {
      seen(o.loginHost, { images: new Map() })
      node(o, 1).image.bytes = 4_000_000_000
    },
    ['images.same warning'],
  ],
  ['no folder of logs', (o) => (node(o).jobLogs.there = false), ['job.log-folder fail']],
  ['read-only sessions', (o) => (node(o).sessions.writable = false), ['job.working-folder warning']],
  ['no session yet', (o) => (node(o).sessions.there = false), []],
  ['exit 7', (o) => (node(o).host.badCommandLine = 'Unknown command: config'), ['host.command-line fail']],
  ['old Sunshine', (o) => (node(o).host.version = '0.23.1'), ['host.version warning']],
  [
    'open Redis',
    (o) => {
      seen(o.redis.fromLogin, { state: 'open' })
      if (o.ports.ok) o.ports.value.redis = { state: 'open', address: 'portal.example:6379' }
    },
    ['exposure.redis fail', 'redis.password fail'],
  ],
  ['Redis is down', (o) => seen(o.redis.fromLogin, { state: 'refused' }), ['services.redis fail']],
  [
    'the desktop service says that Redis is down',
    (o) => {
      o.redis.fromLogin = unseen('no login')
      seen(o.moonlight, { redisFailure: 'Connection refused' })
    },
    ['services.redis fail'],
  ],
  [
    'numbers in session records',
    (o) => seen(o.moonlight, { sessions: { count: 1, inMemory: 1, seen: '' } }),
    ['redis.in-memory-fallback fail'],
  ],
  [
    'ghosts',
    (o) => seen(o.redis.data, { sessions: ok({ count: 2, withoutEnd: ['a'], ghosts: ['b'] }) }),
    ['redis.sessions warning'],
  ],
  [
    'Redis shows a certificate for another name',
    (o) => {
      const tls = ok({ problem: 'wrong name', seen: '' })
      seen(o.redis.fromLogin, { state: 'unverified', tls })
      o.redis.data = unseen('see redis.tls')
    },
    ['redis.tls fail'],
  ],
  [
    'a portal shows another certificate than the confirmed one, from an authority that is known',
    (o) => seen(o.certificate!, { pin: 'differs' }),
    ['tls.chain fail'],
  ],
  [
    'Redis is a cluster',
    (o) => seen(o.redis.data, { cluster: ok({ enabled: true, seen: 'cluster_enabled:1' }) }),
    ['redis.cluster-mode fail'],
  ],
  ['nothing is saved', (o) => seen(o.redis.data, { persistent: false }), ['redis.persistence warning']],
  [
    'mock mode',
    (o) => seen(o.dashboard, { mode: 'mock', nodesMode: 'mock' }),
    ['upkeep.invented-data warning'],
  ],
  ['made-up nodes', (o) => seen(o.dashboard, { nodesMode: 'mock' }), ['upkeep.invented-data warning']],
  [
    'made-up nodes because Slurm is away',
    (o) => {
      seen(o.slurm, { controller: { up: false, seen: '' }, partition: null, nodes: null })
      seen(o.dashboard, { nodesMode: 'mock' })
    },
    ['slurm.controller fail'],
  ],
  [
    'Prometheus is down',
    (o) => seen(o.dashboard, { prometheus: { healthy: false, seen: '503' } }),
    ['upkeep.prometheus warning'],
  ],
  [
    'no rotation',
    (o) => seen(o.loginHost, { logRotation: { state: 'missing', seen: '' } }),
    ['upkeep.log-rotation warning'],
  ],
  [
    'no rotation where the portal does not run',
    (o) => {
      o.profile.loginIsController = false
      seen(o.loginHost, { logRotation: { state: 'missing', seen: '' } })
    },
    [],
  ],
  ['old folders', (o) => (node(o).oldSessions = 10), ['upkeep.session-folders warning']],
])('%s', (_name, change, expected) => {
  expect(problemsOf(change)).toEqual(expected)
})

test.each([
  ['redis', 'exposure.redis fail'],
  ['cae', 'exposure.cae fail'],
  ['moonlight', 'exposure.moonlight fail'],
  ['dashboard', 'exposure.dashboard warning'],
  ['authPortal', 'exposure.auth-portal warning'],
  ['caeAutomation', 'exposure.cae-automation warning'],
  ['webSocket', 'exposure.websocket warning'],
] as const)('port of %s open to users', (service, expected) => {
  expect(
    problemsOf((o) => {
      if (o.ports.ok) o.ports.value[service] = { state: 'open', address: '' }
    }),
  ).toEqual([expected])
})

test('what could not be looked at is not testable, with the reason', () => {
  const observations = healthyObservations()
  observations.login = unseen('Permission denied')
  for (const part of ['slurm', 'loginHost', 'nodes'] as const) observations[part] = unseen('no login')
  observations.redis.fromLogin = unseen('no login')
  observations.redis.data = unseen('no login')
  const findings = judge(observations)
  expect(findings.filter(isProblem).map(({ id }) => id)).toEqual(['ssh.login'])
  const untested = findings.filter(({ reason }) => reason === 'no login').map(({ section }) => section)
  expect(new Set(untested)).toEqual(
    new Set([
      'exposure',
      'ssh',
      'slurm',
      'gpu',
      'storage',
      'images',
      'job',
      'host',
      'redis',
      'upkeep',
      'services',
    ]),
  )
})

test.each([
  ['0.23.1', true],
  ['v0.23.1', true],
  ['2025.924.154138', true],
  ['2026.516.143832', true],
  ['2026.516.143833', false],
  ['2026.817.1', false],
  ['2027.1.0', false],
  ['2026', true],
])('Sunshine %s is vulnerable: %s', (version, expected) => {
  expect(isVulnerable(version)).toBe(expected)
})

test.each([null, { machine: null, bytes: 2e12, id: '0' }])(
  'the same inode alone does not make a shared file system: %j',
  (fileSystem) => {
    const observations = healthyObservations()
    for (const index of [0, 1]) node(observations, index).home.fileSystem = fileSystem
    const finding = judge(observations).find(({ id }) => id === 'storage.shared')
    expect(finding?.result).toBe('not-testable')
    expect(finding?.reason).toMatchObject({ key: 'site-check-reasons.maybeShared' })
  },
)
