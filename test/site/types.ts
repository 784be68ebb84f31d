/** The demo site as one object: a whole small cluster on loopback with fresh ports and folders, many at once. */
import type { FaultName } from './faults.ts'
import type { HostFolders, SiteImage } from './files/folders.ts'
import type { NginxForm } from './nginx/forms.ts'
import type { Portal } from './portal/index.ts'
import type { SignIn } from './portal/sign-in.ts'
import type { Door, DoorName } from './stranger/doors.ts'
import type { SshServerOptions } from './ssh/index.ts'
import type { StrangeLogin } from './ssh/login-shells.ts'
import type { StandardsOidc } from './portal/standards-oidc.ts'
import type { RedisAccess } from './redis/index.ts'

export interface SiteOptions {
  /** Faults that hold from the start. */
  faults?: FaultName[]
  /** Size of the remote desktop; default 1280x720. */
  size?: { width: number; height: number }
  /** Frames per second that the host captures at most; default 30 on two cores, else 60. */
  fps?: number
  /** `full` shows programs to work with; `plain` only what tests need (faster). Default `full`. */
  desktop?: 'full' | 'plain'
  /** Whether the stream's picture carries the strip that tests read (host/capture/strip.ts); default false. */
  strip?: boolean
  /** Hosts take another bitrate while they stream, as some forks of Sunshine; default false, as Sunshine itself. */
  liveBitrate?: boolean
  /** Viz nodes in the Slurm partition; default 2. */
  nodes?: number
  /** Images that are installed, of the three that the portal lists; default `desktop` alone. */
  images?: SiteImage[]
  /** Portals from before there were lists of images: neither service has one. */
  imagesListed?: boolean
  /** Which of the portal's nginx files is installed; default NG-B, the only one whose Moonlight route works. */
  nginx?: NginxForm
  /** Seconds until nginx answers 504; as installed (60 or 120) where absent. */
  gatewayTimeoutSeconds?: number
  /** How people sign in; default `mock`, the test login without password. */
  signIn?: 'mock' | 'saml' | 'oidc'
  /** A standards OIDC provider (authorization code with PKCE) beside the portal's own sign-in. */
  standardsOidc?: boolean
  /** The user's login shell, start-up files and limits, on login host and nodes alike. */
  login?: StrangeLogin
  /** Where the login host listens and what starts its server, if not a free port of loopback. */
  loginHost?: Required<Pick<SshServerOptions, 'launcher' | 'listen'>>
  /** Clients that are in every host's state file before it starts; certificates as PEM. */
  knownClients?: { uniqueId: string; certificatePem: string }[]
  /** A Redis user for clients, in the profile: `tls` encrypts, `notifications: false` switches keyspace events off. */
  redisAccess?: { tls?: boolean; notifications?: boolean }
  /** The fault `stranger`, seen from its controller: the site's folder, and the doors that lead to it from outside. */
  stranger?: { directory: string; doors: Record<DoorName, Door> }
}

/** What a client, also one that is not ours, needs to use the site. */
export interface SiteReady {
  profile: string
  /** The same cluster as a site without a portal: sessions are jobs of the user's own. */
  batchProfile: string
  /** Of a strange site: as an administrator has it, whom the nodes let in. */
  operatorProfile?: string
  portal: string
  caFile: string
  user: string
  sshUser: string
  login: string
  nodes: Record<string, string>
  redis: string
  identityFile: string
  /** The SSH user's home folder, on login host and nodes alike. */
  home: string
  components: Record<'nginx' | 'redis' | 'ssh' | 'slurm' | 'desktop', string>
  nginx: NginxForm
  /** Origin of the plain listener that only redirects to the portal; null where the portal itself is plain. */
  portalRedirect: string | null
  /** The portal's services on the controller's own address, behind nginx. */
  services: Portal['addresses']
  /** Folders by host; on a real site these are `/home`, `/scratch` and `/opt/apptainers` everywhere. */
  folders: {
    login: HostFolders
    node: HostFolders
    jobLogs: string
    sessions: string
    vncSandboxes: string
    logRotation: string
    redisConfiguration: string
  }
  /** Where browsers go to sign in by SAML or OIDC. */
  identityProvider: string
  /** Only where asked for. */
  redisAccess?: RedisAccess
  oidc?: StandardsOidc
}

export interface Site extends AsyncDisposable {
  readonly ready: SiteReady
  /** Folder with everything the site wrote (logs, keys, state); removed by `dispose`. */
  readonly directory: string
  /** Switches a lasting fault on or off while the site runs, or lets a momentary one happen now. */
  setFault(name: FaultName, on: boolean): Promise<void>
  /** Installs another way of signing in while the site runs; `ldap` means every type that clients do not know. */
  setSignIn(kind: SignIn): void
  /** Job ids that Slurm knows as pending or running. */
  activeJobs(): Promise<string[]>
  dispose(): Promise<void>
}
