/** Records that a portal without care leaves in Redis: ended sessions that never expire, and ghosts without a session. */
import type { Redis } from 'ioredis'

const key = (id: string): string => `moonlight:session:${id}`
const ended = ['ml-former-1700000001', 'ml-former-1700000002', 'ml-former-1700000003']
const ghost = 'ml-former-1700000004'

/** Writes the records, or removes them. */
export async function setLeakedSessions(redis: Redis, present: boolean): Promise<void> {
  await redis.del(...[...ended, ghost].map(key))
  if (!present) return
  for (const [index, id] of ended.entries())
    await redis.hset(key(id), {
      session_id: id,
      username: 'former',
      image_id: 'desktop',
      display_num: 97 + index,
      sunshine_port: 48076 + index,
      slurm_job_id: String(900_001 + index),
      status: 'completed',
      created_at: 1_700_000_001 + index,
      web_url: `https://portal.example/moonlight/${id}`,
    })
  // What a job writes after its record was deleted.
  await redis.hset(key(ghost), { status: 'stopped', ended_at: 1_700_030_000 })
}
