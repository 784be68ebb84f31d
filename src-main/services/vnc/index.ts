/** The VNC desktops of the app by id, and the user's sessions of that kind at a site. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { fail } from '../../shared/errors.ts'
import type { VncSessionView, VncSnapshot } from '../../shared/model/vnc.ts'
import type { Platform } from '../../ports/platform.ts'
import type { VncWish } from '../../protocols/portal/vnc.ts'
import type { AuthServices } from '../auth/index.ts'
import type { Interaction } from '../auth/interaction.ts'
import { VncDesktop } from './desktop.ts'
import { VncPortal } from './portal.ts'
import { viewOf, type MadeHere } from './session.ts'

const maximumUnusedPorts = 16

export interface VncStart {
  siteId: string
  /** At the portal, where the profile names none. */
  user: string | null
  sessionId?: string | undefined
  size: VncWish
}

export class VncService {
  private readonly platform: Platform
  private readonly auths: AuthServices
  private readonly onChange: (snapshot: VncSnapshot) => void
  private readonly interaction: Interaction | null
  private readonly desktops = new Map<string, VncDesktop>()
  private readonly made: MadeHere = new Set()
  /** One-time ids of ports, each for one channel. */
  private readonly ports = new Map<string, { desktop: VncDesktop; channelId: string }>()

  /** @param interaction who answers questions of a list's sign-in; null: a list must never open a browser by itself */
  constructor(
    platform: Platform,
    auths: AuthServices,
    onChange: (snapshot: VncSnapshot) => void,
    interaction: Interaction | null = null,
  ) {
    this.platform = platform
    this.auths = auths
    this.onChange = onChange
    this.interaction = interaction
  }

  /** What waits or runs. */
  list(siteId: string, user: string | null = null): Promise<VncSessionView[]> {
    return this.withPortal(siteId, user, async (portal, signedIn) =>
      (await portal.list()).map((session) => viewOf(session, signedIn, this.made)),
    )
  }

  /** Opens a desktop beside those that are open; one that is open already, or may come to be the wanted one, is not opened twice. */
  start({ siteId, user, sessionId, size }: VncStart): string {
    const site = this.auths.portalOf(siteId)
    for (const [id, { snapshot, over, sessionId: its }] of this.desktops) {
      if (snapshot.state === 'ended') this.desktops.delete(id)
      if (over || snapshot.siteId !== siteId) continue
      if (sessionId === undefined || its === null || its === sessionId) return id
    }
    const desktopId = randomUUID()
    const desktop = new VncDesktop({
      desktopId,
      site,
      platform: this.platform,
      user,
      wanted: sessionId ?? null,
      size,
      made: this.made,
      onChange: (snapshot) => this.onChange(snapshot),
    })
    this.desktops.set(desktopId, desktop)
    desktop.begin()
    return desktopId
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

  /** Ends a session, and closes its desktop here. */
  async end(siteId: string, sessionId: string, user: string | null = null): Promise<void> {
    const open = [...this.desktops.values()].find(
      ({ snapshot, over }) => !over && snapshot.siteId === siteId && snapshot.session?.id === sessionId,
    )
    if (open) await open.end()
    else await this.withPortal(siteId, user, (portal) => portal.remove(sessionId))
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.desktops.values()].map((desktop) => desktop.leave()))
    this.desktops.clear()
    this.ports.clear()
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
