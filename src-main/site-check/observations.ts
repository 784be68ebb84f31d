/** What the site check has seen, as plain data. Gatherers make it, rules judge it; nothing here does I/O. */
import type { ServiceState } from '../protocols/portal/route-answers.ts'
import type { SiteCheckProfile } from '../shared/model/site-check-profile.ts'
import type { Saying } from '../shared/texts/index.ts'

/** A thing that was looked at, or why it could not be. */
export type Seen<T> = { ok: true; value: T } | { ok: false; reason: Saying }

/** A service through the web server. */
export interface ServiceSight {
  state: Exclude<ServiceState, 'own-not-found'>
  /** Request and answer in short, for people. */
  seen: Saying
  /** What was asked. */
  url: string
}

export interface AuthSight extends ServiceSight {
  info: { ssoEnabled: boolean; ssoType: string } | null
}

export interface DashboardSight extends ServiceSight {
  mode: string | null
  /** Mode of the answer about nodes, which says `mock` when the service cannot ask Slurm. */
  nodesMode: string | null
  /** The service's own setting of single sign-on. */
  ssoEnabled: boolean | null
  prometheus: { healthy: boolean; seen: Saying } | null
  terminal: boolean
  /** It hands out files of Werkzeug's debugger. */
  debugger: boolean
}

export interface MoonlightSight extends ServiceSight {
  /** The image that a session of this profile would start, as the controller has it. */
  image: { id: string; available: boolean } | null
  /** Sessions of the profile's own user; null where they could not be listed. */
  sessions: { count: number; inMemory: number; seen: Saying } | null
  /** The service says that its Redis fails. */
  redisFailure: string | null
}

export interface CertificateSight {
  /** Whether a chain leads to an authority that the profile or this computer trusts; else OpenSSL's name for the reason. */
  trustProblem: string | null
  /** Whether it is the one that the user of this client confirmed for the portal; `none`: none was. */
  pin: 'none' | 'matches' | 'differs'
  selfSigned: boolean
  /** No authority vouches for it, and the check has looked at the portal all the same. */
  isStranger: boolean
  hasAlternativeNames: boolean
  /** Whether the host's name is the certificate's common name. */
  isCommonName: boolean
  /** Why the names do not fit the host by the rules of HTTPS; null where they do. */
  nameProblem: string | null
  names: Saying
  validFrom: number
  validTo: number
  issuer: Saying
}

/** What is timed: the health checks of two services, and two static pages. */
export type Timed = 'dashboard' | 'moonlight' | 'dashboardPage' | 'moonlightPage'

export type OutsideService = keyof SiteCheckProfile['ports']
/** `open`: accepted a connection; `closed`: refused; `silent`: no answer in time (a firewall). */
export type PortState = 'open' | 'closed' | 'silent'

/**
 * One Redis as it meets a stranger: `open` answers a stranger's PING, `locked` asks for a password, `unverified` speaks TLS that
 * does not hold or could not be tried.
 */
export interface RedisSight {
  state: 'open' | 'locked' | 'refused' | 'silent' | 'unverified' | 'other'
  seen: Saying
}

export interface RedisLoginSight extends RedisSight {
  /** What is wrong with its TLS (`problem` null: nothing); null: the profile does not ask for any. */
  tls: Seen<{ problem: Saying | null; seen: Saying }> | null
}

export interface RedisData {
  /** null: unknown. */
  persistent: boolean | null
  persistenceSeen: Saying
  cluster: Seen<{ enabled: boolean; seen: Saying }>
  sessions: Seen<{ count: number; withoutEnd: string[]; ghosts: string[] }>
}

export interface SlurmNode {
  name: string
  /** Slurm's word in small letters, without flags. */
  state: string
  responding: boolean
  gres: string
  reason: string
}

export interface SlurmSight {
  controller: { up: boolean; seen: Saying }
  /** null: the controller did not say. */
  partition: { state: 'up' | 'down' | 'missing'; seen: Saying } | null
  nodes: SlurmNode[] | null
}

export interface FileSystemSight {
  /** The start of the machine whose own it is; null: one of a network. */
  machine: string | null
  bytes: number
  /** The kernel's id of it: says something within one machine only. */
  id: string
}

export interface FolderSight {
  path: string
  there: boolean
  /** It does not answer, as on a file system whose server is gone. */
  silent: boolean
  /** Inode number: the same on two machines that see one file system, and by chance on two alike. */
  inode: string
  /** null: unknown. */
  fileSystem: FileSystemSight | null
  owner: string
  /** For users who are not root; null: unknown. */
  freeBytes: number | null
  /** Somebody (its owner at least) may write, and the file system is not read-only. */
  writable: boolean
}

export interface LoginHostSight {
  home: FolderSight
  scratch: FolderSight
  /** Bytes of each image there, by file name. */
  images: ReadonlyMap<string, number>
  /** `unseen`: there is no such folder or it cannot be read. */
  logRotation: { state: 'found' | 'missing' | 'unseen'; seen: Saying }
  /** TCP ports on which its programs listen, and whether for other machines too; null: unseen. */
  listening: readonly { port: number; open: boolean }[] | null
  /** Its own addresses, those of its loopback left out. */
  addresses: readonly string[]
}

export interface NodeSight {
  name: string
  home: FolderSight
  scratch: FolderSight
  /** Where programs put what they need for a moment: images are unpacked by way of it. */
  temporary: FolderSight
  /** `bytes` is null where it is not there. */
  image: { name: string; path: string; bytes: number | null }
  jobLogs: FolderSight
  sessions: FolderSight
  /** Session folders older than a week. */
  oldSessions: number | null
  gpu: GpuSight
  /** Programs that the portal's job calls and the node has not. */
  missingPrograms: readonly string[]
  /** The display server's configuration, which the portal's job names. */
  xConfiguration: FileSight
  /** The device by which a host types and moves the mouse. */
  inputDevice: FileSight
  host: HostSight
}

export interface FileSight {
  path: string
  there: boolean
}

export interface NodesSight {
  looked: readonly {
    name: string
    /** Whether SSH to it worked. */
    way: Seen<null>
    sight: Seen<NodeSight>
  }[]
  /** How many there are. */
  all: number
}

export interface GpuSight {
  kind: 'nvidia' | 'other' | 'none'
  driverWorks: boolean
  /** null: unknown. */
  encoder: boolean | null
  seen: Saying
}

export interface HostSight {
  /** Text of a log line or command line that shows the wrong way to start it. */
  badCommandLine: string | null
  /** A host was seen running or having run. */
  started: string | null
  version: string | null
}

export interface Observations {
  now: number
  profile: {
    /** The portal's; null: the site has none. */
    origin: string | null
    partition: string
    /** What the site means; null: either way. */
    singleSignOn: boolean | null
    /** Whether the profile names the site's Redis. */
    redisNamed: boolean
    /** The login host is the machine that the portal runs on, as far as their addresses show. */
    loginIsController: boolean
    ports: SiteCheckProfile['ports']
    vncTunnelPorts: SiteCheckProfile['vncTunnelPorts']
  }
  /** One round trip to the portal's web server, ms. */
  portal: Seen<number>
  authPortal: Seen<AuthSight>
  dashboard: Seen<DashboardSight>
  cae: Seen<ServiceSight & { debugger: boolean }>
  caeAutomation: Seen<ServiceSight>
  moonlight: Seen<MoonlightSight>
  webSocket: Seen<ServiceSight>
  pages: Seen<{ page: string; there: boolean }[]>
  openProxy: Seen<{ routed: boolean; seen: Saying }>
  /** What each address adds to the web server's own time, ms; null: it does not answer. */
  times: Seen<Record<Timed, number | null>>
  /** null: the portal is served without TLS. */
  certificate: Seen<CertificateSight> | null
  ports: Seen<Record<OutsideService, { state: PortState; address: string }>>
  redis: { fromHere: Seen<RedisSight>; fromLogin: Seen<RedisLoginSight>; data: Seen<RedisData> }
  /** null: no token was given. */
  token: Seen<{ accepted: boolean; seen: Saying }> | null
  login: Seen<{ seen: Saying }>
  slurm: Seen<SlurmSight>
  loginHost: Seen<LoginHostSight>
  nodes: Seen<NodesSight>
}
