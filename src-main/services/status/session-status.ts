/** The user's own session records: from Redis where the site gives access to it, else from the portal's session list. */
import { asText, type Text } from '../../shared/texts/index.ts'
import { readFile } from 'node:fs/promises'
import { fail, toFailure } from '../../shared/errors.ts'
import { sentenceOf } from '../../shared/failure-text.ts'
import type { ServiceHealth } from '../../shared/model/status.ts'
import type { SessionRecords } from '../../protocols/redis/session-records.ts'
import { PortalSource, type SignInSite } from '../sessions/index.ts'
import { readPassword, type LoadedProfile } from '../sites/index.ts'
import type { StatusBoard } from './board.ts'
import type { ClusterAccess, ClusterForward } from '../cluster/index.ts'

const byRedis = asText('panels.sources.redis')
const byPortal = asText('panels.sources.sessions')
/** After Redis could not be used, it is left alone for so long. */
const redisRestMs = 60_000

/** The part of a login by which Redis is reached. */
type RedisAccess = Pick<ClusterAccess, 'openForward'>

/** The part of a site that its records are read by. */
type RecordSite = SignInSite & { loaded: Pick<LoadedProfile, 'redisPasswordFile' | 'redisCaFile'> }

interface OpenRedis {
  records: SessionRecords
  forward: ClusterForward
}

export class SessionStatus {
  private readonly site: RecordSite
  private readonly board: StatusBoard
  private readonly cluster: () => RedisAccess | null
  private readonly onChange: () => void
  private redis: OpenRedis | null = null
  private redisProblem: Text | null = null
  private redisRestsUntil = 0
  private portal: PortalSource | null = null
  private portalUser: string | null = null
  private closed = false

  /** @param onChange called when Redis notifies of a change: ask again at once */
  constructor(site: RecordSite, board: StatusBoard, cluster: () => RedisAccess | null, onChange: () => void) {
    this.site = site
    this.board = board
    this.cluster = cluster
    this.onChange = onChange
  }

  /** Redis notifies of changes by itself. */
  get notifies(): boolean {
    return this.redis?.records.notifies ?? false
  }

  /** Redis as far as it can be seen from here. */
  get health(): ServiceHealth {
    const row = { name: 'Redis', responseMs: null, detail: null, constant: false }
    if (this.redis) return { ...row, status: 'healthy', responseMs: this.redis.records.answerMs }
    if (this.redisProblem !== null) return { ...row, status: 'down', detail: this.redisProblem }
    const given = this.site.loaded.profile.redis !== undefined
    return {
      ...row,
      status: 'unknown',
      detail: asText(given ? 'panels.services.notAsked' : 'panels.services.noAccess'),
    }
  }

  async sessions(): Promise<void> {
    const records = await this.fromRedis()
    if (records) return this.board.set('sessions', records, byRedis)
    await this.board.ask('sessions', byPortal, async () => {
      try {
        const list = await (await this.openPortal()).list()
        return {
          value: list.map(({ id, status, jobId }) => ({ id, kind: 'moonlight' as const, status, jobId })),
        }
      } catch (error) {
        await this.closePortal()
        throw error
      }
    })
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all([this.closeRedis(), this.closePortal()])
  }

  private async fromRedis() {
    const { profile } = this.site.loaded
    const user = this.site.portal.user ?? this.portalUser
    const cluster = this.cluster()
    if (!profile.redis || !cluster || user === null) return null
    if (!this.redis && Date.now() < this.redisRestsUntil) return null
    try {
      this.redis ??= await this.openRedis(cluster, user)
      const records = await this.redis.records.read()
      this.redisProblem = null
      return records
    } catch (error) {
      this.redisProblem = sentenceOf(toFailure(error))
      // HTTP continues meanwhile.
      this.redisRestsUntil = Date.now() + redisRestMs
      await this.closeRedis()
      return null
    }
  }

  private async openRedis(cluster: RedisAccess, user: string): Promise<OpenRedis> {
    const { profile, redisPasswordFile, redisCaFile } = this.site.loaded
    const { address, port, user: redisUser, tls } = profile.redis!
    const password = redisPasswordFile === null ? null : await readPassword(redisPasswordFile)
    const ca = tls && redisCaFile !== null ? await readFile(redisCaFile, 'utf8') : null
    const forward = await cluster.openForward(address, port)
    try {
      const way = {
        path: forward.path,
        user: redisUser ?? null,
        password,
        tls: ca === null ? null : { ca, address },
      }
      const redis = await import('../../protocols/redis/session-records.ts')
      const records = await redis.SessionRecords.open(way, user, this.onChange, () => void this.closeRedis())
      if (this.closed) {
        records.close()
        throw fail('cancelled', 'not-watched')
      }
      return { records, forward }
    } catch (error) {
      await forward.close()
      throw error
    }
  }

  private async closeRedis(): Promise<void> {
    const { redis } = this
    this.redis = null
    redis?.records.close()
    await redis?.forward.close()
  }

  /** Joins the existing login; one that needs a person is left to the desktop. */
  private async openPortal(): Promise<PortalSource> {
    if (this.portal) return this.portal
    const portal = new PortalSource(this.site)
    try {
      const lease = await portal.signIn({
        user: null,
        interaction: null,
        signal: new AbortController().signal,
      })
      if (this.closed) throw fail('cancelled', 'not-watched')
      this.portalUser = lease.user
    } catch (error) {
      await portal.close()
      throw error
    }
    this.portal = portal
    return portal
  }

  private async closePortal(): Promise<void> {
    const { portal } = this
    this.portal = null
    await portal?.close()
  }
}
