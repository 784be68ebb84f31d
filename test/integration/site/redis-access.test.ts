/** The Redis user for clients: reads session records and hears of their changes, over TLS too, and can do nothing else. */
import { readFile, stat } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { startSite } from '../../site/index.ts'
import type { Site, SiteOptions } from '../../site/types.ts'
import { ask, createSession } from './support.ts'

async function start(redisAccess: SiteOptions['redisAccess']): Promise<Site> {
  const site = await startSite({
    desktop: 'plain',
    faults: ['host-not-ready'],
    ...(redisAccess ? { redisAccess } : {}),
  })
  onTestFinished(() => site.dispose())
  return site
}

/** Connects as the profile says. */
async function reader(site: Site): Promise<Redis> {
  const { redis } = siteProfileSchema.parse(JSON.parse(await readFile(site.ready.profile, 'utf8')))
  expect(redis).toEqual(site.ready.redisAccess)
  const { address, port, user, passwordFile, tls } = site.ready.redisAccess!
  expect((await stat(passwordFile)).mode & 0o777).toBe(0o600)
  const client = new Redis({
    host: address,
    port,
    username: user,
    password: (await readFile(passwordFile, 'utf8')).trim(),
    ...(tls ? { tls: { ca: await readFile(tls.caFile) } } : {}),
    retryStrategy: () => null,
  })
  client.on('error', () => undefined)
  onTestFinished(() => client.disconnect())
  return client
}

describe.each([
  ['plain', {}],
  ['TLS', { tls: true }],
] as const)('%s', (_, access) => {
  test('reads records and hears of changes, nothing else', async () => {
    const site = await start(access)
    const [client, listener] = [await reader(site), await reader(site)]
    const heard: string[] = []
    listener.on('pmessage', (_pattern, channel: string, event: string) => heard.push(`${channel} ${event}`))
    await listener.psubscribe('__keyspace@0__:moonlight:session:*')
    const { session_id: id } = await createSession(site)
    const key = `moonlight:session:${id}`
    const [, keys] = await client.scan('0', 'MATCH', 'moonlight:session:*', 'COUNT', 1000)
    expect(keys).toContain(key)
    expect(await client.type(key)).toBe('hash')
    expect(await client.hgetall(key)).toMatchObject({ session_id: id, username: 'alice' })
    expect(await client.ttl(key)).toBeGreaterThan(86_000)
    await ask(site, 'DELETE', `/api/moonlight/sessions/${id}`)
    await vi.waitUntil(
      () => ['hset', 'del'].every((event) => heard.includes(`__keyspace@0__:${key} ${event}`)),
      { timeout: 30_000, message: 'both changes are heard' },
    )
    for (const refused of [
      ['SET', key, 'x'],
      ['DEL', key],
      ['HSET', key, 'status', 'x'],
      ['EXPIRE', key, '1'],
      ['KEYS', '*'],
      ['GET', 'jwt:alice'],
      ['HGETALL', 'jwt:alice'],
      ['CONFIG', 'GET', '*'],
      ['MONITOR'],
      ['ACL', 'LIST'],
      ['EVAL', 'return 1', '0'],
      ['PUBLISH', 'x', 'y'],
      ['PSUBSCRIBE', '*'],
      ['FLUSHALL'],
      ['SHUTDOWN'],
    ])
      await expect(client.call(...(refused as [string, ...string[]])), refused.join(' ')).rejects.toThrow(
        /NOPERM/,
      )
  })
})

test('without notifications nothing is heard, and records can be read all the same', async () => {
  const site = await start({ notifications: false })
  const [client, listener] = [await reader(site), await reader(site)]
  const heard: string[] = []
  listener.on('pmessage', (_pattern, channel: string) => heard.push(channel))
  await listener.psubscribe('__keyspace@0__:moonlight:session:*')
  const { session_id: id } = await createSession(site)
  expect(await client.hgetall(`moonlight:session:${id}`)).toMatchObject({ session_id: id })
  // Whatever Redis had to say would have come before this answer.
  await listener.ping()
  expect(heard).toEqual([])
})

test('a site that gives no such user says nothing of Redis in its profile', async () => {
  const site = await start(undefined)
  expect(site.ready.redisAccess).toBeUndefined()
  expect(JSON.parse(await readFile(site.ready.profile, 'utf8'))).not.toHaveProperty('redis')
})
