/** All desktops of the app, by id. */
import { randomUUID } from 'node:crypto'
import { fail } from '../../shared/errors.ts'
import type { CallInput, Ended } from '../../shared/contract.ts'
import type { DesktopKind, DesktopSnapshot } from '../../shared/model/desktop.ts'
import type { Platform } from '../../ports/platform.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { Sites } from '../auth/index.ts'
import type { ChosenAtSite } from '../settings/index.ts'
import type { ClusterAccess } from '../cluster/index.ts'
import type { SessionRegistry, SessionService, SessionsOf, SessionWish } from '../sessions/index.ts'
import { Desktop, type DesktopWish } from './desktop.ts'
import { loadIdentity } from '../host/index.ts'

const isOpen = ({ isFinished, snapshot }: Desktop): boolean => !isFinished && snapshot.state !== 'ending'

/** Finished desktops whose failures can still be looked at. */
const maximumFinished = 8
/** The end of a desktop's session has its own deadline; this one only ends the wait for it. */
const endDeadlineMs = 120_000

/** An image that is named now must be; one that is only remembered need not. */
function wantedOf(
  { image, hours }: Pick<CallInput<'desktop.start'>, 'image' | 'hours'>,
  remembered: ChosenAtSite,
): DesktopWish['wanted'] {
  const id = image ?? remembered.image
  return {
    image: id === undefined ? null : { id, firm: image !== undefined },
    hours: hours ?? remembered.hours ?? null,
  }
}

export class DesktopService {
  private readonly platform: Platform
  private readonly sites: Sites
  private readonly registry: SessionRegistry
  private readonly onChange: (snapshot: DesktopSnapshot) => void
  private readonly desktops = new Map<string, Desktop>()
  /** Starts under way, by what they are for: of two clicks the second gets what the first one makes. */
  private readonly starting = new Map<string, Promise<string>>()
  /** Every desktop that is being made. */
  private readonly opening = new Set<Promise<string>>()
  private identity: Promise<ClientIdentity> | null = null

  constructor(
    platform: Platform,
    sites: Sites,
    registry: SessionRegistry,
    onChange: (snapshot: DesktopSnapshot) => void,
  ) {
    this.platform = platform
    this.sites = sites
    this.registry = registry
    this.onChange = onChange
    // Made early: an RSA key takes a moment, and the first click should not wait for it.
    this.loadIdentity().catch(() => undefined)
  }

  /**
   * Opens a desktop. One that is open for the session that is wanted is answered instead; so is, where none is named, the latest
   * one of its kind at the site: only `newSession` makes a second session.
   * @param remembered what an earlier choice says of new sessions
   */
  start(input: CallInput<'desktop.start'>, remembered: ChosenAtSite = {}): Promise<string> {
    const { siteId, sessionId, newSession, wait = true, image, hours, ...rest } = input
    const how = { ...rest, wait, wanted: wantedOf({ image, hours }, remembered) }
    if (newSession) return this.open(siteId, { ...how, wish: { kind: 'new' } })
    const standing = this.openAt(siteId, how.kind).findLast(
      (desktop) => sessionId === undefined || desktop.isFor(sessionId),
    )
    if (standing) return Promise.resolve(standing.snapshot.desktopId)
    const key = JSON.stringify([siteId, how.kind, sessionId])
    const before = this.starting.get(key)
    if (before) return before
    const wish: SessionWish = sessionId === undefined ? { kind: 'any' } : { kind: 'one', id: sessionId }
    const started = this.open(siteId, { ...how, wish }).finally(() => this.starting.delete(key))
    this.starting.set(key, started)
    return started
  }

  /** Tries once more what a finished desktop was for, in its place. */
  async retry(desktopId: string): Promise<string> {
    const before = this.get(desktopId)
    if (!before.isFinished) return desktopId
    await this.drop(before)
    return this.open(before.snapshot.siteId, before.again)
  }

  /** A finished desktop is not looked at any more. */
  async forget(desktopId: string): Promise<void> {
    const desktop = this.desktops.get(desktopId)
    if (desktop?.isFinished) await this.drop(desktop)
  }

  get(desktopId: string): Desktop {
    const desktop = this.desktops.get(desktopId)
    if (desktop) return desktop
    throw fail('bad-request', 'unknown-desktop')
  }

  snapshots(): DesktopSnapshot[] {
    return [...this.desktops.values()].map((desktop) => desktop.snapshot)
  }

  /**
   * Ends a session: by the desktop that is open for it, else by itself.
   * @throws VizlinkError as of `SessionService.end`
   */
  async endSession(sessions: SessionService, of: SessionsOf, sessionId: string): Promise<Ended> {
    const desktop = this.openAt(of.siteId, of.kind).find(({ snapshot }) => snapshot.session?.id === sessionId)
    if (!desktop) return sessions.end(of, sessionId)
    desktop.send('END')
    await desktop.untilOver(endDeadlineMs)
    if (desktop.snapshot.state === 'ended') return { over: true, why: null }
    const kept = await this.registry.of(of.siteId).endings.find(sessionId)
    // It failed meanwhile, and left the session alone.
    return kept ? { over: false, why: kept.why } : sessions.end(of, sessionId)
  }

  /**
   * The login of a desktop that is open at a site.
   * @param preferred of this desktop, where it is open; else best of one whose node can be asked
   */
  clusterAccess(siteId: string, preferred: string | null = null): ClusterAccess | null {
    const wanted = preferred === null ? undefined : this.desktops.get(preferred)
    if (wanted?.snapshot.siteId === siteId && wanted.clusterAccess) return wanted.clusterAccess
    const found = [...this.desktops.values()].flatMap(({ snapshot, clusterAccess }) =>
      snapshot.siteId === siteId && clusterAccess ? [clusterAccess] : [],
    )
    return found.find(({ node }) => node !== null) ?? found[0] ?? null
  }

  async dispose(): Promise<void> {
    // What is being started or made now ends before its folders may go.
    await Promise.allSettled([...this.opening, this.identity])
    await Promise.all([...this.desktops.values()].map((desktop) => desktop.dispose()))
    this.desktops.clear()
  }

  private openAt(siteId: string, kind: DesktopKind): Desktop[] {
    return [...this.desktops.values()].filter(
      (desktop) => desktop.snapshot.siteId === siteId && desktop.snapshot.kind === kind && isOpen(desktop),
    )
  }

  private open(siteId: string, wish: DesktopWish): Promise<string> {
    const opening = this.make(siteId, wish).finally(() => this.opening.delete(opening))
    this.opening.add(opening)
    return opening
  }

  private async make(siteId: string, wish: DesktopWish): Promise<string> {
    const site = this.sites.of(siteId)
    const finished = [...this.desktops.values()].filter(({ isFinished }) => isFinished)
    const ended = finished.filter(({ snapshot }) => snapshot.state !== 'failed')
    const failed = finished.filter(({ snapshot }) => snapshot.state === 'failed').slice(0, -maximumFinished)
    await Promise.all([...ended, ...failed].map((desktop) => this.drop(desktop)))
    const desktopId = randomUUID()
    const desktop = new Desktop({
      ...wish,
      desktopId,
      site,
      platform: this.platform,
      identity: await this.loadIdentity(),
      sessions: this.registry.of(siteId),
      onChange: (snapshot) => this.onChange(snapshot),
    })
    this.desktops.set(desktopId, desktop)
    desktop.send('START')
    return desktopId
  }

  private async drop(desktop: Desktop): Promise<void> {
    this.desktops.delete(desktop.snapshot.desktopId)
    await desktop.dispose()
  }

  /** Loaded once, and again after a failure (a store that was locked). */
  private loadIdentity(): Promise<ClientIdentity> {
    this.identity ??= loadIdentity(this.platform.secrets).catch((error: unknown) => {
      this.identity = null
      throw error
    })
    return this.identity
  }
}
