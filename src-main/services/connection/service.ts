/** All connections of the app, by id. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { fail } from '../../shared/errors.ts'
import type { ConnectionSnapshot, VideoRequest } from '../../shared/model/connection.ts'
import type { Platform } from '../../ports/platform.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { SiteRegistry } from '../auth/index.ts'
import type { ClusterAccess } from '../cluster/index.ts'
import type { SessionRegistry, SessionWish } from '../sessions/index.ts'
import { Connection } from './connection.ts'
import { loadIdentity } from '../host/index.ts'

const finishedStates = new Set<ConnectionSnapshot['state']>(['ended', 'failed', 'idle'])
const isFinished = ({ snapshot }: Connection): boolean => finishedStates.has(snapshot.state)

const maximumUnusedPorts = 16
/** Finished connections whose failures can still be looked at. */
const maximumFinished = 8

interface StartInput {
  siteId: string
  user: string | null
  /** The session to resume, where a certain one is wanted. */
  sessionId?: string | undefined
  /** A session of its own, beside those that run. */
  newSession?: boolean | undefined
  video: VideoRequest
}

export class ConnectionService {
  private readonly platform: Platform
  private readonly auths: SiteRegistry
  private readonly registry: SessionRegistry
  private readonly onChange: (snapshot: ConnectionSnapshot) => void
  private readonly connections = new Map<string, Connection>()
  /** Starts under way, by what they are for: of two clicks the second gets what the first one makes. */
  private readonly starting = new Map<string, Promise<string>>()
  /** One-time ids of frame ports, each for one connection. */
  private readonly ports = new Map<string, string>()
  private identity: Promise<ClientIdentity> | null = null

  constructor(
    platform: Platform,
    auths: SiteRegistry,
    registry: SessionRegistry,
    onChange: (snapshot: ConnectionSnapshot) => void,
  ) {
    this.platform = platform
    this.auths = auths
    this.registry = registry
    this.onChange = onChange
    // Made early: an RSA key takes a moment, and the first click should not wait for it.
    this.loadIdentity().catch(() => undefined)
  }

  /**
   * Starts a connection. One that stands for the session that is wanted is answered instead; so is, where none is named, the
   * latest one to the site: only `newSession` makes a second session.
   */
  start(input: StartInput): Promise<string> {
    const { siteId, sessionId, newSession, user, video } = input
    if (newSession) return this.open(siteId, { user, video, wish: { kind: 'new' } })
    const standing = this.standing(siteId, sessionId)
    if (standing) return Promise.resolve(standing.snapshot.connectionId)
    const key = JSON.stringify([siteId, sessionId])
    const before = this.starting.get(key)
    if (before) return before
    const wish: SessionWish = sessionId === undefined ? { kind: 'any' } : { kind: 'one', id: sessionId }
    const started = this.open(siteId, { user, video, wish }).finally(() => this.starting.delete(key))
    this.starting.set(key, started)
    return started
  }

  /** Tries once more what a finished connection was for, in its place. */
  async retry(connectionId: string): Promise<string> {
    const before = this.get(connectionId)
    if (!isFinished(before)) return connectionId
    await this.drop(before)
    return this.open(before.snapshot.siteId, before.again)
  }

  /** A finished connection is not looked at any more. */
  async forget(connectionId: string): Promise<void> {
    const connection = this.connections.get(connectionId)
    if (connection && isFinished(connection)) await this.drop(connection)
  }

  private standing(siteId: string, sessionId: string | undefined): Connection | undefined {
    return [...this.connections.values()].findLast(
      (connection) =>
        connection.snapshot.siteId === siteId &&
        !isFinished(connection) &&
        (sessionId === undefined || connection.isFor(sessionId)),
    )
  }

  private async open(
    siteId: string,
    how: Pick<ConstructorParameters<typeof Connection>[0], 'user' | 'wish' | 'video'>,
  ): Promise<string> {
    const site = this.auths.of(siteId)
    const finished = [...this.connections.values()].filter(isFinished)
    const ended = finished.filter(({ snapshot }) => snapshot.state !== 'failed')
    const failed = finished.filter(({ snapshot }) => snapshot.state === 'failed').slice(0, -maximumFinished)
    await Promise.all([...ended, ...failed].map((connection) => this.drop(connection)))
    const connectionId = randomUUID()
    const connection = new Connection({
      ...how,
      connectionId,
      site,
      platform: this.platform,
      identity: await this.loadIdentity(),
      sessions: this.registry.of(siteId),
      onChange: (snapshot) => this.onChange(snapshot),
    })
    this.connections.set(connectionId, connection)
    connection.send('START')
    return connectionId
  }

  private async drop(connection: Connection): Promise<void> {
    this.connections.delete(connection.snapshot.connectionId)
    await connection.dispose()
  }

  get(connectionId: string): Connection {
    const connection = this.connections.get(connectionId)
    if (!connection)
      throw fail('bad-request', {
        message: 'This connection is not known any more.',
        nextStep: 'Connect again.',
      })
    return connection
  }

  snapshots(): ConnectionSnapshot[] {
    return [...this.connections.values()].map((connection) => connection.snapshot)
  }

  /**
   * The login of a connection from which a site's picture comes.
   * @param preferred that of this connection, where it stands
   */
  clusterAccess(siteId: string, preferred: string | null = null): ClusterAccess | null {
    const first = preferred === null ? undefined : this.connections.get(preferred)
    for (const connection of [...(first ? [first] : []), ...this.connections.values()])
      if (connection.snapshot.siteId === siteId && connection.clusterAccess) return connection.clusterAccess
    return null
  }

  /** A frame port id for a streaming connection, good once. */
  openPort(connectionId: string): string {
    if (this.get(connectionId).snapshot.state !== 'streaming') {
      throw fail('bad-request', {
        message: 'There is no picture yet.',
        nextStep: 'Wait until the connection stands.',
      })
    }
    const portId = randomUUID()
    this.ports.set(portId, connectionId)
    // Ids that no page came for must not pile up.
    const oldest = this.ports.keys().next()
    if (this.ports.size > maximumUnusedPorts && !oldest.done) this.ports.delete(oldest.value)
    return portId
  }

  /** Loaded once, and again after a failure (a store that was locked). */
  private loadIdentity(): Promise<ClientIdentity> {
    this.identity ??= loadIdentity(this.platform.secrets).catch((error: unknown) => {
      this.identity = null
      throw error
    })
    return this.identity
  }

  attachSocket(
    portId: string,
    upgrade: { headers: Record<string, string>; head: Buffer },
    socket: Socket,
  ): boolean {
    const connectionId = this.ports.get(portId)
    this.ports.delete(portId)
    return (
      connectionId !== undefined &&
      (this.connections.get(connectionId)?.attachSocket(upgrade, socket) ?? false)
    )
  }

  /** Electron: a MessagePortMain in the place of a socket. */
  attachPort(portId: string, port: object): boolean {
    const connectionId = this.ports.get(portId)
    this.ports.delete(portId)
    return connectionId !== undefined && (this.connections.get(connectionId)?.attachPort(port) ?? false)
  }

  async dispose(): Promise<void> {
    // What is being started or made now ends before its folders may go.
    await Promise.allSettled([...this.starting.values(), this.identity])
    await Promise.all([...this.connections.values()].map((connection) => connection.dispose()))
    this.connections.clear()
  }
}
