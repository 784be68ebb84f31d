/** What clients ask of a site's Redis, as Redis itself sees it. */
import { vi } from 'vitest'
import { Redis } from 'ioredis'
import type { Site } from '../site/types.ts'

/** Names of commands, each once, sorted; of CONFIG and the like with the word behind it. */
export interface RedisCommands {
  /** By MONITOR, which knows all that was done. */
  done: string[]
  /** By the log of the access list: what users asked for and may not do. */
  refused: string[]
}

export interface RedisWatch extends AsyncDisposable {
  /** What came since the watch began, by connections that were not open then. */
  commands(): Promise<RedisCommands>
}

const nameOf = ([name = '', next = '']: string[]): string =>
  /^(config|acl|client|cluster)$/i.test(name) ? `${name}|${next}`.toLowerCase() : name.toLowerCase()
const sorted = (names: string[]): string[] => [...new Set(names)].sort()

/**
 * Watches from now on. The portal's services have their connections already: what comes by others is not theirs.
 * For a moment the site's Redis lets everybody in, the watch too.
 */
export async function watchRedis(site: Site): Promise<RedisWatch> {
  const [host = '', port = ''] = site.ready.redis.split(':')
  await site.setFault('redis-public', true)
  const asking = new Redis({ host, port: Number(port), enableReadyCheck: false })
  const monitor = await asking.monitor()
  const seen: { words: string[]; source: string }[] = []
  monitor.on('monitor', (_time: string, words: string[], source: string) => seen.push({ words, source }))
  const list = (await asking.call('CLIENT', 'LIST')) as string
  const known = new Set([...list.matchAll(/\baddr=(\S+)/g)].map(([, address]) => address))
  await asking.call('ACL', 'LOG', 'RESET')
  await site.setFault('redis-public', false)
  let marks = 0
  return {
    async commands() {
      // Redis has reported all that came before once it reports this.
      const mark = `mark-${marks++}`
      await asking.ping(mark)
      await vi.waitUntil(() => seen.some(({ words }) => words.includes(mark)), {
        timeout: 30_000,
        message: 'the monitor',
      })
      const done = seen.filter(({ source }) => !known.has(source)).map(({ words }) => nameOf(words))
      const log = (await asking.call('ACL', 'LOG', 128)) as unknown[][]
      const refused = log.map((entry) => String(entry[entry.indexOf('object') + 1]))
      return { done: sorted(done), refused: sorted(refused) }
    },
    async [Symbol.asyncDispose]() {
      monitor.disconnect()
      asking.disconnect()
    },
  }
}
