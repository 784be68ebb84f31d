/** The faults of the demo site, made real on its parts. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { faults } from './faults.ts'
import type { FaultName } from './faults.ts'
import type { Portal } from './portal/index.ts'
import type { SharedFolders } from './portal/moonlight.ts'
import type { RedisServer } from './redis/index.ts'
import type { Slurm } from './slurm/index.ts'
import type { SshServer } from './ssh/index.ts'
import { descendants, signalProcess } from './support/processes.ts'

export interface FaultTargets {
  /** Lasting faults that hold now; parts that ask at every request look here. */
  held: Set<FaultName>
  portal: Portal
  slurm: Slurm
  redis: RedisServer
  login: SshServer
  nodes: SshServer[]
  folders: SharedFolders
}

/** The one image that the demo site has. */
export const imageName = 'sunshine_desktop.sif'

/** An empty file stands for the image: nothing of the demo site reads it. */
export const setImage = (folder: string, present: boolean): Promise<void> =>
  present ? writeFile(join(folder, imageName), '') : rm(join(folder, imageName), { force: true })

/** Process ids of hosts that sessions have started; of ready ones only where that is asked. */
async function hostProcesses(folders: SharedFolders, readyOnly: boolean): Promise<number[]> {
  const sessions = await readdir(folders.sessions).catch(() => [])
  const found = await Promise.all(
    sessions.map(async (name) => {
      if (readyOnly && !(await readFile(join(folders.sessions, name, 'ready.json')).catch(() => null)))
        return 0
      return Number(await readFile(join(folders.sessions, name, 'host.pid'), 'utf8').catch(() => '0'))
    }),
  )
  return found.filter((pid) => pid > 1)
}

function relayProcesses(servers: SshServer[]): number[] {
  const pids = servers.flatMap((server) => server.pid() ?? [])
  return descendants(pids, /vizlink[^ ]*\/[^ ]*relay|vizlink-relay/)
}

const momentaryTargets = (
  targets: FaultTargets,
  name: FaultName,
  readyOnly: boolean,
): Promise<number[]> | number[] =>
  name === 'relay-killed'
    ? relayProcesses([targets.login, ...targets.nodes])
    : hostProcesses(targets.folders, readyOnly)

/** Switches a lasting fault, or lets a momentary one happen now. */
export async function switchFault(targets: FaultTargets, name: FaultName, on: boolean): Promise<void> {
  const { held, portal, slurm, redis, login, nodes, folders } = targets
  if (faults[name].lasting) {
    if (on) held.add(name)
    else held.delete(name)
  }
  switch (name) {
    case 'sign-in-refused':
    case 'token-expired':
    case 'job-ends-early':
    case 'host-not-ready':
      return // Asked when it matters: see `held`.
    case 'portal-502':
      return portal.moonlight.setRunning(!on)
    case 'image-missing':
      return setImage(folders.controllerImages, !on)
    case 'sif-missing':
      return setImage(folders.nodeImages, !on)
    case 'node-down':
      for (const node of slurm.nodeNames) await slurm.setNodeDown(node, on)
      return
    case 'host-key-changed':
      return login.setOtherHostKey(on)
    case 'ssh-key-refused':
      await Promise.all([login, ...nodes].map((server) => server.setKeyAccepted(!on)))
      return
    case 'sshd-stopped':
      return login.setRunning(!on)
    case 'redis-public':
      return redis.setPublic(on)
    case 'relay-killed':
    case 'host-killed':
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
