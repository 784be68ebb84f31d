/** A login on the cluster: its link process, job information, the hop to the node, the relay on it. */
import { fail, VizlinkError } from '../../shared/errors.ts'
import type { LinkFacts, OpensshReason, Route } from '../../shared/model/desktop.ts'
import type { NodeStatus } from '../../shared/model/status.ts'
import { hostInputScript, turnsHorizontalWheel } from '../../domain/host-input.ts'
import { planRoutes } from '../../domain/routes.ts'
import { desktopJob, isDesktopsJob, isJobId, jobParts, type DesktopJob } from '../../domain/desktop-job.ts'
import {
  areJobs,
  jobSocketsScript,
  judgeOwnership,
  ownersCommand,
  parseOwners,
  type Ownership,
} from '../../domain/port-owner.ts'
import type { Hop, HostPorts, LinkRequests } from '../../link-process/messages.ts'
import type { Platform } from '../../ports/platform.ts'
import { isSameUser } from '../../shared/model/user-name.ts'
import { cancelCommand, desktopsOwn, foreignJob, parseCancelled } from '../../protocols/slurm/cancel.ts'
import { clusterOutputBytes, nodesCommand, parseNodes } from '../../protocols/slurm/cluster.ts'
import { jobCommand, parseJob, type JobOwner, type SlurmJob } from '../../protocols/slurm/job.ts'
import { jobEndCommand, jobLogCommand, parseJobEnd, type JobEnd } from '../../protocols/slurm/job-end.ts'
import type { HostCommand, HostKnowledge } from '../../protocols/ssh/script.ts'
import type { KnownKeys } from '../../protocols/ssh/known-hosts.ts'
import { ConfirmedHostKeys } from '../confirmed/index.ts'
import { createLinkClient, type LinkClient, type QuestionHandlers } from './link-client.ts'
import type { AskPassphrase } from './key-file.ts'
import { loadSigner, signWith } from './key-signer.ts'
import { SshConfiguration, type LoginHop } from './login-hops.ts'
import { type LoadedProfile, sshUser } from '../sites/index.ts'
import type { CommandOptions, NodeLogin, NodeOutput } from './access.ts'
import { opensshInput, reasonOfKeys, reasonOfSettings } from './openssh.ts'
import { openRoute, type Tunnel } from './route.ts'
import type { Text } from '../../shared/texts/index.ts'

const loginDeadlineMs = 20_000
const commandDeadlineMs = 15_000
const hopDeadlineMs = 15_000
/** A way that answers later than this is no way for a picture. */
const measureDeadlineMs = 2000
const jobAnswerBytes = 64 * 1024
const mostHostKeys = 100

/** GameStream ports from a host's base port. */
export function hostPorts(basePort: number): HostPorts {
  return {
    address: '127.0.0.1',
    https: basePort - 5,
    http: basePort,
    web: basePort + 1,
    video: basePort + 9,
    control: basePort + 10,
    audio: basePort + 11,
    rtsp: basePort + 21,
  }
}

/** What a person is asked while somebody logs in. */
export type LoginQuestions = Omit<QuestionHandlers, 'sign'> & { askPassphrase: AskPassphrase }

/** A session by its id, and the job that its record names. */
export interface JobOfSession {
  id: string
  jobId: string
}

/** What logins have learned of a site's login host. */
const knowledge = new WeakMap<LoadedProfile, HostKnowledge>()

export class ClusterLogin {
  private readonly loaded: LoadedProfile
  private readonly processes: Platform['processes']
  private readonly confirmed: ConfirmedHostKeys
  private readonly questions: LoginQuestions
  private readonly onLost: (relayId: string | null) => void
  private readonly typedUser: string | null
  private link: LinkClient | null = null
  private loginUnderWay: Promise<LinkClient> | null = null
  /** The link process of a login under way. */
  private loggingIn: LinkClient | null = null
  private closed = false
  private readonly configuration = new SshConfiguration()
  /** Who logs in, and where, once the user's SSH configuration was read. */
  private loginPoint: Pick<LoginHop, 'address' | 'port' | 'user'> | null = null
  /** Where a reconnection begins. */
  private lastRoute: Route | null = null
  /** Why the system's `ssh` signs in; null: ssh2 does. */
  private openssh: OpensshReason | null = null

  /** @param typedUser portal user that was typed where the profile names none */
  constructor(
    loaded: LoadedProfile,
    platform: Pick<Platform, 'processes' | 'dataFolder'>,
    questions: LoginQuestions,
    onLost: (relayId: string | null) => void,
    typedUser: string | null = null,
  ) {
    this.loaded = loaded
    this.processes = platform.processes
    this.confirmed = new ConfirmedHostKeys(platform.dataFolder, loaded.profile.ssh.loginHost)
    this.questions = questions
    this.onLost = onLost
    this.typedUser = typedUser
  }

  /** Logs in, unless a login exists. */
  async login(): Promise<void> {
    await this.connected()
  }

  /**
   * A session's job as Slurm reports it, or null when it is not in the queue.
   * @throws VizlinkError foreign-job: what has the number now is not the session's; slurm-unreachable
   */
  async job({ id, jobId }: JobOfSession): Promise<SlurmJob | null> {
    const { stdout } = await this.command(jobCommand(jobId), jobAnswerBytes)
    return desktopsOwn(parseJob(stdout), this.desktopJob(id))
  }

  /**
   * Cancels a session's job with the user's own rights; one that is gone already is no error.
   * @throws VizlinkError foreign-job: nothing was cancelled; slurm-unreachable when Slurm does not do it
   */
  async cancelJob({ id, jobId }: JobOfSession): Promise<void> {
    const desktop = this.desktopJob(id)
    if (desktop === null) throw foreignJob({ user: null, name: null, partition: null })
    parseCancelled((await this.command(cancelCommand(jobId, desktop), jobAnswerBytes)).stdout)
  }

  /**
   * The nodes of a partition, or of several with commas between, in the cluster of a job.
   * @throws VizlinkError link-lost, deadline-exceeded
   */
  async nodes(partition: string, { jobId }: Pick<JobOfSession, 'jobId'>): Promise<NodeStatus[]> {
    const { cluster } = jobParts(jobId)
    return parseNodes((await this.command(nodesCommand(partition, cluster), clusterOutputBytes)).stdout)
  }

  /** How a session's job ended; null where Slurm knows it no more. */
  async jobEnd({ id, jobId }: JobOfSession): Promise<JobEnd | null> {
    if (!isJobId(jobId)) return null
    const end = parseJobEnd((await this.command(jobEndCommand(jobId), jobAnswerBytes)).stdout)
    return end && isDesktopsJob(end, this.desktopJob(id)) ? end : null
  }

  /** Last lines of a job's log, where the user may read it. */
  async jobLog({ logFile, uid }: Pick<JobEnd, 'logFile' | 'uid'>): Promise<string | null> {
    return logFile === null ? null : this.endOf({ logFile, uid })
  }

  /** Last lines of the log that a portal's job has its host write beside its own, where the user may read it. */
  async hostLog(sessionId: string, { uid }: Pick<JobEnd, 'uid'>): Promise<string | null> {
    const { portal, check } = this.loaded.profile
    if (!portal || !/^[\w.@-]{1,100}$/.test(sessionId)) return null
    return this.endOf({ logFile: `${check.paths.sessions}/${sessionId}/logs/sunshine.log`, uid })
  }

  private async endOf(log: Parameters<typeof jobLogCommand>[0]): Promise<string | null> {
    return (await this.command(jobLogCommand(log), 8 * 1024)).stdout.trim() || null
  }

  private desktopJob(sessionId: string): DesktopJob | null {
    return desktopJob(sessionId, this.loaded.profile.slurm.partition)
  }

  /** The first way to the job's node that holds, with the relay on it. @throws VizlinkError no-way-to-node */
  async openTunnel(
    job: { id: string; node: string; owner: JobOwner | null },
    basePort: number,
    onProgress: (text: Text) => void = () => undefined,
  ): Promise<Tunnel> {
    const link = await this.connected()
    const ownJob = job.owner === null ? null : isSameUser(job.owner.name, this.user())
    const tunnel = await openRoute(link, {
      node: job.node,
      jobId: job.id,
      plan: planRoutes(this.loaded.profile.ssh.access, { ownJob, last: this.lastRoute }),
      hop: await this.nodeHop(job.node),
      ports: hostPorts(basePort),
      onProgress,
    })
    // News of a relay that its owner does not know yet are lost.
    const loss = link.lossOf(tunnel.relayId)
    if (loss) throw new VizlinkError(loss)
    this.lastRoute = tunnel.route
    return tunnel
  }

  /** Runs a command on the login host. */
  onLogin(command: HostCommand, maximumBytes: number, options?: CommandOptions): Promise<NodeOutput> {
    return this.command(command, maximumBytes, options)
  }

  /** Logs in to a node, whether a session runs there or not. */
  async openNode(node: string): Promise<NodeLogin> {
    const link = await this.connected()
    const hop = await this.nodeHop(node)
    const { hopId } = await link.request('open-hop', { hop, deadlineMs: hopDeadlineMs })
    return {
      run: (command, maximumBytes, options) => execute(link, hopId, command, maximumBytes, options),
      close: async () => {
        await link.request('close-hop', { hopId }).catch(() => undefined)
      },
    }
  }

  /** The login, and the node's own SSH server behind it. */
  async linkTo(node: string): Promise<{ link: LinkClient; hop: Hop }> {
    return { link: await this.connected(), hop: await this.nodeHop(node) }
  }

  /** A TCP port as the login host reaches it, by a socket of the app alone; closing never fails. */
  async openForward(address: string, port: number): Promise<{ path: string; close(): Promise<void> }> {
    const link = await this.connected()
    const { forwardId, path } = await link.request('open-forward', {
      address,
      port,
      deadlineMs: commandDeadlineMs,
    })
    const close = async (): Promise<void> => {
      await link.request('close-forward', { forwardId }).catch(() => undefined)
    }
    return { path, close }
  }

  /** Runs a command on the node; on the login host where the route does not let us run any there. */
  async onNode(tunnel: Tunnel, command: HostCommand, maximumBytes: number): Promise<NodeOutput> {
    const link = await this.connected()
    const { hopId, step } = tunnel
    return link.request('exec', { hopId, step, command, deadlineMs: commandDeadlineMs, maximumBytes })
  }

  /**
   * Who owns the ports at which the session's host should be; null where this cannot be known.
   * @param basePort the host's
   */
  async portOwner(tunnel: Tunnel, basePort: number, owner: JobOwner | null): Promise<Ownership | null> {
    if (tunnel.route === 'login-host' || owner === null) return null
    const { stdout } = await this.onNode(tunnel, { script: ownersCommand }, 256 * 1024)
    const seen = parseOwners(stdout)
    if (seen === null) return null
    return judgeOwnership(hostPorts(basePort), seen.listeners, { user: seen.user, job: owner.uid })
  }

  /** Whether processes of the job hold these sockets of the node; false also where that cannot be seen. */
  async areJobsSockets(tunnel: Tunnel, inodes: readonly number[], jobId: string): Promise<boolean> {
    // Its processes name the number of the part or task, which is another.
    const { number } = jobParts(jobId)
    if (!/^\d{1,12}$/.test(number)) return false
    const { stdout } = await this.onNode(tunnel, { script: jobSocketsScript(inodes, number) }, 16 * 1024)
    return areJobs(stdout, inodes)
  }

  /** Whether the session's host turns the horizontal wheel; false also where that cannot be seen. @param basePort the host's */
  async turnsHorizontalWheel(tunnel: Tunnel, basePort: number): Promise<boolean> {
    if (tunnel.route === 'login-host') return false
    const { stdout } = await this.onNode(tunnel, { script: hostInputScript(basePort) }, 4096)
    return turnsHorizontalWheel(stdout)
  }

  async closeTunnel(tunnel: Tunnel): Promise<void> {
    if (!this.link) return
    await this.link.request('close-relay', { relayId: tunnel.relayId }).catch(() => undefined)
    const { hopId } = tunnel
    if (hopId !== null) await this.link.request('close-hop', { hopId }).catch(() => undefined)
  }

  async prepareStream(tunnel: Tunnel, encryptedRtsp: boolean, remoteInputKey: string): Promise<void> {
    const link = await this.connected()
    await link.request('prepare-stream', { relayId: tunnel.relayId, encryptedRtsp, remoteInputKey })
  }

  /** The relay dropped frames and has room for a key frame. */
  onKeyFrameWanted({ relayId }: Tunnel, listener: () => void): void {
    this.link?.onKeyFrameWanted(relayId, listener)
  }

  /**
   * Measures the way from the node to here, before there is video; takes half a second and the way's own delay at most.
   * @returns null where that fails
   */
  async measureLine({ relayId }: Tunnel): Promise<LinkRequests['measure-line']['output']> {
    const measured = this.link?.request('measure-line', { relayId, deadlineMs: measureDeadlineMs })
    return (await measured?.catch(() => null)) ?? null
  }

  async facts(tunnel: Tunnel): Promise<LinkFacts | null> {
    return this.link ? this.link.request('link-facts', { relayId: tunnel.relayId }).catch(() => null) : null
  }

  /** Ends the link process, also that of a login under way; settles when it is gone. No other is started afterwards. */
  async close(): Promise<void> {
    this.closed = true
    const { link, loggingIn } = this
    this.link = null
    await Promise.all([link?.close(), loggingIn?.close()])
    await this.loginUnderWay?.catch(() => undefined)
  }

  private async nodeHop(node: string): Promise<Hop> {
    const { ssh } = this.loaded.profile
    const special = ssh.nodes.byName[node]
    const listed = special?.hostKeys.length ? special.hostKeys : ssh.nodes.hostKeys
    const port = special?.port ?? ssh.nodes.port
    return {
      label: node,
      address: special?.address ?? node,
      port,
      user: this.user(),
      ...(await this.hostKeys(node, listed, await this.configuration.knownFor(node, port))),
    }
  }

  /** Keys that are accepted without a question: those of the profile, else those that the user's programs or the user know. */
  private async hostKeys(
    host: string,
    listed: readonly string[],
    { keys, revoked, authorities }: KnownKeys,
  ): Promise<Pick<Hop, 'hostKeys' | 'revokedKeys' | 'authorities'>> {
    const hostKeys = listed.length > 0 ? [...listed] : [...(await this.confirmed.of(host)), ...keys]
    return {
      hostKeys: hostKeys.slice(0, mostHostKeys),
      revokedKeys: revoked.slice(0, mostHostKeys),
      ...(listed.length > 0 || authorities.length === 0
        ? {}
        : { authorities: authorities.slice(0, mostHostKeys) }),
    }
  }

  /** Why the system's `ssh` signs in; null: Vizlink does so itself. */
  get opensshReason(): OpensshReason | null {
    return this.openssh
  }

  /** Who logs in. */
  get userName(): string {
    return this.user()
  }

  /** Who logs in, and where: `user@address:port`. */
  get loginName(): string {
    const { address, port = 22 } = this.loginPoint ?? this.loaded.profile.ssh.loginHost
    return `${this.user()}@${address}:${port}`
  }

  private user(): string {
    return this.loginPoint?.user ?? sshUser(this.loaded.profile, this.typedUser)
  }

  private async command(
    command: HostCommand,
    maximumBytes: number,
    options?: CommandOptions,
  ): Promise<NodeOutput> {
    const { learned, ...output } = await execute(await this.connected(), null, command, maximumBytes, options)
    if (learned) knowledge.set(this.loaded, learned)
    return output
  }

  private connected(): Promise<LinkClient> {
    if (this.closed) return Promise.reject(linkClosed())
    if (this.link) return Promise.resolve(this.link)
    this.loginUnderWay ??= this.startLink().finally(() => (this.loginUnderWay = null))
    return this.loginUnderWay
  }

  private async startLink(): Promise<LinkClient> {
    const { profile, identityFile } = this.loaded
    const hopsOfLogin = await this.configuration.hopsTo(profile, identityFile)
    const { points, proxy } = hopsOfLogin
    const { askPassphrase } = this.questions
    const asked = reasonOfSettings(profile.ssh, hopsOfLogin)
    // ssh finds its keys itself.
    const signers =
      asked === null
        ? await Promise.all(points.map(({ selection }) => loadSigner(selection, askPassphrase)))
        : []
    this.openssh = asked ?? reasonOfKeys(profile.ssh, signers)
    const openssh = this.openssh === null ? null : await opensshInput(profile, identityFile, hopsOfLogin)
    this.loginPoint = points.at(-1) ?? null
    if (this.closed) throw linkClosed()
    const link = createLinkClient(this.processes.start('link'), {
      ...this.questions,
      verifyHostKey: async (shown) => {
        const isRight = await this.questions.verifyHostKey(shown)
        // Where it cannot be kept the next connection asks again.
        if (isRight) await this.confirmed.remember(shown.hop, shown.publicKey).catch(() => undefined)
        return isRight
      },
      sign: signWith(signers),
    })
    this.loggingIn = link
    try {
      const hops = points.map(async ({ label, address, port, user, listed, known }, index): Promise<Hop> => {
        const { keys = [], unusable = [] } = signers[index] ?? {}
        return {
          ...{ label, address, port, user: user ?? this.user() },
          ...(await this.hostKeys(label, listed, known)),
          ...(index === 0 && proxy !== null && openssh === null ? { proxy } : {}),
          ...(index === points.length - 1
            ? {}
            : { ownKeys: { keys: keys.map(({ publicKey }) => publicKey), unusable } }),
        }
      })
      const { keys = [], unusable = [] } = signers.at(-1) ?? {}
      const known = knowledge.get(this.loaded)
      await link.request('login', {
        hops: await Promise.all(hops),
        keys,
        unusableKeys: unusable,
        ...(known ? { known } : {}),
        ...(openssh ? { openssh } : {}),
        deadlineMs: loginDeadlineMs,
      })
      if (this.closed) throw linkClosed()
    } catch (error) {
      await link.close()
      throw error
    } finally {
      this.loggingIn = null
    }
    this.link = link
    link.onLost((relayId) => {
      if (relayId === null && this.link === link) {
        this.link = null
        void link.close()
      }
      this.onLost(relayId)
    })
    return link
  }
}

function execute(
  link: LinkClient,
  hopId: string | null,
  command: HostCommand,
  maximumBytes: number,
  { deadlineMs = commandDeadlineMs, input }: CommandOptions = {},
): Promise<LinkRequests['exec']['output']> {
  return link.request('exec', {
    hopId,
    command,
    deadlineMs,
    maximumBytes,
    ...(input === undefined ? {} : { input }),
  })
}

const linkClosed = (): Error => fail('link-lost', 'closed')
