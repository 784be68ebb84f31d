/** The demo site: a whole small cluster on loopback as one object. See types.ts for what it gives. */
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { startCleaner } from './cleaner.ts'
import { faults } from './faults.ts'
import type { FaultName } from './faults.ts'
import { makeFolders } from './files/folders.ts'
import type { SharedFolders } from './files/folders.ts'
import { makeNodePrograms, ownProgramsOf } from './files/node-programs.ts'
import { formHasTls } from './nginx/configuration.ts'
import { startNginx } from './nginx/index.ts'
import { startPortal } from './portal/index.ts'
import type { SignIn } from './portal/sign-in.ts'
import { demoJobTemplate } from './batch-job.ts'
import { batchProfile, nodesByName, siteProfile } from './profile.ts'
import type { VncSession } from './portal/vnc.ts'
import type { HeldFaults } from './portal/sign-in.ts'
import { createVncTunnel } from './vnc-tunnel.ts'
import { startRedis } from './redis/index.ts'
import { startSlurm } from './slurm/index.ts'
import { makeKeyPair, startSshServer } from './ssh/index.ts'
import { strangeLogin } from './ssh/login-shells.ts'
import { accounts, asOperator } from './stranger/accounts.ts'
import { loginAddress, startStrangeCluster } from './stranger/cluster.ts'
import { doorAddresses } from './stranger/doors.ts'
import { inside, outside } from './support/addresses.ts'
import { freePorts } from './support/ports.ts'
import { siteMark } from './support/processes.ts'
import { armFault, switchFault } from './switch-faults.ts'
import type { FaultTargets } from './switch-faults.ts'
import type { Site, SiteOptions, SiteReady } from './types.ts'
import type { VncDesktopConfiguration } from './vnc-desktop.ts'

const portalUser = 'alice'
const hostProgram = join(import.meta.dirname, 'host', 'main.ts')
const vncProgram = join(import.meta.dirname, 'vnc-desktop.ts')

/** What the site's processes see: nothing of the caller's but how to find programs and the user's home. */
function siteEnvironment(directory: string, user: string): NodeJS.ProcessEnv {
  const compiled = process.env.NODE_COMPILE_CACHE
  return {
    PATH: `${process.env.PATH ?? ''}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    HOME: process.env.HOME ?? directory,
    USER: user,
    LOGNAME: user,
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    TMPDIR: tmpdir(),
    [siteMark]: directory,
    // Hosts in jobs start in half the time.
    ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }),
  }
}

/** Runs all to their ends, then throws the first failure: a part that started later must still be known when cleaning up. */
async function all<const T extends readonly Promise<unknown>[]>(
  parts: T,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(parts)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    [K in keyof T]: Awaited<T[K]>
  }
}

/** Starts a site and waits until it can be used (about two seconds). On failure nothing of it remains. */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const directory = options.stranger?.directory ?? (await mkdtemp(join(tmpdir(), 'vizlink-site-')))
  const cleaner = startCleaner(directory)
  const parts: (() => Promise<void>)[] = []
  /** Notes how a part is ended as soon as it runs. */
  const keep = async <T extends { dispose(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting
    parts.push(() => part.dispose())
    return part
  }
  let disposing: Promise<void> | null = null
  const dispose = (): Promise<void> => {
    disposing ??= (async () => {
      // The later ones use the earlier ones. A part that fails to end must not keep the others.
      for (const end of parts.splice(0).reverse()) await end().catch(() => undefined)
      await cleaner.clean()
    })()
    return disposing
  }
  try {
    const { ready, targets, installed } = await startParts(options, directory, keep)
    for (const name of options.faults ?? []) {
      if (faults[name].lasting) await switchFault(targets, name, true)
      else {
        const callOff = armFault(targets, name)
        parts.push(async () => callOff())
      }
    }
    return {
      ready,
      directory,
      setFault: (name, on) => switchFault(targets, name, on),
      setSignIn(kind) {
        installed.signIn = kind
      },
      activeJobs: () => targets.slurm.activeJobs(),
      dispose,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

type Keep = <T extends { dispose(): Promise<void> }>(starting: Promise<T>) => Promise<T>

async function startParts(
  options: SiteOptions,
  directory: string,
  keep: Keep,
): Promise<{ ready: SiteReady; targets: FaultTargets; installed: { signIn: SignIn } }> {
  const daemonUser = userInfo().username
  const { doors } = options.stranger ?? {}
  const sshUser = doors ? accounts.user.name : daemonUser
  const environment = siteEnvironment(directory, daemonUser)
  const identityFile = join(directory, 'id_ed25519')
  const images = options.images ?? ['desktop']
  const [files, authorizedKey, ports] = await all([
    makeFolders(directory, images),
    makeKeyPair(identityFile),
    doors ? Promise.resolve([doors.portal.port, doors.redirect.port]) : freePorts(2),
  ])
  const { folders } = files
  const home = join(folders.sharedHome, sshUser)
  const slurmConfiguration = join(directory, 'slurm', 'slurm.conf')
  const held = new Set<FaultName>()
  const installed: { signIn: SignIn } = { signIn: options.signIn ?? 'mock' }
  const nodeCount = options.nodes ?? 2
  await all([makeNodePrograms(folders, nodeCount), mkdir(home, { recursive: true, mode: 0o700 })])
  const cluster = doors
    ? await keep(startStrangeCluster(directory, folders, nodeCount, slurmConfiguration))
    : null
  const form = options.nginx ?? 'NG-B'
  const nodePath = `${folders.nodePrograms}:${environment.PATH!}`
  const ssh = (name: string, path: string) =>
    keep(
      startSshServer({
        directory: join(directory, 'ssh', name),
        authorizedKey,
        environment,
        loginEnvironment: {
          PATH: path,
          SLURM_CONF: slurmConfiguration,
          // Of the site, not the caller's: sites side by side must not meet in one folder.
          HOME: home,
          // Also what runs in jobs carries the mark that it gets from its login.
          [siteMark]: directory,
        },
        settings: options.login
          ? strangeLogin(options.login, { directory: join(directory, 'ssh', name), home })
          : [],
        ...(name === 'login' ? options.loginHost : {}),
        ...cluster?.server(name, { PATH: path, [siteMark]: directory }),
      }),
    )
  const [redis, slurm, login, nodeServers] = await all([
    keep(
      startRedis({
        directory: join(directory, 'redis'),
        configurationFile: folders.redisConfiguration,
        environment,
        reader: options.redisAccess
          ? {
              tls: options.redisAccess.tls ?? false,
              notifications: options.redisAccess.notifications ?? true,
            }
          : null,
      }),
    ),
    keep(
      startSlurm({
        directory: join(directory, 'slurm'),
        nodes: nodeCount,
        gpusPerNode: 1,
        user: daemonUser,
        environment,
        nodePath,
        ...(cluster ? { machines: cluster.forSlurm } : {}),
      }),
    ),
    ssh('login', `${folders.loginPrograms}:${environment.PATH!}`),
    all(
      Array.from({ length: nodeCount }, (_, index) =>
        ssh(`node${index + 1}`, `${ownProgramsOf(folders, index)}:${nodePath}`),
      ),
    ),
  ])
  // Its package is loaded only where it is wanted: it is not small.
  const oidc = options.standardsOidc
    ? await keep(import('./portal/standards-oidc.ts').then(({ startStandardsOidc }) => startStandardsOidc()))
    : null
  let origin = `${formHasTls(form) ? 'https' : 'http'}://${outside}:${ports[0]}`
  const portal = await keep(
    startPortal({
      redis: redis.client,
      slurm: cluster?.asPortal(slurm) ?? slurm,
      folders,
      held,
      oidc,
      signIn: () => installed.signIn,
      imagesListed: options.imagesListed ?? true,
      portalOrigin: () => origin,
      async hostCommand(session) {
        const command = await writeHostConfiguration(options, session, held)
        return cluster?.handOver(session.directory, command) ?? command
      },
      vncCommand: (session) => vncCommand(options, session, folders, held),
    }),
  )
  const nginx = await keep(
    startNginx({
      directory: join(directory, 'nginx'),
      environment,
      form,
      ports: [ports[0]!, ports[1]!],
      upstreams: portal.addresses,
      timeoutSeconds: options.gatewayTimeoutSeconds ?? null,
    }),
  )
  const vncTunnel = await keep(createVncTunnel())
  const nodes = new Map(slurm.nodeNames.map((name, index) => [name, nodeServers[index]!]))
  doors?.portal.leadTo(outside, ports[0]!)
  doors?.redirect.leadTo(outside, ports[1]!)
  doors?.login.leadTo(loginAddress, login.port)
  const loginDoor = {
    ...(doors
      ? { address: doorAddresses.login, port: doors.login.port }
      : { address: options.loginHost?.listen.address ?? outside, port: login.port }),
    hostKeys: login.hostKeys,
  }
  const ready: SiteReady = {
    profile: join(directory, 'profile.json'),
    batchProfile: join(directory, 'profile-batch.json'),
    portal: origin,
    caFile: nginx.caFile,
    user: portalUser,
    sshUser,
    login: `${loginDoor.address}:${loginDoor.port}`,
    nodes: Object.fromEntries(
      [...nodes].map(([name, { port }]) => [name, `${cluster?.addressOf(name) ?? outside}:${port}`]),
    ),
    redis: `${inside}:${redis.port}`,
    identityFile,
    home,
    components: { nginx: 'real', redis: 'real', ssh: 'real', slurm: 'real', desktop: 'xvfb' },
    nginx: form,
    portalRedirect: nginx.redirectOrigin(),
    services: portal.addresses,
    folders: {
      login: folders.controller,
      node: folders.node,
      jobLogs: folders.logs,
      sessions: folders.sessions,
      vncSandboxes: folders.vncSandboxes,
      logRotation: folders.logRotation,
      redisConfiguration: folders.redisConfiguration,
    },
    identityProvider: portal.identityProvider.origin,
    ...(redis.access ? { redisAccess: redis.access } : {}),
    ...(oidc ? { oidc: oidc.announcement } : {}),
    ...(cluster ? { operatorProfile: join(directory, 'profile-operator.json') } : {}),
  }
  const renewProfile = async (): Promise<void> => {
    origin = nginx.origin()
    ready.portal = origin
    ready.portalRedirect = nginx.redirectOrigin()
    const profile = siteProfile({
      origin,
      caFile: nginx.caFile,
      user: portalUser,
      sshUser,
      identityFile,
      login: loginDoor,
      nodes: cluster ? { hostKeys: nodeServers.flatMap(({ hostKeys }) => hostKeys) } : nodesByName(nodes),
      redis: redis.access,
      oidc: oidc?.announcement ?? null,
      singleSignOn: held.has('sso-off') || installed.signIn !== 'mock',
      ports: {
        redis: redis.port,
        cae: portal.cae.port,
        caeAutomation: portal.caeAutomation.port,
        dashboard: portal.dashboard.port,
        webSocket: portal.webSocket.port,
        moonlight: portal.moonlight.port,
        authPortal: portal.auth.port,
      },
      vncTunnelPort: vncTunnel.port,
      folders,
    })
    await writeFile(ready.profile, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 })
    const batch = batchProfile(profile, 'job.sh')
    await writeFile(ready.batchProfile, `${JSON.stringify(batch, null, 2)}\n`, { mode: 0o600 })
    if (ready.operatorProfile !== undefined)
      await writeFile(ready.operatorProfile, JSON.stringify(asOperator(profile)), { mode: 0o600 })
  }
  const there = (path: string): string => cluster?.pathThere(path) ?? path
  const programs = { node: there(process.execPath), host: there(hostProgram) }
  await writeFile(join(directory, 'job.sh'), await demoJobTemplate(programs, desktopOf(options)))
  await renewProfile()
  return {
    ready,
    installed,
    targets: {
      ...{
        directory,
        held,
        portal,
        slurm,
        redis,
        login,
        nodes: nodeServers,
        files,
        images,
        nginx,
        vncTunnel,
      },
      renewProfile,
    },
  }
}

const desktopOf = (options: SiteOptions) => ({
  ...(options.size ?? { width: 1280, height: 720 }),
  fps: options.fps ?? (availableParallelism() <= 2 ? 30 : 60),
  content: options.desktop ?? ('full' as const),
  strip: options.strip ?? false,
})

/** Writes what a session's host needs to know and gives the command that runs it. */
async function writeHostConfiguration(
  options: SiteOptions,
  session: { basePort: number; directory: string },
  held: HeldFaults,
): Promise<string[]> {
  const file = join(session.directory, 'config.json')
  await mkdir(join(session.directory, 'logs'), { recursive: true, mode: 0o700 })
  const configuration = {
    basePort: session.basePort,
    ...desktopOf(options),
    directory: session.directory,
    readyFile: join(session.directory, 'ready.json'),
    logFile: join(session.directory, 'logs', 'sunshine.log'),
    certificateFile: join(session.directory, 'cacert.pem'),
    stateFile: join(session.directory, 'state.json'),
    encoder: !held.has('no-encoder'),
    // As the portal writes it.
    channels: 5,
    liveBitrate: options.liveBitrate ?? false,
    startSeconds: held.has('host-starts-late') ? 11 : 0,
    // Jobs listen everywhere on their node; nodes that are this machine must not.
    address: options.stranger ? '0.0.0.0' : outside,
  }
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 })
  const devices = (options.knownClients ?? []).map(({ uniqueId, certificatePem }) => ({
    uniqueid: uniqueId,
    certs: [certificatePem],
  }))
  if (devices.length > 0) {
    const state = { root: { uniqueid: randomUUID().toUpperCase(), devices } }
    await writeFile(configuration.stateFile, JSON.stringify(state), { mode: 0o600 })
  }
  return [process.execPath, hostProgram, file]
}

/** Likewise for a VNC session, whose files lie where the portal keeps the sandboxes of such sessions. */
async function vncCommand(
  options: SiteOptions,
  session: VncSession,
  folders: SharedFolders,
  held: HeldFaults,
): Promise<string[]> {
  if (held.has('vnc-ends-early')) return ['sh', '-c', 'echo "ERROR: Failed to start the VNC server"; exit 1']
  const directory = join(folders.vncSandboxes, session.session_id)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, 'config.json')
  const configuration: VncDesktopConfiguration = {
    directory,
    port: session.vnc_port,
    geometry: session.geometry,
    content: desktopOf(options).content,
    wants: held.has('vnc-password')
      ? 'password'
      : held.has('vnc-account')
        ? 'account'
        : held.has('vnc-tls')
          ? 'tls'
          : 'nothing',
  }
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 })
  return [process.execPath, vncProgram, file]
}
