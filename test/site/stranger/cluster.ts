/** The strange site's cluster: its machines with what each has for itself, and the settings of their SSH servers. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SharedFolders } from '../files/folders.ts'
import type { Slurm, SlurmOptions } from '../slurm/index.ts'
import type { SshServerOptions } from '../ssh/index.ts'
import { accounts, asAccount, give } from './accounts.ts'
import { network, startMachine, there } from './machines.ts'
import type { Machine } from './machines.ts'

export interface StrangeCluster {
  /** What an SSH server is given in the place of what others get. @param name `login` or `nodeN` */
  server(
    name: string,
    loginEnvironment: Record<string, string>,
  ): Pick<SshServerOptions, 'launcher' | 'listen' | 'settings' | 'loginEnvironment'>
  forSlurm: NonNullable<SlurmOptions['machines']>
  /** Slurm as the portal's account uses it. */
  asPortal(slurm: Slurm): Slurm
  /** Gives a session's folder to that account. @returns the session's command as nodes know it */
  handOver(sessionFolder: string, command: readonly string[]): string[]
  /** A path of the checkout, as the machines know it. */
  pathThere(path: string): string
  addressOf(node: string): string
  dispose(): Promise<void>
}

/** Addresses by name, as the machines' /etc/hosts has them. */
export const nodeAddress = (index: number): string => `10.77.0.${11 + index}`
export const loginAddress = '10.77.0.2'
export const nodeName = (index: number): string => `viz-node${String(index + 1).padStart(3, '0')}`

const slurmPrograms = ['squeue', 'sbatch', 'srun', 'scancel', 'sinfo', 'scontrol', 'sacct']
const hide = (program: string): string =>
  `[ ! -e /usr/bin/${program} ] || mount --bind /dev/null /usr/bin/${program}`

const empty = (folder: string): string => `mount -t tmpfs -o mode=755 tmpfs '${folder}'`

/** The login host has Slurm's programs where only a login shell looks for them, and nothing that is the nodes'. */
async function loginMounts(folder: string, folders: SharedFolders, configuration: string): Promise<string[]> {
  const [programs, start] = [join(folder, 'slurm'), join(folder, 'profile.d')]
  await Promise.all([programs, start].map((path) => mkdir(path, { recursive: true, mode: 0o755 })))
  for (const name of slurmPrograms)
    if (existsSync(join('/usr/bin', name))) {
      await copyFile(join('/usr/bin', name), join(programs, name))
      await chmod(join(programs, name), 0o755)
    }
  const lines = [`PATH=$PATH:${programs}`, `SLURM_CONF=${configuration}`, 'export PATH SLURM_CONF']
  await writeFile(join(start, 'slurm.sh'), `${lines.join('\n')}\n`)
  return [
    ...slurmPrograms.map(hide),
    `mount --bind '${start}' /etc/profile.d`,
    empty(join(folders.node.home, '..')),
    // The controller is another machine.
    ...['opt', 'etc', 'var'].map((name) => empty(join(folders.controller.home, '..', name))),
  ]
}

/** Nodes have nothing that is the controller's. The last one has another card and an old image, the first one lacks a program. */
async function nodeMounts(
  folder: string,
  folders: SharedFolders,
  place: 'first' | 'last',
): Promise<string[]> {
  const hidden = empty(join(folders.controller.home, '..'))
  if (place === 'first')
    return [hidden, hide('xxd'), `mount --bind /dev/null '${join(folders.nodePrograms, 'xxd')}'`]
  const images = join(folder, 'images')
  await mkdir(images, { recursive: true, mode: 0o755 })
  await Promise.all([
    writeFile(join(images, 'sunshine_desktop.sif'), 'an old copy'),
    writeFile(join(folder, 'card'), 'no-nvenc\n'),
  ])
  return [
    hidden,
    `mount --bind '${images}' '${folders.nodeImages}'`,
    `mount --bind '${join(folder, 'card')}' '${join(folders.nodeSettings, 'card')}'`,
  ]
}

/**
 * Starts the machines.
 * @param configuration path of slurm.conf
 */
export async function startStrangeCluster(
  directory: string,
  folders: SharedFolders,
  nodes: number,
  configuration: string,
): Promise<StrangeCluster> {
  const at = join(directory, 'machines')
  const folderOf = async (name: string): Promise<string> => {
    await mkdir(join(at, name), { recursive: true, mode: 0o755 })
    return join(at, name)
  }
  const parts = ['controller', 'nodes', 'scratch', 'scripts'].map((name) => join(directory, name))
  open(...parts)
  // What the portal's jobs write to, and what its users read.
  for (const folder of [folders.logs, folders.sessions, folders.vncLogs, folders.vncSandboxes])
    give(folder, accounts.portal)
  const banner = join(await folderOf('login'), 'banner')
  await writeFile(banner, 'Authorised users only.\nMaintenance on Friday, 18:00.\n')
  const started: Machine[] = []
  const dispose = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((machine) => machine.dispose()))
  }
  try {
    const folder = await folderOf('login')
    const mounts = await loginMounts(folder, folders, configuration)
    started.push(await startMachine({ name: 'login', address: loginAddress, mounts }, at, 1))
    for (let index = 0; index < nodes; index++) {
      const name = nodeName(index)
      const own = await folderOf(name)
      const mounts = await nodeMounts(own, folders, index === nodes - 1 ? 'last' : 'first')
      started.push(await startMachine({ name, address: nodeAddress(index), mounts }, at, index + 2))
    }
  } catch (error) {
    await dispose()
    throw error
  }
  const [login, ...others] = started
  return {
    server(name, loginEnvironment) {
      if (name === 'login') {
        const { PATH: _, ...more } = loginEnvironment
        const settings = ['MaxSessions 1', 'MaxAuthTries 2', 'MaxStartups 10', `Banner ${banner}`]
        return { ...serverOn(login!), loginEnvironment: more, settings: ['PermitRootLogin no', ...settings] }
      }
      return {
        ...serverOn(others[Number(name.slice('node'.length)) - 1]!),
        loginEnvironment,
        // As where a node lets in only users who have a job there: the portal's is another account's.
        settings: ['PermitRootLogin no', `AllowUsers ${accounts.operator.name}`],
      }
    },
    forSlurm: { controllerAddress: network.controller, nodes: others, otherPartitions: ['compute'] },
    asPortal: (slurm) => asAccount(slurm, accounts.portal, { TMPDIR: '/tmp' }),
    handOver(sessionFolder, command) {
      give(sessionFolder, accounts.portal)
      open(sessionFolder)
      return command.map(there)
    },
    pathThere: there,
    addressOf: (node) => others.find(({ name }) => name === node)!.address,
    dispose,
  }
}

const serverOn = ({ launcher, address }: Machine): Pick<SshServerOptions, 'launcher' | 'listen'> => ({
  launcher,
  listen: { address, port: 22 },
})

/** Lets other accounts look into folders, as where they were made with the usual mask. */
const open = (...folders: string[]): void =>
  void execFileSync('chmod', ['--recursive', 'go+rX', '--', ...folders])
