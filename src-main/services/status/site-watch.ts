/** Everything that is asked of one site while somebody watches: each source at its own pace, none in another's way. */
import { asText } from '../../shared/texts/index.ts'
import { fail } from '../../shared/errors.ts'
import type { PortalNotification, Scratch, StatusPart, StatusSnapshot } from '../../shared/model/status.ts'
import { Dashboard, type DashboardAnswer } from '../../protocols/portal/dashboard.ts'
import { basesOf } from '../../protocols/portal/service-bases.ts'
import { lookAtRoutes, lookAtServices } from '../../protocols/portal/routes.ts'
import type { PortalChannel, PortalEvent } from '../../protocols/portal/web-socket.ts'
import { PortalDashboard, type PortalSite, type SiteAuth } from '../auth/index.ts'
import { StatusBoard, type PartValue } from './board.ts'
import type { ClusterAccess } from '../cluster/index.ts'
import { GpuSource } from './gpu-source.ts'
import { showHistory } from './history-source.ts'
import { NodeSource } from './node-source.ts'
import { Poller } from './poller.ts'
import { SessionStatus } from './session-status.ts'

/** Pause between an answer and the next question, ms. */
export const usualPace = {
  sessions: 3000,
  services: 15_000,
  routes: 60_000,
  nodes: 15_000,
  jobs: 10_000,
  disks: 30_000,
  notifications: 60_000,
  gpu: 3000,
  history: 60_000,
  /** Sessions while Redis notifies of changes by itself. */
  notifiedSessions: 30_000,
  /** Between two searches for the dashboard's address, while questions to it fail. */
  lookAgain: 30_000,
}
export type Pace = typeof usualPace

const dashboard = asText('panels.sources.dashboard')
const here = asText('panels.sources.here')
const pushed = asText('panels.sources.pushed')
const mostNotifications = 30

export class SiteWatch {
  readonly watchers = new Set<string>()
  private readonly board: StatusBoard
  /** Null at sites without a portal. */
  private readonly portal: PortalDashboard<Dashboard> | null
  private sessions: SessionStatus | null = null
  private readonly pollers: Record<string, Poller>
  private channel: PortalChannel | null = null
  /** Whose node is looked at. */
  private preferred: string | null
  private stopped = false

  constructor(
    site: SiteAuth,
    findCluster: (preferred: string | null) => ClusterAccess | null,
    onChange: (snapshot: StatusSnapshot) => void,
    pace: Pace,
    preferred: string | null = null,
  ) {
    this.preferred = preferred
    const cluster = (): ClusterAccess | null => findCluster(this.preferred)
    const { profile } = site.loaded
    const board = new StatusBoard(profile.id, site.kind === 'portal', onChange)
    this.board = board
    this.portal =
      site.kind === 'portal'
        ? new PortalDashboard({
            site,
            make: (http, base) => new Dashboard(http, base),
            lookAgainMs: pace.lookAgain,
          })
        : null
    const { partition, clusters } = profile.slurm
    const nodes = new NodeSource({ board, portal: this.portal, cluster, partition, clusters })
    const gpu = new GpuSource(board, cluster)
    this.pollers = {
      nodes: new Poller(() => nodes.nodes(), pace.nodes),
      jobs: new Poller(() => nodes.jobs(), pace.jobs),
      gpu: new Poller(() => gpu.figures(), pace.gpu),
    }
    if (site.kind === 'portal' && this.portal) this.watchPortal(site, this.portal, cluster, pace)
  }

  /** Figures of a node are those of this desktop's, from now on. */
  lookAt(desktopId: string | null): void {
    if (this.preferred === desktopId) return
    this.preferred = desktopId
    this.pollers.gpu?.now()
    this.pollers.history?.now()
  }

  /** For a page that came later. */
  report(): void {
    this.board.report()
  }

  /** Asks for what is costly to the site, once. */
  async refresh(part: 'dataDisk' | 'scratch'): Promise<void> {
    if (!this.pollers.disks) return
    await this.ask(part, (one): Promise<DashboardAnswer<PartValue<typeof part>>> => one[part]()).catch(
      () => undefined,
    )
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.board.stop()
    for (const poller of Object.values(this.pollers)) poller.stop()
    this.channel?.close()
    // What is under way at the portal ends with its client, not with its deadline.
    await this.portal?.close()
    await this.sessions?.close()
  }

  private watchPortal(
    site: PortalSite,
    status: PortalDashboard<Dashboard>,
    cluster: () => ClusterAccess | null,
    pace: Pace,
  ): void {
    const { board, pollers } = this
    const { portal } = site
    const history = { board, portal: status, cluster, url: portal.prometheusUrl ?? null }
    const sessions = new SessionStatus(site, board, cluster, () => pollers.sessions?.now())
    this.sessions = sessions
    pollers.sessions = new Poller(
      () => sessions.sessions(),
      () => (sessions.notifies ? pace.notifiedSessions : pace.sessions),
    )
    pollers.services = new Poller(async () => {
      const services = await lookAtServices(await status.http(), portal)
      board.set('services', [...services, sessions.health], here)
    }, pace.services)
    pollers.routes = new Poller(async () => {
      board.set('routes', await lookAtRoutes(await status.http(), portal), here)
    }, pace.routes)
    pollers.reported = this.asking('reported', pace.services, (one) => one.health())
    pollers.cluster = this.asking('cluster', pace.nodes, (one) => one.cluster())
    pollers.disks = this.asking('disks', pace.disks, (one) => one.disks())
    pollers.notifications = this.asking('notifications', pace.notifications, (one) => one.notifications())
    pollers.history = new Poller(() => showHistory(history), pace.history)
    // Without it the pollers continue.
    this.openChannel(status, basesOf(portal, 'webSocket')[0]).catch(() => undefined)
  }

  private asking<P extends StatusPart>(
    part: P,
    paceMs: number,
    question: (one: Dashboard) => Promise<DashboardAnswer<PartValue<P>>>,
  ): Poller {
    return new Poller(() => this.ask(part, question), paceMs)
  }

  private ask<P extends StatusPart>(
    part: P,
    question: (one: Dashboard) => Promise<DashboardAnswer<PartValue<P>>>,
  ): Promise<void> {
    return this.board.ask(part, dashboard, async () => (await this.portal?.ask(question)) ?? null)
  }

  private async openChannel(status: PortalDashboard<Dashboard>, url: string): Promise<void> {
    const { PortalChannel } = await import('../../protocols/portal/web-socket.ts')
    const http = await status.http().catch(() => null)
    if (!http || this.stopped) return
    this.channel = new PortalChannel(new URL(url.replace(/^http/, 'ws')), http, {
      onEvent: (event) => this.take(event),
      onConnected: () => undefined,
    })
  }

  private take(event: PortalEvent): void {
    if (event.type === 'notification') return this.notify(event.notification)
    if (event.dataDisk) this.board.set('dataDisk', event.dataDisk, pushed)
    if (event.scratch) this.takeScratch(event.scratch)
  }

  /** Figures that were measured stay, with their age, beside a service that measures nothing. */
  private takeScratch(scratch: Scratch): void {
    if (!isBlind(scratch)) this.board.set('scratch', scratch, pushed)
    else if (this.board.value('scratch') === null)
      this.board.fail('scratch', fail('portal-error', 'scratch-not-measured'), pushed)
  }

  private notify(notification: PortalNotification): void {
    const before = this.board.value('notifications') ?? []
    const others = before.filter(({ id }) => id === '' || id !== notification.id)
    this.board.set('notifications', [notification, ...others].slice(0, mostNotifications), pushed)
  }
}

/** A service that can log in to no node says that none answers, also where all are well: it has measured nothing. */
const isBlind = ({ nodes, totalNodes, activeNodes }: Scratch): boolean =>
  nodes.length === 0 && activeNodes === 0 && (totalNodes ?? 0) > 0
