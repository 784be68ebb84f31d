/**
 * Folders that stand for the file systems of a cluster. `/home` and `/scratch` are shared: one folder, which the controller
 * and the nodes each reach by a link of their own, so that a node can lose its mount. `/opt/apptainers` is local to each.
 */
import { chmod, mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Paths as one host knows them; on a real site these are `/home`, `/scratch` and `/opt/apptainers`. */
export interface HostFolders {
  home: string
  scratch: string
  images: string
}

/** Where sessions keep their files; in the place of the cluster's shared file systems. */
export interface SharedFolders {
  controller: HostFolders
  /** All nodes alike. */
  node: HostFolders
  /** Home folders, whatever host has them mounted. */
  sharedHome: string
  /** Image files as the controller sees them. */
  controllerImages: string
  /** Image files as every node sees them. */
  nodeImages: string
  /** Job logs, `<session>.log`, as the controller sees them. */
  logs: string
  /** The same as a node sees them: gone with its `/scratch`. */
  nodeLogs: string
  /** One folder for each session. */
  sessions: string
  vncLogs: string
  /** One folder for each VNC session. */
  vncSandboxes: string
  /** Shared data disk that the dashboard measures. */
  data: string
  /** Job scripts until they are submitted. */
  scripts: string
  /** Programs that come before the usual ones on the login host. */
  loginPrograms: string
  /** Programs that only nodes have (`nvidia-smi`, `apptainer`). */
  nodePrograms: string
  /** Programs that each node has for itself: `node1`, `node2`. */
  ownPrograms: string
  /** The display server's configuration, and in the place of /dev/uinput. */
  xConfiguration: string
  inputDevice: string
  /** What those programs say: see node-programs.ts. */
  nodeSettings: string
  /** logrotate's entry for the portal's logs. */
  logRotation: string
  /** The portal's own logs, which that entry names. */
  portalLogs: string
  redisConfiguration: string
}

/** Ids of the images that the portal knows; of those for VNC the first one has another id. */
export const siteImages = ['desktop', 'gnome', 'gnome_lsprepost'] as const
export type SiteImage = (typeof siteImages)[number]

/** Files of a session's image and of a VNC desktop's. */
export const imageFile = (id: string): string => `sunshine_${id}.sif`
export const vncImageFile = (id: SiteImage): string => `vnc_${id}.sif`

const setFile = (folder: string, present: boolean, name: string, content: string): Promise<void> =>
  present ? writeFile(join(folder, name), content) : rm(join(folder, name), { force: true })

/** An empty file is in the place of an image: nothing of the demo site reads it. */
export async function setImages(
  folder: string,
  present: boolean,
  images: readonly string[],
  content = '',
): Promise<void> {
  await Promise.all(images.map((id) => setFile(folder, present, imageFile(id), content)))
}

/** Mounts a shared folder on a host, or takes the mount away. */
async function setMount(link: string, target: string, present: boolean): Promise<void> {
  if (present === existsSync(link)) return
  if (present) await symlink(target, link)
  else await unlink(link)
}

const rotation = (logs: string): string => `${logs}/*.log {
    daily
    rotate 14
    compress
    missingok
    notifempty
    copytruncate
}
`

/** The site's folders with their files, and how faults change them. */
export interface SiteFolders {
  folders: SharedFolders
  /** What the nodes have as home folders: the shared ones, some of their own, or none. */
  setNodeHome(which: 'shared' | 'own' | 'missing'): Promise<void>
  setNodeScratch(present: boolean): Promise<void>
  setLogRotation(present: boolean): Promise<void>
  /** The folder of the job logs: present, or moved out of everybody's sight. */
  setLogFolder(present: boolean): Promise<void>
  /** Whether an ordinary user may write into the folder of the sessions (root always may). */
  setSessionsWritable(writable: boolean): Promise<void>
  /** Folders of sessions that ended long ago, as a site without clean-up collects them. */
  setOldSessions(present: boolean): Promise<void>
  /** A session that ended because Sunshine did not know its command line, as its files show. */
  setRefusedCommandLine(present: boolean): Promise<void>
  /** A session whose host said in its log that it is this version of Sunshine; null: none. */
  setLoggedVersion(version: string | null): Promise<void>
}

const oldSessions = Array.from({ length: 30 }, (_, index) => ({
  id: `ml-former${index % 5}-${1_700_000_000 + index * 40_000}`,
  at: new Date((1_700_000_000 + index * 40_000) * 1000),
}))
const refusedSession = 'ml-former-1790000000'
const versionSession = 'ml-former-1790000100'

/** Makes all folders below `directory`, with the images that are installed. */
export async function makeFolders(directory: string, images: readonly SiteImage[]): Promise<SiteFolders> {
  const at = (...parts: string[]): string => join(directory, ...parts)
  const host = (name: string): HostFolders => ({
    home: at(name, 'home'),
    scratch: at(name, 'scratch'),
    images: at(name, 'opt', 'apptainers'),
  })
  const controller = host('controller')
  const node = host('nodes')
  const folders: SharedFolders = {
    controller,
    node,
    sharedHome: at('home'),
    controllerImages: controller.images,
    nodeImages: node.images,
    logs: at('scratch', 'sunshine_logs'),
    nodeLogs: join(node.scratch, 'sunshine_logs'),
    sessions: at('scratch', 'sunshine_sessions'),
    vncLogs: at('scratch', 'vnc_logs'),
    vncSandboxes: at('scratch', 'vnc_sandboxes'),
    data: at('controller', 'data'),
    scripts: at('scripts'),
    loginPrograms: at('controller', 'bin'),
    nodePrograms: at('nodes', 'bin'),
    ownPrograms: at('nodes', 'own-bin'),
    xConfiguration: at('nodes', 'etc', 'xorg.conf.nvidia'),
    inputDevice: at('nodes', 'etc', 'uinput'),
    nodeSettings: at('nodes', 'etc'),
    logRotation: at('controller', 'etc', 'logrotate.d', 'hpc-portal'),
    portalLogs: at('controller', 'var', 'log', 'hpc-portal'),
    redisConfiguration: at('controller', 'etc', 'redis', 'redis.conf'),
  }
  const shared = { home: folders.sharedHome, scratch: at('scratch') }
  await Promise.all(
    [
      ...Object.values(shared),
      at('nodes', 'own-home'),
      folders.controllerImages,
      folders.nodeImages,
      folders.logs,
      folders.sessions,
      folders.vncLogs,
      folders.vncSandboxes,
      folders.data,
      folders.scripts,
      folders.loginPrograms,
      folders.nodePrograms,
      folders.nodeSettings,
      join(folders.logRotation, '..'),
      folders.portalLogs,
    ].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })),
  )
  const setLogRotation = (present: boolean): Promise<void> =>
    present
      ? writeFile(folders.logRotation, rotation(folders.portalLogs))
      : rm(folders.logRotation, { force: true })
  await Promise.all([
    ...[controller, node].flatMap((one) => [
      setMount(one.home, shared.home, true),
      setMount(one.scratch, shared.scratch, true),
    ]),
    setImages(folders.controllerImages, true, images),
    setImages(folders.nodeImages, true, images),
    ...images.map((id) => setFile(folders.nodeImages, true, vncImageFile(id), '')),
    setLogRotation(true),
    writeFile(join(folders.portalLogs, 'access.log'), ''),
  ])
  const hiddenLogs = at('sunshine_logs.away')
  return {
    folders,
    async setNodeHome(which) {
      await setMount(node.home, shared.home, false)
      if (which === 'shared') await setMount(node.home, shared.home, true)
      if (which === 'own') await setMount(node.home, at('nodes', 'own-home'), true)
    },
    setNodeScratch: (present) => setMount(node.scratch, shared.scratch, present),
    setLogRotation,
    async setLogFolder(present) {
      if (present === existsSync(folders.logs)) return
      await (present ? rename(hiddenLogs, folders.logs) : rename(folders.logs, hiddenLogs))
    },
    setSessionsWritable: (writable) => chmod(folders.sessions, writable ? 0o700 : 0o555),
    async setOldSessions(present) {
      for (const { id, at: ended } of oldSessions) {
        const folder = join(folders.sessions, id)
        if (present) {
          await mkdir(join(folder, 'logs'), { recursive: true })
          await writeFile(join(folder, 'logs', 'sunshine.log'), 'ended\n')
          for (const path of [join(folder, 'logs', 'sunshine.log'), join(folder, 'logs'), folder])
            await utimes(path, ended, ended)
        } else await rm(folder, { recursive: true, force: true })
      }
    },
    async setLoggedVersion(version) {
      const folder = join(folders.sessions, versionSession)
      if (version === null) return rm(folder, { recursive: true, force: true })
      await mkdir(join(folder, 'logs'), { recursive: true })
      await writeFile(
        join(folder, 'logs', 'sunshine.log'),
        `[2026:01:02:03:04:05]: Info: Sunshine version: v${version}\n`,
      )
    },
    async setRefusedCommandLine(present) {
      const folder = join(folders.sessions, refusedSession)
      const log = join(folders.logs, `${refusedSession}.log`)
      if (!present) {
        await rm(folder, { recursive: true, force: true })
        return rm(log, { force: true })
      }
      await mkdir(join(folder, 'logs'), { recursive: true })
      await writeFile(join(folder, 'logs', 'sunshine.log'), 'Unknown command: config\n')
      await writeFile(
        log,
        'Starting Sunshine: sunshine --config /session/config/sunshine.conf\nERROR: Sunshine failed to start\n',
      )
    },
  }
}
