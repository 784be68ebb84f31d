/** The site check: gathers everything side by side, judges it, and reports. It changes nothing at the site. */
import { readFile } from 'node:fs/promises'
import type { Observations, Seen } from './observations.ts'
import { countResults, exitCodeOf, judge } from './rules/report.ts'
import type { Platform } from '../ports/platform.ts'
import type { PortalProfile } from '../shared/model/site-profile.ts'
import type { SiteCheckProfile } from '../shared/model/site-check-profile.ts'
import type { Place, SiteCheckProgress, SiteCheckReport } from '../shared/model/site-check.ts'
import { asText } from '../shared/texts/index.ts'
import type { Interaction } from '../services/auth/index.ts'
import type { LoadedProfile } from '../services/sites/index.ts'
import type { ClusterAccess, LoginQuestions } from '../services/cluster/index.ts'
import { lookAtCertificate } from './gather/certificate.ts'
import { CheckLogin, noQuestions } from './gather/cluster.ts'
import { lookAtLoginHost } from './gather/folders.ts'
import { Gathering, NotSeen, seenBy } from './gather/gather.ts'
import { isLoginHost } from './gather/machines.ts'
import type { NodePaths } from './gather/node.ts'
import { lookAtNodes } from './gather/nodes.ts'
import { openPortalLook, type PortalLook } from './gather/portal-look.ts'
import * as services from './gather/portal-services.ts'
import { lookAtRedisData, lookAtRedisFromLogin, type SiteRedis } from './gather/redis-data.ts'
import { timeAnswers, timedAddresses } from './gather/response-times.ts'
import { chooseNodes, lookAtSlurm } from './gather/slurm.ts'
import { lookAtPorts, lookAtRedis, roundTrip } from './gather/sockets.ts'

export interface SiteCheckOptions {
  loaded: LoadedProfile
  platform: Pick<Platform, 'processes' | 'clock' | 'dataFolder' | 'systemProxy'>
  /** Of this client, for the report. */
  version: string
  /** A signed-in user's token, to see whether the dashboard takes it. */
  token?: string | null
  questions?: LoginQuestions
  /** Answers questions about a portal's certificate that no authority vouches for; without it such a portal is looked at as a stranger. */
  interaction?: Interaction | null
  /** An existing login at the site; without it the check logs in by itself. */
  standing?: ClusterAccess | null
  onProgress?(progress: SiteCheckProgress): void
  /** Puts everything away at once; what was not seen by then is not testable. */
  signal?: AbortSignal
}

/** Logins have deadlines of their own, which pause while the user thinks. */
const thinkingSeconds = 300
/** Each node has deadlines of its own. */
const nodesSeconds = 480
const noPortal = asText('site-check-reasons.noPortal')
const seconds = (count: number): number => count * 1000
/** Image file of the portal's image with this id. */
const imageFile = (id: string): string => `sunshine_${id}.sif`

/** Runs the whole check. Rejects never because of the site: what cannot be looked at is a finding of the report. */
export async function checkSite(options: SiteCheckOptions): Promise<SiteCheckReport> {
  const { loaded, platform, version } = options
  const { profile } = loaded
  const startedAt = platform.clock.now()
  const portal = await openPortal(options)
  const login = new CheckLogin({
    loaded,
    platform,
    questions: options.questions ?? noQuestions,
    standing: options.standing ?? null,
  })
  const putAway = async (): Promise<void> => {
    await Promise.all([portal.ok ? portal.value.http.close() : null, login.close()])
  }
  const abort = (): void => void putAway().catch(() => undefined)
  options.signal?.addEventListener('abort', abort, { once: true })
  try {
    const gathering = new Gathering((progress) => options.onProgress?.({ siteId: profile.id, ...progress }))
    const observations = await observe(options, gathering, portal, login)
    const findings = judge(observations)
    const counts = countResults(findings)
    return {
      version: 1,
      site: { id: profile.id, name: profile.name, portalOrigin: profile.portal?.origin ?? null },
      client: { version },
      startedAt,
      durationMs: platform.clock.now() - startedAt,
      counts,
      exitCode: exitCodeOf(counts),
      findings,
    }
  } finally {
    options.signal?.removeEventListener('abort', abort)
    await putAway()
  }
}

async function openPortal(options: SiteCheckOptions): Promise<Seen<PortalLook>> {
  const { portal } = options.loaded.profile
  if (!portal) return { ok: false, reason: noPortal }
  return seenBy(openPortalLook({ interaction: null, ...options, portal }))
}

async function observe(
  { loaded, platform, token = null }: SiteCheckOptions,
  gathering: Gathering,
  way: Seen<PortalLook>,
  login: CheckLogin,
): Promise<Observations> {
  const { profile } = loaded
  const { portal, check, slurm: slurmProfile } = profile
  const siteRedis: SiteRedis = {
    redis: profile.redis ?? { address: '127.0.0.1', port: 6379 },
    ca: loaded.redisCaFile === null ? null : await readFile(loaded.redisCaFile, 'utf8').catch(() => null),
  }

  const reached = gathering.after(Promise.resolve(way), 'portal-way', seconds(25), async (found) => ({
    ...found,
    roundTripMs: await roundTrip(found),
  }))
  const hostSeen = hostOf(portal)
  const host = Promise.resolve(hostSeen)
  const look = <T>(what: Place, limit: number, work: (look: PortalLook) => Promise<T>): Promise<Seen<T>> =>
    gathering.after(reached, what, seconds(limit), work)
  const loggedIn = gathering.look('ssh-login', seconds(thinkingSeconds), () => login.login())
  const onLogin = <T>(what: Place, limit: number, work: () => Promise<T>): Promise<Seen<T>> =>
    gathering.after(loggedIn, what, seconds(limit), work)

  const slurm = onLogin('slurm', 45, () => lookAtSlurm(login, slurmProfile))
  const moonlight = look('moonlight', 45, services.lookAtMoonlight)
  const nodes = onLogin('nodes', nodesSeconds, async () => {
    const [known, service] = await Promise.all([slurm, moonlight])
    const names = chooseNodes(
      known.ok ? (known.value.nodes ?? []) : [],
      Object.keys(profile.ssh.nodes.byName),
    )
    if (names.length === 0) throw new NotSeen(asText('site-check-reasons.noNode'))
    const image = portal?.imageId ?? (service.ok ? service.value.image?.id : undefined) ?? 'desktop'
    const loginMs = seconds(thinkingSeconds)
    return lookAtNodes(login, { names, paths: pathsOfNode(check), image: imageFile(image), loginMs })
  })

  const redisFromLogin = onLogin('redis-login', 45, () => lookAtRedisFromLogin(login, siteRedis))

  const [gathered, loginSeen] = await Promise.all([
    all({
      authPortal: look('auth-portal', 40, services.lookAtAuthPortal),
      dashboard: look('dashboard', 45, services.lookAtDashboard),
      cae: look('cae', 40, services.lookAtCae),
      caeAutomation: look('cae-automation', 40, services.lookAtCaeAutomation),
      moonlight,
      webSocket: look('websocket', 40, services.lookAtWebSocket),
      pages: look('pages', 40, services.lookAtPages),
      openProxy: look('routes', 40, services.lookAtOpenProxy),
      ports: gathering.after(host, 'ports', seconds(10), (name) => lookAtPorts(name, check.ports)),
      slurm,
      loginHost: onLogin('login-host', 25, () => lookAtLoginHost(login, check.paths)),
      nodes,
      redisHere: gathering.after(host, 'redis-here', seconds(10), (name) =>
        lookAtRedis(name, check.ports.redis),
      ),
      redisLogin: redisFromLogin,
      redisData: gathering.after(redisFromLogin, 'redis-records', seconds(40), (sight) =>
        lookAtRedisData(login, siteRedis, sight, loaded.redisPasswordFile, check.paths.redisConfiguration),
      ),
    }),
    loggedIn,
  ])
  const { redisHere, redisLogin, redisData, ...rest } = gathered
  // Last, when nothing else of ours keeps this computer or the portal busy.
  const times = await look('times', 40, async (found) => timeAnswers(found.http, timedAddresses(found, rest)))
  const portalSeen = await reached
  const ownAddresses = rest.loginHost.ok ? rest.loginHost.value.addresses : []
  return {
    ...rest,
    times,
    portal: portalSeen.ok ? { ok: true, value: portalSeen.value.roundTripMs } : portalSeen,
    now: platform.clock.now(),
    profile: {
      origin: portal?.origin ?? null,
      partition: slurmProfile.partition,
      singleSignOn: check.singleSignOn ?? null,
      redisNamed: profile.redis !== undefined,
      loginIsController:
        hostSeen.ok && (await isLoginHost(hostSeen.value, profile.ssh.loginHost.address, ownAddresses)),
      ports: check.ports,
      vncTunnelPorts: check.vncTunnelPorts,
    },
    certificate:
      portal && new URL(portal.origin).protocol === 'http:'
        ? null
        : await gathering.after(Promise.resolve(way), 'certificate', seconds(20), lookAtCertificate),
    token: token === null ? null : await look('token', 40, (found) => services.lookAtToken(found, token)),
    redis: { fromHere: redisHere, fromLogin: redisLogin, data: redisData },
    login: loginSeen,
  }
}

const pathsOfNode = ({ paths, nodePaths }: SiteCheckProfile): NodePaths => ({
  home: nodePaths.home ?? paths.home,
  scratch: nodePaths.scratch ?? paths.scratch,
  images: nodePaths.images ?? paths.images,
  jobLogs: nodePaths.jobLogs ?? paths.jobLogs,
  sessions: nodePaths.sessions ?? paths.sessions,
  xConfiguration: nodePaths.xConfiguration,
  inputDevice: nodePaths.inputDevice,
})

/** The machine that the portal runs on, as far as its address shows. */
const hostOf = (portal: PortalProfile | undefined): Seen<string> =>
  portal
    ? { ok: true, value: new URL(portal.origin).hostname.replace(/^\[(.*)\]$/, '$1') }
    : { ok: false, reason: noPortal }

/** `Promise.all` over an object. */
async function all<T extends Record<string, Promise<unknown>>>(
  entries: T,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const values = await Promise.all(
    Object.entries(entries).map(async ([name, value]) => [name, await value] as const),
  )
  return Object.fromEntries(values) as { [K in keyof T]: Awaited<T[K]> }
}
