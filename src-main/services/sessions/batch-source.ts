/** Sessions of sites without a portal: jobs of the user's own, by sbatch on the login host. */
import { randomBytes } from 'node:crypto'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import {
  endCommand,
  isSessionName,
  listCommand,
  newSessionName,
  parseList,
  parsePlace,
  parseSubmitted,
  placeCommand,
  submitCommand,
  type BatchJob,
  type HostPlace,
} from '../../protocols/slurm/batch.ts'
import { clustersOfTemplate } from '../../protocols/slurm/clusters.ts'
import type { HostCommand } from '../../protocols/ssh/script.ts'
import { parseEnded } from '../../protocols/slurm/cancel.ts'
import { fail } from '../../shared/errors.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { Lease } from '../auth/index.ts'
import type { ClusterLogin } from '../cluster/index.ts'
import type { SessionSource } from './source.ts'

const maximumAnswer = 64 * 1024

export interface BatchSourceOptions {
  cluster: Pick<ClusterLogin, 'login' | 'onLogin' | 'userName'>
  slurm: SiteProfile['slurm']
  template: string
  identity(this: void): Promise<ClientIdentity>
  now(this: void): number
}

export class BatchSource implements SessionSource {
  private readonly options: BatchSourceOptions
  /** Where its jobs may be; none: as Slurm itself says. */
  private readonly clusters: readonly string[]

  constructor(options: BatchSourceOptions) {
    this.options = options
    const { slurm, template } = options
    this.clusters = slurm.clusters.length > 0 ? slurm.clusters : clustersOfTemplate(template)
  }

  /** The SSH login is the only one there is. */
  async signIn(): Promise<Pick<Lease, 'user' | 'verified' | 'warnings'>> {
    await this.options.cluster.login()
    return { user: this.options.cluster.userName, verified: true, warnings: [] }
  }

  async findRunning(fits: (session: PortalSession) => boolean): Promise<PortalSession | null> {
    const { sessions, silent } = await this.look()
    return sessions.find(fits) ?? orSilent(silent)
  }

  async list(): Promise<PortalSession[]> {
    const { sessions, silent } = await this.look()
    return sessions.length > 0 ? sessions : (orSilent(silent) ?? [])
  }

  async create(signal: AbortSignal): Promise<PortalSession> {
    const { slurm, identity, template, now } = this.options
    const name = newSessionName(now(), randomBytes(2).toString('hex'))
    signal.throwIfAborted()
    const command = submitCommand({
      name,
      partition: slurm.partition,
      seconds: slurm.jobSeconds,
      clusters: slurm.clusters,
      client: await identity(),
    })
    const jobId = parseSubmitted(await this.run(command, template))
    return toPortalSession({ name, jobId, state: 'PENDING', submittedAt: now() })
  }

  async statusOf(id: string): Promise<string | null> {
    return (await this.findRunning((session) => session.id === id))?.status ?? null
  }

  async remove(id: string): Promise<boolean> {
    if (!isSessionName(id)) throw fail('bad-request', 'no-session-id')
    parseEnded(await this.run(endCommand(id, this.clusters)))
    return true
  }

  async place(id: string): Promise<HostPlace | null> {
    return parsePlace(await this.run(placeCommand(id)))
  }

  async close(): Promise<void> {
    // The login belongs to the desktop.
  }

  private async look(): Promise<{ sessions: PortalSession[]; silent: Error | null }> {
    const { jobs, silent } = parseList(await this.run(listCommand(this.clusters)))
    return { sessions: jobs.map(toPortalSession), silent }
  }

  private async run(command: HostCommand, input?: string): Promise<string> {
    const options = input === undefined ? {} : { input }
    return (await this.options.cluster.onLogin(command, maximumAnswer, options)).stdout
  }
}

/** What is not found may be on a cluster that has not answered. */
function orSilent(silent: Error | null): null {
  if (silent) throw silent
  return null
}

/** The port is known once the job says it. */
const toPortalSession = ({ name, jobId, state, submittedAt }: BatchJob): PortalSession => ({
  id: name,
  imageId: null,
  status: state.toLowerCase(),
  port: 0,
  jobId,
  createdAt: submittedAt,
})
