/**
 * Where the Moonlight backend keeps its sessions: Redis; or, where Redis could not be reached at its start, a list in each of
 * its two worker processes, between which requests alternate.
 */
import type { Redis } from 'ioredis'

export interface SessionRecord {
  session_id: string
  username: string
  image_id: string
  display_num: number
  sunshine_port: number
  slurm_job_id: string
  status: string
  created_at: number
  web_url: string
}

export interface SessionStore {
  /** What a list shows of a user's sessions. */
  list(user: string): Promise<object[]>
  /** Displays and ports that are taken. */
  taken(): Promise<{ display: number; port: number }[]>
  put(record: SessionRecord): Promise<void>
  /** Removes a session and gives its job's id (empty without one); null where there is no such session. */
  remove(sessionId: string): Promise<string | null>
}

const key = (sessionId: string): string => `moonlight:session:${sessionId}`
const lifetimeSeconds = 86_400
const finishedLifetimeSeconds = 300
const finished = ['completed', 'failed', 'cancelled', 'timeout']
const shown = ['session_id', 'image_id', 'status', 'sunshine_port', 'web_url', 'created_at', 'slurm_job_id']

/** Sessions as hashes. `statusOf`: what Slurm says of a job, null when it does not answer in time. */
function redisStore(redis: Redis, statusOf: (jobId: string) => Promise<string | null>): SessionStore {
  const refreshed = async (name: string): Promise<object> => {
    const session = await redis.hgetall(name)
    if (session.slurm_job_id) {
      const status = await statusOf(session.slurm_job_id)
      if (status !== null) {
        session.status = status
        await redis.hset(name, 'status', status)
        if (finished.includes(status)) await redis.expire(name, finishedLifetimeSeconds)
      }
    }
    return Object.fromEntries(shown.map((field) => [field, session[field] ?? null]))
  }
  return {
    async list(user) {
      // A pattern, as in the real service: `*`, `?` and brackets match other users too.
      return Promise.all((await redis.keys(key(`ml-${user}-*`))).map(refreshed))
    },
    async taken() {
      const names = await redis.keys(key('*'))
      const values = await Promise.all(names.map((name) => redis.hmget(name, 'display_num', 'sunshine_port')))
      return values.map(([display, port]) => ({ display: Number(display), port: Number(port) }))
    },
    async put(record) {
      await redis.hset(key(record.session_id), record)
      await redis.expire(key(record.session_id), lifetimeSeconds)
    },
    async remove(sessionId) {
      const name = key(sessionId)
      if ((await redis.exists(name)) === 0) return null
      const jobId = await redis.hget(name, 'slurm_job_id')
      await redis.del(name)
      return jobId ?? ''
    },
  }
}

/** One worker's list: the status stays what it was at the start, numbers stay numbers. */
function workerStore(): SessionStore {
  const records = new Map<string, SessionRecord>()
  return {
    list: (user) => Promise.resolve([...records.values()].filter(({ username }) => username === user)),
    taken: () =>
      Promise.resolve(
        [...records.values()].map(({ display_num, sunshine_port }) => ({
          display: display_num,
          port: sunshine_port,
        })),
      ),
    put(record) {
      records.set(record.session_id, record)
      return Promise.resolve()
    },
    remove(sessionId) {
      const record = records.get(sessionId)
      records.delete(sessionId)
      return Promise.resolve(record?.slurm_job_id ?? null)
    },
  }
}

/** Gives the store for each request. `inMemory`: asked every time. */
export function sessionStore(
  redis: Redis,
  statusOf: (jobId: string) => Promise<string | null>,
  inMemory: () => boolean,
): () => SessionStore {
  const shared = redisStore(redis, statusOf)
  let workers: SessionStore[] | null = null
  let turn = 0
  return () => {
    if (!inMemory()) {
      workers = null
      return shared
    }
    workers ??= [workerStore(), workerStore()]
    return workers[turn++ % 2]!
  }
}
