/** Redis from the login host: a stranger's PING, its encryption, and what a read-only user may see. Read commands only. */
import type { RedisData, RedisLoginSight, Seen } from '../observations.ts'
import { greeting, readGreeting } from '../../protocols/redis/greeting.ts'
import { decodeReplies, encodeCommand, RedisError, type RedisValue } from '../../protocols/redis/resp.ts'
import type { RedisProfile } from '../../shared/model/site-check-profile.ts'
import { readPassword } from '../../services/sites/index.ts'
import type { Saying } from '../../shared/texts/index.ts'
import { asText } from '../../shared/texts/index.ts'
import type { CheckLogin } from './cluster.ts'
import { NotSeen, reasonOf } from './gather.ts'
import { askEncrypted, HandshakeError, askPlain, type RedisQuestion } from './redis-question.ts'

const deadlineMs = 15_000
const mostSessions = 500
const patterns = ['moonlight:session:*', 'vnc:session:*']

/** The Redis of the profile, and its authority (PEM) where it speaks TLS. */
export interface SiteRedis {
  redis: RedisProfile
  ca: string | null
}

/** How Redis meets a stranger on the login host, and whether its encryption holds where the profile wants it. */
export async function lookAtRedisFromLogin(
  login: CheckLogin,
  { redis, ca }: SiteRedis,
): Promise<RedisLoginSight> {
  const address = `${redis.address}:${redis.port}`
  const where = asText('site-check-seen.fromLogin', { address })
  const answer = await askPlain(login, redis)(greeting)
  if (answer === null)
    return {
      state: 'refused',
      seen: asText('site-check-seen.portClosed', { address: where }),
      tls: redis.tls ? { ok: false, reason: asText('site-check-reasons.redisRefuses') } : null,
    }
  const plain = readGreeting(where, answer)
  if (!redis.tls) return { ...plain, tls: null }
  if (plain.state !== 'other') {
    const problem = asText('site-check-seen.unencrypted', { where })
    return { ...plain, tls: { ok: true, value: { problem, seen: problem } } }
  }
  const met = (problem: Saying | null): RedisLoginSight['tls'] => ({
    ok: true,
    value: { problem, seen: asText('site-check-seen.tlsFits', { where, address: redis.address }) },
  })
  const unverified = { state: 'unverified', seen: asText('site-check-seen.tlsAnswers', { where }) } as const
  try {
    const welcome = await askEncrypted(login, redis, ca ?? '')(greeting)
    return { ...readGreeting(where, welcome ?? ''), tls: met(null) }
  } catch (error) {
    if (error instanceof HandshakeError)
      return {
        ...unverified,
        tls: met(asText('site-check-seen.onNode', { node: where, seen: error.message })),
      }
    return { ...unverified, tls: { ok: false, reason: reasonOf(error) } }
  }
}

/** Logs in as the profile's user, then the commands, then goodbye; the replies to the commands. */
async function ask(
  way: RedisQuestion,
  { user }: RedisProfile,
  password: string,
  commands: string[][],
): Promise<RedisValue[]> {
  const authentication = ['AUTH', ...(user === undefined ? [] : [user]), password]
  const answer = await way([authentication, ...commands, ['QUIT']].map(encodeCommand).join(''))
  if (answer === null) throw new NotSeen(asText('site-check-reasons.redisRefusesLogin'))
  const [welcome, ...replies] = decodeReplies(Buffer.from(answer))
  if (welcome !== 'OK') {
    const answer = welcome instanceof RedisError ? welcome.text.slice(0, 100) : '-'
    throw new NotSeen(asText('site-check-reasons.redisRefusesUser', { answer }))
  }
  return replies
}

/** What the profile's read-only user sees: settings of persistence, records of sessions. */
export async function lookAtRedisData(
  login: CheckLogin,
  { redis, ca }: SiteRedis,
  { tls }: RedisLoginSight,
  passwordFile: string | null,
  configurationFile: string,
): Promise<RedisData> {
  if (passwordFile === null) throw new NotSeen(asText('site-check-reasons.redisNoUser'))
  if (tls?.ok === false)
    throw typeof tls.reason === 'string' ? new Error(tls.reason) : new NotSeen(tls.reason)
  // A password goes nowhere but to the server that the profile means.
  if (tls?.value.problem) throw new NotSeen(asText('site-check-reasons.redisEncryption'))
  const password = await readPassword(passwordFile)
  const way = tls ? askEncrypted(login, redis, ca ?? '') : askPlain(login, redis)
  const scans = patterns.map((pattern) => ['SCAN', '0', 'MATCH', pattern, 'COUNT', '100000'])
  const [information, cluster, save, append, ...lists] = await ask(way, redis, password, [
    ['INFO', 'persistence'],
    ['INFO', 'cluster'],
    ['CONFIG', 'GET', 'save'],
    ['CONFIG', 'GET', 'appendonly'],
    ...scans,
  ])
  const file = await login.run(
    null,
    {
      script: `grep -hE "^ *(save|appendonly) " "${configurationFile}" 2>/dev/null | sed "s/^ */@@line /"`,
    },
    deadlineMs,
  )
  return {
    ...readPersistence({
      information,
      save,
      append,
      file: file.lines.map(({ text }) => text),
      configurationFile,
    }),
    cluster: readCluster(cluster),
    sessions: await lookAtSessions(way, redis, password, lists),
  }
}

/** Reads the answer to INFO cluster. */
export function readCluster(information: RedisValue | undefined): RedisData['cluster'] {
  const line = typeof information === 'string' ? /^cluster_enabled:([01])/m.exec(information) : null
  if (line) return { ok: true, value: { enabled: line[1] === '1', seen: `INFO cluster: ${line[0]}` } }
  const answer = information instanceof RedisError ? information.text.slice(0, 100) : '-'
  return { ok: false, reason: asText('site-check-reasons.redisClusterUnknown', { answer }) }
}

/** Reads the settings from where they are available: CONFIG GET, else INFO, else the configuration file. */
export function readPersistence(found: {
  information: RedisValue | undefined
  save: RedisValue | undefined
  append: RedisValue | undefined
  file: string[]
  configurationFile: string
}): Pick<RedisData, 'persistent' | 'persistenceSeen'> {
  const setting = (reply: RedisValue | undefined): string | null =>
    Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : null
  const append = setting(found.append)
  const save = setting(found.save)
  if (append !== null && save !== null)
    return {
      persistent: append === 'yes' || save !== '',
      persistenceSeen: `save "${save}", appendonly ${append}`,
    }
  if (typeof found.information === 'string' && /^aof_enabled:1/m.test(found.information))
    return { persistent: true, persistenceSeen: 'INFO persistence: aof_enabled:1' }
  const lines = found.file.map((line) => line.trim())
  if (lines.length === 0)
    return {
      persistent: null,
      persistenceSeen: asText('site-check-seen.unreadable', { file: found.configurationFile }),
    }
  const saves = lines.filter((line) => /^save \d/.test(line))
  const appends = lines.includes('appendonly yes')
  return {
    persistent: saves.length > 0 || appends,
    persistenceSeen: `${found.configurationFile}: ${lines.join(', ').slice(0, 200)}`,
  }
}

/** Times to live of all session records, and the Moonlight records' contents (VNC's are text). */
async function lookAtSessions(
  way: RedisQuestion,
  redis: RedisProfile,
  password: string,
  lists: RedisValue[],
): Promise<Seen<{ count: number; withoutEnd: string[]; ghosts: string[] }>> {
  const refused = lists.find((list) => list instanceof RedisError)
  if (refused instanceof RedisError)
    return {
      ok: false,
      reason: asText('site-check-reasons.redisRefusesScan', { answer: refused.text.slice(0, 100) }),
    }
  const names = lists
    .flatMap((list) => (Array.isArray(list) && Array.isArray(list[1]) ? list[1] : []))
    .filter((name) => typeof name === 'string' && name !== 'vnc:session:index')
    .slice(0, mostSessions) as string[]
  if (names.length === 0) return { ok: true, value: { count: 0, withoutEnd: [], ghosts: [] } }
  const replies = await ask(
    way,
    redis,
    password,
    names.flatMap((name) => [
      ['TTL', name],
      name.startsWith('moonlight:') ? ['HGETALL', name] : ['TYPE', name],
    ]),
  )
  const records = names.map((name, index) => ({
    name,
    ttl: replies[index * 2],
    content: replies[index * 2 + 1],
  }))
  const isGhost = ({ content }: (typeof records)[number]): boolean =>
    Array.isArray(content) &&
    content.length > 0 &&
    !content.some((cell, index) => index % 2 === 0 && cell === 'session_id')
  return {
    ok: true,
    value: {
      count: names.length,
      withoutEnd: records.filter(({ ttl }) => ttl === -1).map(({ name }) => name),
      ghosts: records.filter(isGhost).map(({ name }) => name),
    },
  }
}
