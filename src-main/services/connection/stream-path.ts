/** The path of a connection's stream: the tunnel to the node and the host at its end, opened and closed together. */
import type { Socket } from 'node:net'
import { describeResult } from '../../domain/routes.ts'
import { fail, toFailure, type Failure } from '../../shared/errors.ts'
import type { LinkFacts, StreamFacts, VideoRequest } from '../../shared/model/connection.ts'
import type { HostProof } from '../../shared/model/host-proof.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { ProcessHost } from '../../ports/process-host.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { PortalSession } from '../../protocols/portal/moonlight.ts'
import type { ClusterLogin, Tunnel } from '../cluster/index.ts'
import { type SessionJob, withEvidence } from '../sessions/index.ts'
import { Host, pairHost, type PairHostOptions, type Pairings } from '../host/index.ts'
import type { QuestionBoard } from '../questions/index.ts'

export interface StreamPathOptions {
  cluster: ClusterLogin
  profile: SiteProfile
  processes: ProcessHost
  identity: ClientIdentity
  pairings: Pairings
  questions: Pick<QuestionBoard, 'ask'>
  video: VideoRequest
  /** Told what is being tried on the way to the node. */
  describe: (words: string) => void
  onTunnel: (tunnel: Tunnel) => void
  /** Told what proves that the host is the session's. */
  onProof: (proof: HostProof) => void
  onFacts: (facts: StreamFacts) => void
  onLost: (failure: Failure) => void
  warn: (text: string) => void
}

export class StreamPath {
  private readonly options: StreamPathOptions
  private openTunnel: Tunnel | null = null
  private host: Host | null = null

  constructor(options: StreamPathOptions) {
    this.options = options
  }

  /** The way to the node; null while there is none. */
  get tunnel(): Tunnel | null {
    return this.openTunnel
  }

  /** Opens the tunnel to the job's node. @throws VizlinkError node-unknown, no-way-to-node */
  async open(session: PortalSession, { node, owner }: Pick<SessionJob, 'node' | 'owner'>): Promise<void> {
    if (!node)
      throw fail('node-unknown', {
        message: 'The node of your session is not known.',
        nextStep: 'Try again.',
      })
    const { cluster, describe, onTunnel, processes, identity, pairings, onFacts, onLost } = this.options
    describe(`Opening a secure way to ${node}`)
    const tunnel = await cluster.openTunnel({ id: session.jobId, node, owner }, session.port, describe)
    this.openTunnel = tunnel
    onTunnel(tunnel)
    this.host = new Host({
      processes,
      identity,
      ways: tunnel.local,
      certificate: await pairings.hostCertificate(session.id),
      onFacts,
      onLost,
    })
  }

  /** Settles when the host answers; looks at the job meanwhile. @throws VizlinkError host-not-ready, with why */
  async waitForHost(
    limitMs: number,
    signal: AbortSignal,
    job: Pick<SessionJob, 'look' | 'evidence'>,
  ): Promise<void> {
    const { tried } = this.mustTunnel()
    const ways = tried.map((result) => ({ label: 'route-tried', value: describeResult(result) }))
    await this.mustHost()
      .waitUntilReady(limitMs, signal, () => job.look())
      .catch(async (error: unknown) => {
        if (toFailure(error).kind !== 'host-not-ready') throw error
        throw withEvidence(error, [...ways, ...(await job.evidence())])
      })
  }

  /** Pairs, unless host and client know each other. */
  async pair(
    session: PortalSession,
    { owner, node }: Pick<SessionJob, 'owner' | 'node'>,
    known: Pick<PairHostOptions, 'isShared' | 'startedForUs'>,
    signal: AbortSignal,
  ): Promise<void> {
    const host = this.mustHost()
    const { profile, pairings, cluster, questions, warn, onProof } = this.options
    if (await host.isPaired()) return onProof((await pairings.proof(session.id)) ?? 'certificate')
    const { client } = host
    const tunnel = this.mustTunnel()
    const shown = { session, tunnel, owner, node: node ?? '', ...known }
    onProof(await pairHost({ client, profile, pairings, cluster, questions, warn, signal, ...shown }))
  }

  /** Starts the stream, or takes it up again. */
  async launch(): Promise<void> {
    const tunnel = this.mustTunnel()
    const { cluster, video } = this.options
    await this.mustHost().start(video, (encrypted, key) => cluster.prepareStream(tunnel, encrypted, key))
  }

  /** Ends stream and tunnel, where there are any; another one may be opened afterwards. */
  async close(): Promise<void> {
    const { host, openTunnel } = this
    this.host = null
    this.openTunnel = null
    await host?.stop()
    if (openTunnel) await this.options.cluster.closeTunnel(openTunnel)
  }

  /** Figures of the tunnel; null without one, or when it was closed meanwhile. */
  async facts(): Promise<LinkFacts | null> {
    const { openTunnel } = this
    if (!openTunnel) return null
    const facts = await this.options.cluster.facts(openTunnel)
    return this.openTunnel === openTunnel ? facts : null
  }

  attachSocket(upgrade: { headers: Record<string, string>; head: Buffer }, socket: Socket): boolean {
    return this.host?.attachSocket(upgrade, socket) ?? false
  }

  attachPort(port: object): boolean {
    return this.host?.attachPort(port) ?? false
  }

  attachCounter(): void {
    this.host?.attachCounter()
  }

  sendInput(payload: Uint8Array): void {
    this.host?.sendInput(payload)
  }

  private mustTunnel(): Tunnel {
    return this.openTunnel ?? gone()
  }

  private mustHost(): Host {
    return this.host ?? gone()
  }
}

function gone(): never {
  throw fail('link-lost', { message: 'The connection to the node is gone.', nextStep: 'Try again.' })
}
