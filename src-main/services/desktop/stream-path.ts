/** The path of a streamed picture: the tunnel to the node and the host at its end. */
import { describeResults, routeLimits, routeWarning } from '../../domain/routes.ts'
import { toFailure, type Failure } from '../../shared/errors.ts'
import type { LinkFacts, Pace, VideoRequest } from '../../shared/model/desktop.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { Clock } from '../../ports/platform.ts'
import type { ProcessHost } from '../../ports/process-host.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { ClusterLogin, Tunnel } from '../cluster/index.ts'
import { withEvidence } from '../sessions/index.ts'
import { Host, pairHost, type Pairings, type StreamClient } from '../host/index.ts'
import type { QuestionBoard } from '../questions/index.ts'
import type { LineMeasurement } from '../../domain/line-pace.ts'
import type { PortTaker } from './frame-ports.ts'
import { LineFollower } from './line-follower.ts'
import { gone, nodeOf, type PairingFacts, type PicturePath, type Placed } from './picture-path.ts'
import type { DesktopReport } from './report.ts'
import { asText, translate, type Text } from '../../shared/texts/index.ts'

/** How often a job whose host is waited for is asked what it does. */
const logEveryMs = 5000

/** How long a host whose pictures stay away has to say that it is there. */
const answerMs = 3000

export interface StreamPathOptions {
  cluster: ClusterLogin
  profile: SiteProfile
  processes: ProcessHost
  identity: ClientIdentity
  pairings: Pairings
  questions: Pick<QuestionBoard, 'ask'>
  clock: Clock
  /** What the user wants; less where the line does not carry it. */
  video: VideoRequest
  report: DesktopReport
  onLost: (failure: Failure) => void
}

export class StreamPath implements PicturePath {
  private readonly options: StreamPathOptions
  private openTunnel: Tunnel | null = null
  private host: Host | null = null
  /** Of the host, on its node. */
  private basePort = 0
  /** What the line carries, as it was found while the host was waited for; null: that is not known. */
  private measured: Promise<LineMeasurement | null> = Promise.resolve(null)
  private follower: LineFollower | null = null

  constructor(options: StreamPathOptions) {
    this.options = options
  }

  get tunnel(): Tunnel | null {
    return this.openTunnel
  }

  get stream(): StreamClient | null {
    return this.host?.stream ?? null
  }

  async open({ session, job }: Placed): Promise<void> {
    const node = nodeOf(job)
    const { cluster, processes, identity, pairings, report, onLost } = this.options
    const describe = (text: Text): void => report.describe('tunnelling', text)
    describe(asText('desktop.detail.opening', { node }))
    const of = { id: session.jobId, node, owner: job.owner }
    const tunnel = await cluster.openTunnel(of, session.port, describe)
    this.openTunnel = tunnel
    this.basePort = session.port
    this.show(tunnel)
    cluster.onKeyFrameWanted(tunnel, () => this.stream?.requestKeyFrame())
    this.measured = cluster.measureLine(tunnel)
    this.host = new Host({
      processes,
      identity,
      ways: tunnel.local,
      certificate: await pairings.hostCertificate(session.id),
      onFacts: (stream) => report.update({ stream }),
      onLost,
    })
  }

  async waitForHost({ job }: Placed, limitMs: number, signal: AbortSignal): Promise<void> {
    const { tried } = this.mustTunnel()
    const routes = tried.map((result) => ({
      label: 'route-tried',
      value: translate(describeResults([result])!, 'en'),
    }))
    let asked = Date.now()
    const look = async (): Promise<void> => {
      await job.look()
      if (Date.now() - asked < logEveryMs) return
      asked = Date.now()
      const doing = await job.doing()
      if (doing !== null) this.options.report.describe('waiting-for-host', doing)
    }
    await this.mustHost()
      .waitUntilReady(limitMs, signal, look)
      .catch(async (error: unknown) => {
        if (toFailure(error).kind !== 'host-not-ready') throw error
        throw withEvidence(error, [...routes, ...(await job.evidence())])
      })
  }

  async pair({ session, job }: Placed, facts: PairingFacts, signal: AbortSignal): Promise<void> {
    const host = this.mustHost()
    const { profile, pairings, cluster, questions, report } = this.options
    if (await host.isPaired()) {
      report.update({ hostProof: (await pairings.proof(session.id)) ?? 'certificate' })
      return
    }
    const { client } = host
    const warn = (text: Text): void => report.warn(text)
    const shown = { session, tunnel: this.mustTunnel(), owner: job.owner, node: job.node ?? '', ...facts }
    const hostProof = await pairHost({
      client,
      profile,
      pairings,
      cluster,
      questions,
      warn,
      signal,
      ...shown,
    })
    report.update({ hostProof })
  }

  async launch(): Promise<void> {
    const tunnel = this.mustTunnel()
    const host = this.mustHost()
    const { cluster, report, video, clock, onLost } = this.options
    const [turned, measured] = await Promise.all([
      cluster.turnsHorizontalWheel(tunnel, this.basePort).catch(() => false),
      this.measured,
    ])
    const prepare = (encrypted: boolean, key: string): Promise<void> =>
      cluster.prepareStream(tunnel, encrypted, key)
    const before: Pace | null = report.snapshot.pace ?? null
    const follower = new LineFollower({
      ...{ asked: video, measured, before, onLost },
      now: () => clock.now(),
      facts: () => cluster.facts(tunnel),
      usedKbps: () => report.snapshot.stream?.bitrateKbps ?? 0,
      measure: () => cluster.measureLine(tunnel),
      changeLive: (kbps) => host.client.changeBitrate(kbps),
      resume: (wanted) => host.resume(wanted, prepare, turned),
      report: (pace) => report.update({ pace }),
    })
    await host.start(follower.video, prepare, turned)
    // Closed meanwhile: nothing is followed.
    if (this.host !== host) return
    this.follower = follower
    follower.start()
  }

  takePort(): Promise<PortTaker> {
    return Promise.resolve(this.mustHost().stream ?? gone())
  }

  linkLost(relayId: string | null): boolean {
    return relayId === null || relayId === this.openTunnel?.relayId
  }

  async answers(): Promise<boolean> {
    const host = this.mustHost()
    return host.client.serverInfo(AbortSignal.timeout(answerMs)).then(
      () => true,
      () => false,
    )
  }

  async facts(): Promise<LinkFacts | null> {
    const { openTunnel } = this
    if (!openTunnel) return null
    const facts = await this.options.cluster.facts(openTunnel)
    return this.openTunnel === openTunnel ? facts : null
  }

  async close(): Promise<void> {
    const { host, openTunnel, follower } = this
    this.follower = null
    follower?.stop()
    this.host = null
    this.openTunnel = null
    await host?.stop()
    if (openTunnel) await this.options.cluster.closeTunnel(openTunnel)
  }

  private show({ route, tried, place }: Tunnel): void {
    const { report, cluster } = this.options
    const { opensshReason } = cluster
    report.describe('tunnelling', describeResults(tried))
    report.update({
      access: {
        ...{ route, tried, limits: routeLimits[route], relay: place },
        ...(opensshReason === null ? {} : { openssh: opensshReason }),
      },
    })
    const warning = routeWarning(route)
    if (warning) report.warn(warning)
  }

  private mustTunnel(): Tunnel {
    return this.openTunnel ?? gone()
  }

  private mustHost(): Host {
    return this.host ?? gone()
  }
}
