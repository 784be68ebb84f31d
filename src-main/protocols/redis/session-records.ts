/**
 * The user's own session records in the portal's Redis, read as a user that may only read: notified of changes where the
 * server does so, else looked at again and again. What leaves this client: AUTH, SCAN, HGETALL, GET, PSUBSCRIBE.
 */
import { isIP } from 'node:net'
import { Redis } from 'ioredis'
import { fail } from '../../shared/errors.ts'
import type { SessionRecord } from '../../shared/model/status.ts'
import { isPlainUser } from '../../shared/model/user-name.ts'
import { parseLenientJson } from '../lenient-json.ts'
import { shownText } from '../portal/lenient.ts'

export interface RedisOptions {
  /** Socket of this computer that leads to the server. */
  path: string
  user: string | null
  password: string | null
  /** Only where the server speaks TLS: its authority (PEM), and the address that its certificate is made out to. */
  tls: { ca: string; address: string } | null
}

const kinds = [
  { kind: 'moonlight', keys: 'moonlight:session:', own: (user: string) => `moonlight:session:ml-${user}-` },
  { kind: 'vnc', keys: 'vnc:session:', own: (user: string) => `vnc:session:vnc-${user}-` },
] as const
// The access list gives exactly these: a narrower pattern would be refused.
const eventPatterns = kinds.map(({ keys }) => `__keyspace@0__:${keys}*`)

const commandDeadlineMs = 8000
const mostRounds = 200
const mostRecords = 50
/** The longest answer is a thousand keys. */
const mostAnswerBytes = 4 * 1024 * 1024
/** Keys that do not exist. A server that keeps half of a cluster has the slots of all of them one time in 65,000. */
const probes = 16

function optionsOf(way: RedisOptions) {
  return {
    path: way.path,
    ...(way.user === null ? {} : { username: way.user }),
    ...(way.password === null ? {} : { password: way.password }),
    ...(way.tls
      ? {
          tls: {
            ca: way.tls.ca,
            host: way.tls.address,
            servername: isIP(way.tls.address) ? '' : way.tls.address,
          },
        }
      : {}),
    lazyConnect: true,
    // No HELLO, no CLIENT SETINFO, no INFO: an access list for reading need not allow them.
    protocol: 2 as const,
    disableClientInfo: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    // The way itself may be another one next time: the owner opens it again.
    retryStrategy: () => null,
    connectTimeout: commandDeadlineMs,
    commandTimeout: commandDeadlineMs,
  }
}

/** Cuts a connection on which more comes than any answer has. @returns to be called at each answer */
function boundAnswers(redis: Redis): () => void {
  let bytes = 0
  redis.on('connect', () =>
    redis.stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostAnswerBytes) redis.disconnect()
    }),
  )
  return () => (bytes = 0)
}

export class SessionRecords {
  private readonly reader: Redis
  private readonly listener: Redis
  private readonly user: string
  private readonly answered: () => void
  private readonly heard: () => void
  private over = false
  /** An event has come: from now on the server notifies of changes. */
  notifies = false
  /** How long the last look at the keys took, ms. */
  answerMs: number | null = null

  private constructor(way: RedisOptions, user: string) {
    this.user = user
    this.reader = new Redis(optionsOf(way))
    this.listener = new Redis(optionsOf(way))
    this.answered = boundAnswers(this.reader)
    this.heard = boundAnswers(this.listener)
  }

  /**
   * Connects and logs in.
   * @param onChange called when the server reports that a record of the user's own has changed
   * @param onLost called once, when the connection ends by itself
   */
  static async open(
    way: RedisOptions,
    user: string,
    onChange: () => void,
    onLost: () => void,
  ): Promise<SessionRecords> {
    if (!isPlainUser(user)) throw refused('the portal user’s name cannot be part of a key')
    const records = new SessionRecords(way, user)
    let lastError = ''
    for (const redis of [records.reader, records.listener]) {
      redis.on('error', (error: Error) => (lastError = error.message))
    }
    try {
      await records.reader.connect()
      // A wrong password is an answer to AUTH, not a refused connection.
      await records.reader.scan('0', 'COUNT', 1)
      await records.findCluster()
    } catch (error) {
      records.close()
      throw explained(lastError || (error as Error).message)
    }
    records.reader.once('end', () => {
      if (!records.over) onLost()
      records.close()
    })
    await records.listen(onChange)
    return records
  }

  /** Reads all records of the user's own. */
  async read(): Promise<SessionRecord[]> {
    const found: SessionRecord[] = []
    for (const { kind, own } of kinds) {
      for (const key of await this.keys(own(this.user))) {
        const record = await this.record(kind, key).catch((error: Error) => {
          throw explained(error.message)
        })
        if (record) found.push(record)
      }
    }
    return found
  }

  close(): void {
    this.over = true
    this.reader.disconnect()
    this.listener.disconnect()
  }

  /**
   * Rejects with MOVED where keys of the user's own would lie on another server: its SCAN knows only what this one has.
   * Reading keys that do not exist needs no right beside those for the records.
   */
  private async findCluster(): Promise<void> {
    const [moonlight] = kinds
    const keys = Array.from({ length: probes }, (_, index) => `${moonlight.own(this.user)}probe-${index}`)
    await Promise.all(keys.map((key) => this.reader.hgetall(key)))
    this.answered()
  }

  /** A server that does not let us listen is looked at instead. */
  private async listen(onChange: () => void): Promise<void> {
    const mine = kinds.map(({ own }) => `__keyspace@0__:${own(this.user)}`)
    this.listener.on('pmessage', (_pattern: string, channel: string) => {
      this.heard()
      if (this.over) return
      this.notifies = true
      if (mine.some((start) => channel.startsWith(start))) onChange()
    })
    try {
      await this.listener.connect()
      await this.listener.psubscribe(...eventPatterns)
    } catch {
      this.listener.disconnect()
    }
    this.listener.once('end', () => (this.notifies = false))
  }

  private async keys(start: string): Promise<string[]> {
    const keys = new Set<string>()
    let cursor = '0'
    for (let round = 0; round < mostRounds && keys.size < mostRecords; round++) {
      const asked = performance.now()
      const [next, some] = await this.reader.scan(cursor, 'MATCH', `${start}*`, 'COUNT', 1000)
      this.answerMs = performance.now() - asked
      this.answered()
      for (const key of some) keys.add(key)
      cursor = next
      if (cursor === '0') break
    }
    return [...keys].sort().slice(0, mostRecords)
  }

  private async record(kind: SessionRecord['kind'], key: string): Promise<SessionRecord | null> {
    const isVnc = kind === 'vnc'
    const fields = isVnc
      ? parseLenientJson((await this.reader.get(key)) ?? '')
      : await this.reader.hgetall(key)
    this.answered()
    const { session_id, username, status, job_id, slurm_job_id } = (fields ?? {}) as Record<string, unknown>
    // `ml-ann-` also begins the keys of `ann-b`.
    if (username !== this.user) return null
    // A Moonlight record without its id is a ghost that a job left behind.
    const id = shownText(session_id, 128) || (isVnc ? key.slice('vnc:session:'.length) : '')
    const jobId = shownText(isVnc ? job_id : slurm_job_id, 20) || null
    return id === '' ? null : { id, kind, status: shownText(status, 40), jobId }
  }
}

/** @param reason what Redis or the way to it says */
const explained = (reason: string): Error =>
  /^(MOVED|ASK|CLUSTERDOWN) /.test(reason)
    ? fail('portal-unreachable', 'redis-cluster', {
        evidence: [{ label: 'reason', value: shownText(reason, 200) }],
      })
    : refused(reason)

const refused = (reason: string): Error =>
  fail('portal-unreachable', 'redis-refused', {
    evidence: [{ label: 'reason', value: shownText(reason, 200) }],
  })
