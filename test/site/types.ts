/** The demo site as one object: a whole small cluster on loopback with fresh ports and folders, many at once. */
import type { FaultName } from './faults.ts'

export interface SiteOptions {
  /** Faults that hold from the start. */
  faults?: FaultName[]
  /** Size of the remote desktop; default 1280x720. */
  size?: { width: number; height: number }
  /** Frames per second that the host captures at most; default 30 on two cores, else 60. */
  fps?: number
  /** `full` shows programs to work with; `plain` only what tests need (faster). Default `full`. */
  desktop?: 'full' | 'plain'
  /** Viz nodes in the Slurm partition; default 2. */
  nodes?: number
}

/** What a client, also one that is not ours, needs to use the site. */
export interface SiteReady {
  profile: string
  portal: string
  caFile: string
  user: string
  sshUser: string
  login: string
  nodes: Record<string, string>
  redis: string
  identityFile: string
  components: Record<'nginx' | 'redis' | 'ssh' | 'slurm' | 'desktop', string>
}

export interface Site extends AsyncDisposable {
  readonly ready: SiteReady
  /** Folder with everything the site wrote (logs, keys, state); removed by `dispose`. */
  readonly directory: string
  /** Switches a lasting fault on or off while the site runs, or lets a momentary one happen now. */
  setFault(name: FaultName, on: boolean): Promise<void>
  /** Job ids that Slurm knows as pending or running. */
  activeJobs(): Promise<string[]>
  dispose(): Promise<void>
}
