/** The VNC desktops of the app by id, and the user's sessions of that kind at a site. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { fail } from '../../shared/errors.ts'
import type { Ended } from '../../shared/contract.ts'
import type { VncSessionView, VncSnapshot } from '../../shared/model/vnc.ts'
import type { Platform } from '../../ports/platform.ts'
import type { VncWish } from '../../protocols/portal/vnc.ts'
import type { SiteRegistry, Interaction } from '../auth/index.ts'
import { SessionRegistry, SessionTurns, type SessionWish } from '../sessions/index.ts'
import { ClusterLogin, type JobOfSession } from '../cluster/index.ts'
import { boardFor } from '../questions/index.ts'
import { VncDesktop, type DesktopWish } from './desktop.ts'
import { VncPortal } from './portal.ts'
import { viewOf, type MadeHere } from './session.ts'

const maximumUnusedPorts = 16

export interface VncStart {
  siteId: string
  /** At the portal, where the profile names none. */
  user: string | null
  sessionId?: string | undefined
  newSession?: boolean | undefined
  size: VncWish
}

export class VncService {
  private readonly platform: Platform
  private readonly auths: SiteRegistry
  private readonly onChange: (snapshot: VncSnapshot) => void
  private readonly interaction: Interaction | null
  private readonly registry: SessionRegistry
  private readonly desktops = new Map<string, VncDesktop>()
  private readonly made: MadeHere = new Set()
  /** By site. */
  private readonly turns = new Map<string, SessionTurns>()
  /** One-time ids of ports, each for one channel. */
  private readonly ports = new Map<string, { desktop: VncDesktop; channelId: string }>()

  /**
   * @param interaction who answers questions of a list's sign-in; null: a list must never open a browser by itself
   * @param registry the app's, where it has connections
   */
  constructor(
    platform: Platform,
    auths: SiteRegistry,
    onChange: (snapshot: VncSnapshot) => void,
    interaction: Interaction | null = null,
    registry = new SessionRegistry(platform),
  ) {
    this.platform = platform
    this.auths = auths
    this.onChange = onChange
    this.interaction = interaction
    this.registry = registry
  }

  /** What waits or runs. */
  list(siteId: string, user: string | null = null): Promise<VncSessionView[]> {
    return this.withPortal(siteId, user, async (portal, signedIn) => {
      const listed = await portal.list()
      const ending = await this.endings(siteId)
      const others = listed.filter(({ id }) => ending.every((session) => session.id !== id))
      return [...others.map((session) => viewOf(session, signedIn, this.made)), ...ending]
    })
  }

  /** What was ended and is not known to be over, also where the site cannot be asked. */
  async endings(siteId: string): Promise<VncSessionView[]> {
    const kept = await this.registry.of(siteId).endings.all()
    return kept
      .filter(({ kind }) => kind === 'vnc')
      .map(({ id, jobId, since, why }) => ({
        ...{ id, jobId, status: 'ending', imageName: '', createdAt: null, endsAt: null, shared: false },
        ending: { since, why },
      }))
  }

  /**
   * Opens a desktop beside those that are open. One that is open already is not opened twice; where no certain session is
   * meant, each is as good that is open or begins.
   */
  start({ siteId, user, sessionId, newSession, size }: VncStart): string {
    const wish: SessionWish =
      sessionId === undefined ? { kind: newSession ? 'new' : 'any' } : { kind: 'one', id: sessionId }
    return this.open(siteId, { user, wish, size })
  }

  /** Tries once more what a desktop was for that failed; the new one takes its place. */
  retry(desktopId: string): string {
    const { again, over, snapshot } = this.get(desktopId)
    if (!over) return desktopId
    this.desktops.delete(desktopId)
    return this.open(snapshot.siteId, again)
  }

  get(desktopId: string): VncDesktop {
    const desktop = this.desktops.get(desktopId)
    if (desktop) return desktop
    throw fail('bad-request', {
      message: 'This VNC desktop is not open any more.',
      nextStep: 'Open it again from the list.',
    })
  }

  snapshots(): VncSnapshot[] {
    return [...this.desktops.values()].map(({ snapshot }) => snapshot)
  }

  /** A port id for the bytes of a desktop, good once. */
  async openPort(desktopId: string): Promise<string> {
    const desktop = this.get(desktopId)
    const channelId = await desktop.openChannel()
    const portId = randomUUID()
    this.ports.set(portId, { desktop, channelId })
    const oldest = this.ports.keys().next()
    if (this.ports.size > maximumUnusedPorts && !oldest.done) this.ports.delete(oldest.value)
    return portId
  }

  attachSocket(
    portId: string,
    upgrade: { headers: Record<string, string>; head: Buffer },
    socket: Socket,
  ): boolean {
    const port = this.take(portId)
    return port?.desktop.attachSocket(port.channelId, upgrade, socket) ?? false
  }

  attachPort(portId: string, messagePort: object): boolean {
    const port = this.take(portId)
    return port?.desktop.attachPort(port.channelId, messagePort) ?? false
  }

  /** Closes a desktop here; its session goes on. */
  async leave(desktopId: string): Promise<void> {
    const desktop = this.desktops.get(desktopId)
    await desktop?.leave()
    this.desktops.delete(desktopId)
  }

  /**
   * Ends a session, or tries once more to, and closes its desktop here.
   * @throws VizlinkError bad-request: there is none of that name; foreign-job: its record names another job
   */
  async end(siteId: string, sessionId: string, user: string | null = null): Promise<Ended> {
    const its = [...this.desktops].filter(
      ([, { snapshot }]) => snapshot.siteId === siteId && snapshot.session?.id === sessionId,
    )
    const open = its.find(([, { over }]) => !over)?.[1]
    const work = (): Promise<Ended> => this.endSession(siteId, sessionId, user)
    const ended = await (open ? open.end(work) : work())
    for (const [id, { over, snapshot }] of its)
      if (over && snapshot.state === 'failed') this.desktops.delete(id)
    return ended
  }

  /** @param known its job, where the caller has seen it; else the portal's list says it */
  private endSession(
    siteId: string,
    sessionId: string,
    user: string | null,
    known: JobOfSession | null = null,
  ): Promise<Ended> {
    const { endings } = this.registry.of(siteId)
    const { loaded } = this.auths.portalOf(siteId)
    return this.withPortal(siteId, user, async (portal) => {
      const session = known ?? (await endings.find(sessionId)) ?? (await listedSession(portal, sessionId))
      const { handlers } = boardFor(this.interaction)
      const cluster = new ClusterLogin(loaded, this.platform, handlers, () => undefined, user)
      try {
        const { id, jobId } = session
        const way = { source: portal, cluster }
        const failure = await endings.attempt({ id, jobId, kind: 'vnc', user }, way)
        return { over: failure === null, why: failure?.message ?? null }
      } finally {
        await cluster.close()
      }
    })
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.desktops.values()].map((desktop) => desktop.leave()))
    this.desktops.clear()
    this.ports.clear()
  }

  private open(siteId: string, what: DesktopWish): string {
    const { wish } = what
    const site = this.auths.portalOf(siteId)
    for (const [id, { over, sessionId, snapshot }] of this.desktops) {
      if (snapshot.state === 'ended') this.desktops.delete(id)
      if (over || snapshot.siteId !== siteId || wish.kind === 'new') continue
      if (wish.kind === 'any' || sessionId === wish.id) return id
    }
    const turns = this.turns.get(siteId) ?? new SessionTurns()
    this.turns.set(siteId, turns)
    const desktopId = randomUUID()
    const desktop = new VncDesktop({
      ...what,
      desktopId,
      site,
      turns,
      platform: this.platform,
      made: this.made,
      endings: this.registry.of(siteId).endings,
      endSession: (session) => this.endSession(siteId, session.id, what.user, session),
      onChange: (snapshot) => this.onChange(snapshot),
    })
    this.desktops.set(desktopId, desktop)
    desktop.begin()
    return desktopId
  }

  private take(portId: string): { desktop: VncDesktop; channelId: string } | null {
    const port = this.ports.get(portId) ?? null
    this.ports.delete(portId)
    return port
  }

  private async withPortal<T>(
    siteId: string,
    user: string | null,
    work: (portal: VncPortal, user: string) => Promise<T>,
  ): Promise<T> {
    const portal = new VncPortal(this.auths.portalOf(siteId))
    try {
      const { signal } = new AbortController()
      const lease = await portal.signIn({ user, interaction: this.interaction, signal })
      return await work(portal, lease.user)
    } finally {
      await portal.close()
    }
  }
}

async function listedSession(portal: VncPortal, sessionId: string): Promise<JobOfSession> {
  const found = (await portal.list()).find(({ id }) => id === sessionId)
  if (found) return found
  throw fail('bad-request', {
    message: 'There is no such VNC desktop of yours.',
    nextStep: 'Look at the list of sessions.',
  })
}
