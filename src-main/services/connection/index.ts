/** All connections of the app, by id. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { fail } from '../../shared/errors.ts'
import type { ConnectionSnapshot, VideoRequest } from '../../shared/model/connection.ts'
import type { Platform } from '../../ports/platform.ts'
import type { ClientIdentity } from '../../protocols/gamestream/identity.ts'
import type { AuthServices } from '../auth/index.ts'
import type { ClusterAccess } from '../status/cluster-access.ts'
import { SessionMemory } from '../sessions/memory.ts'
import { Connection } from './connection.ts'
import { loadIdentity, pairingsOf } from './pairings.ts'

const finished = new Set<ConnectionSnapshot['state']>(['ended', 'failed', 'idle'])

const maximumUnusedPorts = 16

interface StartInput {
  siteId: string
  user: string | null
  /** The session to resume, where a certain one is wanted. */
  sessionId?: string | undefined
  video: VideoRequest
}

export class ConnectionService {
  private readonly platform: Platform
  private readonly auths: AuthServices
  private readonly onChange: (snapshot: ConnectionSnapshot) => void
  private readonly connections = new Map<string, Connection>()
  /** Starts under way, by site: of two clicks the second gets what the first one makes. */
  private readonly starting = new Map<string, Promise<string>>()
  /** One-time ids of frame ports, each for one connection. */
  private readonly ports = new Map<string, string>()
  private identity: Promise<ClientIdentity> | null = null

  constructor(platform: Platform, auths: AuthServices, onChange: (snapshot: ConnectionSnapshot) => void) {
    this.platform = platform
    this.auths = auths
    this.onChange = onChange
    // Made early: an RSA key takes a moment, and the first click should not wait for it.
    this.loadIdentity().catch(() => undefined)
  }

  /** Starts a connection, unless one to the same site stands or is being started; in the place of a finished one. */
  start(input: StartInput): Promise<string> {
    const before = this.starting.get(input.siteId)
    if (before) return before
    const started = this.begin(input).finally(() => this.starting.delete(input.siteId))
    this.starting.set(input.siteId, started)
    return started
  }

  private async begin(input: StartInput): Promise<string> {
    const site = this.auths.of(input.siteId)
    const standing = [...this.connections.values()].find(
      (connection) => connection.snapshot.siteId === input.siteId,
    )
    if (standing && !finished.has(standing.snapshot.state)) return standing.snapshot.connectionId
    if (standing) {
      await standing.dispose()
      this.connections.delete(standing.snapshot.connectionId)
    }
    const connectionId = randomUUID()
    const connection = new Connection({
      connectionId,
      site,
      platform: this.platform,
      identity: await this.loadIdentity(),
      user: input.user,
      wanted: input.sessionId ?? null,
      video: input.video,
      pairings: pairingsOf(this.platform.secrets, input.siteId),
      memory: new SessionMemory(this.platform.dataFolder, input.siteId),
      onChange: (snapshot) => this.onChange(snapshot),
    })
    this.connections.set(connectionId, connection)
    connection.send('START')
    return connectionId
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

  /** The login of the connection from which a site's picture comes. */
  clusterAccess(siteId: string): ClusterAccess | null {
    for (const { snapshot, clusterAccess } of this.connections.values())
      if (snapshot.siteId === siteId && clusterAccess) return clusterAccess
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
    await Promise.all([...this.connections.values()].map((connection) => connection.dispose()))
    this.connections.clear()
  }
}
