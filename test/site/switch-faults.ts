/** The faults of the demo site, made real on its parts. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { faults } from './faults.ts'
import type { FaultName } from './faults.ts'
import { setImages } from './files/folders.ts'
import type { SharedFolders, SiteFolders } from './files/folders.ts'
import { setCancelledByOther, setStepsRefused } from './files/login-programs.ts'
import {
  setDiskFull,
  setDisplayServer,
  setGraphicsCard,
  setNodeFile,
  setSunshineVersion,
  sunshineVersions,
} from './files/node-programs.ts'
import type { Nginx, NginxState } from './nginx/index.ts'
import type { Portal } from './portal/index.ts'
import type { RedisServer } from './redis/index.ts'
import { setLeakedSessions } from './redis/leaked-sessions.ts'
import type { Slurm } from './slurm/index.ts'
import type { SshServer } from './ssh/index.ts'
import type { VncTunnel } from './vnc-tunnel.ts'
import { markedProcesses, signalProcess } from './support/processes.ts'

export interface FaultTargets {
  /** The site's. */
  directory: string
  /** Lasting faults that hold now; parts that ask at every request look here. */
  held: Set<FaultName>
  portal: Portal
  slurm: Slurm
  redis: RedisServer
  login: SshServer
  nodes: SshServer[]
  files: SiteFolders
  /** Those that are installed. */
  images: readonly string[]
  nginx: Nginx
  vncTunnel: VncTunnel
  /** Writes the site profile again: the portal's origin has changed, or what the site expects of it. */
  renewProfile(): Promise<void>
}

/**
 * Process ids of hosts that sessions have started; of ready ones only where that is asked. A host's own file has the id that it has
 * on its node, which may be another one here.
 */
async function hostProcesses(
  directory: string,
  folders: SharedFolders,
  readyOnly: boolean,
): Promise<number[]> {
  const sessions = await readdir(folders.sessions).catch(() => [])
  return sessions
    .map((name) => join(folders.sessions, name))
    .filter((folder) => existsSync(join(folder, readyOnly ? 'ready.json' : 'host.pid')))
    .flatMap((folder) => {
      const configuration = join(folder, 'config.json').replace(/\W/g, '\\$&')
      return markedProcesses(directory, new RegExp(`/host/main\\.ts ${configuration} $`))
    })
}

/** Wherever they were started: in a login, or in a job (no descendant of any server). */
const relayProcesses = (directory: string): number[] =>
  markedProcesses(directory, /^[^ ]*(vizlink[^ ]*\/relay|vizlink-relay)/)

function momentaryTargets(
  { directory, files }: FaultTargets,
  name: FaultName,
  readyOnly: boolean,
): Promise<number[]> | number[] {
  if (name === 'relay-killed') return relayProcesses(directory)
  return name === 'vnc-killed'
    ? markedProcesses(directory, /^Xtigervnc /)
    : hostProcesses(directory, files.folders, readyOnly)
}

/** Longer than the portal's reports of a slow service call good. */
const slowMs = 150

function nginxState(held: ReadonlySet<FaultName>): Partial<NginxState> {
  const kinds = ['self-signed', 'expiring', 'expired', 'wrong-name'] as const
  return {
    certificate: kinds.find((kind) => held.has(`certificate-${kind}`)) ?? 'good',
    plainHttp: held.has('plain-http'),
    routes: {
      moonlight: !held.has('moonlight-not-routed'),
      auth: !held.has('auth-not-routed'),
      webSocket: !held.has('websocket-not-routed'),
      caeAutomation: !held.has('cae-automation-not-routed'),
      startPage: !held.has('start-page-down'),
    },
    openProxy: held.has('open-proxy'),
    pages: !held.has('pages-missing'),
    slowPages: held.has('slow-pages'),
  }
}

function setDelays({ held, portal }: FaultTargets): void {
  const ms = held.has('slow-services') ? slowMs : 0
  for (const service of [portal.auth, portal.dashboard, portal.cae]) service.setDelay(ms)
  portal.moonlight.setDelay(held.has('portal-504') ? Infinity : ms)
}

/** Switches a lasting fault, or lets a momentary one happen now. */
export async function switchFault(targets: FaultTargets, name: FaultName, on: boolean): Promise<void> {
  const { held, portal, slurm, redis, login, nodes, files, images, nginx } = targets
  const { folders } = files
  const lastNode = slurm.nodeNames.at(-1)!
  if (faults[name].lasting) {
    if (on) held.add(name)
    else held.delete(name)
  }
  switch (name) {
    case 'sign-in-refused':
    case 'token-expired':
    case 'sso-unknown-type':
    case 'saml-broken':
    case 'oidc-broken':
    case 'test-login-open':
    case 'jwt-secret-mismatch':
    case 'mock-mode':
    case 'cae-debugger':
    case 'dashboard-debugger':
    case 'cae-automation-no-health':
    case 'terminal-open':
    case 'in-memory-fallback':
    case 'websocket-blind':
    case 'job-ends-early':
    case 'host-not-ready':
    case 'node-program-missing':
    case 'image-unpacked-first':
    case 'host-starts-late':
    case 'ports-clash':
    case 'no-encoder':
    case 'vnc-ends-early':
    case 'vnc-password':
    case 'vnc-account':
    case 'vnc-tls':
      return // Asked when it matters: see `held`.
    case 'auth-portal-down':
      return portal.auth.setRunning(!on)
    case 'dashboard-down':
      return portal.dashboard.setRunning(!on)
    case 'cae-down':
      return portal.cae.setRunning(!on)
    case 'cae-automation-down':
      return portal.caeAutomation.setRunning(!on)
    case 'portal-502':
      return portal.moonlight.setRunning(!on)
    case 'websocket-down':
      return portal.webSocket.setRunning(!on)
    case 'prometheus-down':
      await portal.prometheus.setRunning(!on)
      return portal.nodeExporter.setRunning(!on)
    case 'portal-504':
    case 'slow-services':
      return setDelays(targets)
    case 'cae-public':
      return portal.cae.setPublic(on)
    case 'cae-automation-public':
      return portal.caeAutomation.setPublic(on)
    case 'dashboard-public':
      return portal.dashboard.setPublic(on)
    case 'auth-portal-public':
      return portal.auth.setPublic(on)
    case 'moonlight-public':
      return portal.moonlight.setPublic(on)
    case 'vnc-tunnel-public':
      return targets.vncTunnel.setPublic(on)
    case 'websocket-public':
      return portal.webSocket.setPublic(on)
    case 'sso-off':
      return targets.renewProfile()
    case 'moonlight-not-routed':
    case 'auth-not-routed':
    case 'websocket-not-routed':
    case 'cae-automation-not-routed':
    case 'start-page-down':
    case 'pages-missing':
    case 'slow-pages':
    case 'open-proxy':
    case 'certificate-self-signed':
    case 'certificate-expiring':
    case 'certificate-expired':
    case 'certificate-wrong-name':
      return nginx.change(nginxState(held))
    case 'plain-http':
      await nginx.change(nginxState(held))
      return targets.renewProfile()
    case 'redis-down':
      await redis.setRunning(!on)
      if (!on && held.has('redis-public')) await redis.setPublic(true)
      return
    case 'redis-public':
      return redis.setPublic(on)
    case 'redis-cluster-mode':
      await redis.setClusterMode(on)
      if (held.has('redis-public')) await redis.setPublic(true)
      return
    case 'redis-no-persistence':
      return redis.setPersistent(!on)
    case 'redis-tls-missing':
    case 'redis-tls-wrong-name':
      return redis.setEncryption(
        held.has('redis-tls-missing') ? 'missing' : held.has('redis-tls-wrong-name') ? 'wrong-name' : 'good',
      )
    case 'redis-session-leak':
      return setLeakedSessions(redis.client, on)
    case 'slurmctld-down':
      return slurm.setControllerRunning(!on)
    case 'partition-missing':
    case 'partition-down':
      return slurm.setPartition(
        held.has('partition-missing') ? 'missing' : held.has('partition-down') ? 'down' : 'up',
      )
    case 'node-down':
      for (const node of slurm.nodeNames) await slurm.setNodeDown(node, on)
      return
    case 'node-drained':
      return slurm.setNodeDrained(lastNode, on)
    case 'node-not-responding':
      return slurm.setNodeRunning(lastNode, !on)
    case 'no-nvenc':
    case 'no-gpu-driver':
      return setGraphicsCard(
        folders,
        held.has('no-gpu-driver') ? 'no-driver' : held.has('no-nvenc') ? 'no-nvenc' : 'nvenc',
      )
    case 'node-programs-missing':
      return setDisplayServer(folders, slurm.nodeNames.length - 1, !on)
    case 'x-configuration-missing':
      return setNodeFile(folders.xConfiguration, !on)
    case 'uinput-missing':
      return setNodeFile(folders.inputDevice, !on)
    case 'node-disk-full':
      return setDiskFull(folders, on)
    case 'image-missing':
      return setImages(folders.controllerImages, !on, images)
    case 'sif-missing':
    case 'sif-outdated':
      return setImages(
        folders.nodeImages,
        !held.has('sif-missing'),
        images,
        held.has('sif-outdated') ? 'an old copy' : '',
      )
    case 'home-not-shared':
    case 'home-of-its-own':
      return files.setNodeHome(
        held.has('home-not-shared') ? 'missing' : held.has('home-of-its-own') ? 'own' : 'shared',
      )
    case 'scratch-not-mounted':
      return files.setNodeScratch(!on)
    case 'job-folder-missing':
      return files.setLogFolder(!on)
    case 'job-folder-not-writable':
      return files.setSessionsWritable(!on)
    case 'sunshine-command-line':
      return files.setRefusedCommandLine(on)
    case 'sunshine-vulnerable':
      await files.setLoggedVersion(on ? sunshineVersions.vulnerable : null)
      return setSunshineVersion(folders, on ? sunshineVersions.vulnerable : sunshineVersions.current)
    case 'log-rotation-missing':
      return files.setLogRotation(!on)
    case 'sessions-not-cleaned':
      return files.setOldSessions(on)
    case 'host-key-changed':
      return login.setOtherHostKey(on)
    case 'ssh-key-refused':
    case 'node-ssh-refused':
      await login.setKeyAccepted(!held.has('ssh-key-refused'))
      await Promise.all(
        nodes.map((node) =>
          node.setKeyAccepted(!held.has('ssh-key-refused') && !held.has('node-ssh-refused')),
        ),
      )
      return
    case 'srun-refused':
      return setStepsRefused(folders, on)
    case 'cancelled-by-other':
      return setCancelledByOther(folders, on)
    case 'sshd-stopped':
      return login.setRunning(!on)
    case 'sessions-forgotten':
      if (on) for (const key of await redis.client.keys('moonlight:session:*')) await redis.client.del(key)
      return
    case 'picture-stops':
      for (const pid of await hostProcesses(targets.directory, folders, true)) signalProcess(pid, 'SIGUSR1')
      return
    case 'host-forgets':
      if (on) for (const pid of await momentaryTargets(targets, name, false)) signalProcess(pid, 'SIGUSR2')
      return
    case 'relay-killed':
    case 'host-killed':
    case 'vnc-killed':
      if (on) for (const pid of await momentaryTargets(targets, name, false)) signalProcess(pid, 'SIGKILL')
      return
    default:
      throw new Error(`Unknown fault: ${String(name satisfies never)}`)
  }
}

/**
 * A momentary fault asked for at the start happens once, a few seconds after there is something to strike (so that a demo
 * shows a picture first). Gives a function that calls it off.
 */
export function armFault(targets: FaultTargets, name: FaultName): () => void {
  let seen = 0
  const timer = setInterval(() => {
    void (async () => {
      if ((await momentaryTargets(targets, name, true)).length > 0 && ++seen === 8) {
        clearInterval(timer)
        await switchFault(targets, name, true)
      }
    })().catch(() => undefined)
  }, 500)
  return () => clearInterval(timer)
}
