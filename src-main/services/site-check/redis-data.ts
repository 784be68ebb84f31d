/** Redis from the login host: a stranger's PING, and what a read-only user may see. Read commands only. */
import type { RedisData, RedisSight, Seen } from '../../domain/site-check/observations.ts'
import { greeting, readGreeting } from '../../protocols/redis/greeting.ts'
import { decodeReplies, encodeCommand, RedisError, type RedisValue } from '../../protocols/redis/resp.ts'
import type { RedisProfile } from '../../shared/model/site-check-profile.ts'
import { readPassword } from '../sites/read-password.ts'
import type { CheckLogin } from './cluster.ts'

const deadlineMs = 15_000
const refusedCode = 71
const mostSessions = 500
const safeAddress = /^[\w.:-]{1,253}$/
const patterns = ['moonlight:session:*', 'vnc:session:*']

/** Passes its input to an address as the login host sees it, and what comes back to its output. Needs bash. */
function pipeScript(address: string, port: number): string {
  if (!safeAddress.test(address)) throw new Error(`"${address}" cannot be an address`)
  return `command -v bash >/dev/null || exit 72
exec timeout 10 bash -c "exec 3<>/dev/tcp/${address}/${port} || exit ${refusedCode}; cat >&3; exec cat <&3" 2>/dev/null`
}

async function converse(
  login: CheckLogin,
  { address, port }: RedisProfile,
  text: string,
): Promise<string | null> {
  const output = await login.run(null, pipeScript(address, port), deadlineMs, text)
  if (output.code === 72) throw new Error('The login host has no bash to reach Redis with.')
  return output.code === refusedCode ? null : output.stdout
}

/** How Redis meets a stranger on the login host. */
export async function lookAtRedisFromLogin(login: CheckLogin, redis: RedisProfile): Promise<RedisSight> {
  const where = `${redis.address}:${redis.port} (from the login host)`
  const answer = await converse(login, redis, greeting)
  if (answer === null) return { where, state: 'refused', seen: `${where} refuses connections` }
  // A login shell may print something of its own before.
  const at = answer.search(/[+-]/)
  return readGreeting(where, at < 0 ? '' : answer.slice(at))
}

/** Logs in as the profile's user, then the commands, then goodbye; the replies to the commands. */
async function ask(
  login: CheckLogin,
  redis: RedisProfile,
  password: string,
  commands: string[][],
): Promise<RedisValue[]> {
  const authentication = ['AUTH', ...(redis.user === undefined ? [] : [redis.user]), password]
  const text = [authentication, ...commands, ['QUIT']].map(encodeCommand).join('')
  const answer = await converse(login, redis, text)
  if (answer === null) throw new Error('Redis refuses connections from the login host.')
  const [welcome, ...replies] = decodeReplies(Buffer.from(answer.slice(Math.max(0, answer.search(/^[+-]/m)))))
  if (welcome !== 'OK') {
    const text = welcome instanceof RedisError ? welcome.text : 'no answer'
    throw new Error(`Redis refuses the user of the site profile: ${text.slice(0, 100)}`)
  }
  return replies
}

/** What the profile's read-only user sees: settings of persistence, records of sessions. */
export async function lookAtRedisData(
  login: CheckLogin,
  redis: RedisProfile | undefined,
  passwordFile: string | null,
  configurationFile: string,
): Promise<RedisData> {
  if (redis === undefined || passwordFile === null)
    throw new Error('The site profile names no read-only user of Redis (redis.user, redis.passwordFile).')
  if (redis.tls)
    throw new Error('Redis speaks TLS there, which the site check does not do through the login host.')
  const password = await readPassword(passwordFile)
  const scans = patterns.map((pattern) => ['SCAN', '0', 'MATCH', pattern, 'COUNT', '100000'])
  const [information, save, append, ...lists] = await ask(login, redis, password, [
    ['INFO', 'persistence'],
    ['CONFIG', 'GET', 'save'],
    ['CONFIG', 'GET', 'appendonly'],
    ...scans,
  ])
  const file = await login.run(
    null,
    `grep -hE "^ *(save|appendonly) " "${configurationFile}" 2>/dev/null | sed "s/^ */@@line /"`,
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
    sessions: await lookAtSessions(login, redis, password, lists),
  }
}

/** Reads the settings from where they are told: CONFIG GET, else INFO, else the configuration file. */
export function readPersistence(told: {
  information: RedisValue | undefined
  save: RedisValue | undefined
  append: RedisValue | undefined
  file: string[]
  configurationFile: string
}): Pick<RedisData, 'persistent' | 'persistenceSeen'> {
  const setting = (reply: RedisValue | undefined): string | null =>
    Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : null
  const append = setting(told.append)
  const save = setting(told.save)
  if (append !== null && save !== null)
    return {
      persistent: append === 'yes' || save !== '',
      persistenceSeen: `save "${save}", appendonly ${append}`,
    }
  if (typeof told.information === 'string' && /^aof_enabled:1/m.test(told.information))
    return { persistent: true, persistenceSeen: 'INFO persistence: aof_enabled:1' }
  const lines = told.file.map((line) => line.trim())
  if (lines.length === 0)
    return { persistent: null, persistenceSeen: `${told.configurationFile} cannot be read` }
  const saves = lines.filter((line) => /^save \d/.test(line))
  const appends = lines.includes('appendonly yes')
  return {
    persistent: saves.length > 0 || appends,
    persistenceSeen: `${told.configurationFile}: ${lines.join(', ').slice(0, 200)}`,
  }
}

/** Times to live of all session records, and the Moonlight records' contents (VNC's are text). */
async function lookAtSessions(
  login: CheckLogin,
  redis: RedisProfile,
  password: string,
  lists: RedisValue[],
): Promise<Seen<{ count: number; withoutEnd: string[]; ghosts: string[] }>> {
  const refused = lists.find((list) => list instanceof RedisError)
  if (refused instanceof RedisError)
    return { ok: false, reason: `Redis refuses SCAN: ${refused.text.slice(0, 100)}` }
  const names = lists
    .flatMap((list) => (Array.isArray(list) && Array.isArray(list[1]) ? list[1] : []))
    .filter((name) => typeof name === 'string' && name !== 'vnc:session:index')
    .slice(0, mostSessions) as string[]
  if (names.length === 0) return { ok: true, value: { count: 0, withoutEnd: [], ghosts: [] } }
  const replies = await ask(
    login,
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
