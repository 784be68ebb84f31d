/** Session records of a real Redis behind a real sshd, as a user that may only read; with and without TLS. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { SessionRecords, type RedisOptions } from '../../../src-main/protocols/redis/session-records.ts'
import { startRedis, type RedisServer } from '../../site/redis/index.ts'
import { english } from '../../support/english.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startLink, type RunningLink } from '../../support/running-link.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let link: RunningLink
beforeAll(async () => {
  servers = await startSshServers()
  link = await startLink({ identityFile: servers.identityFile })
  await link.client.request('login', { hops: servers.hops.slice(0, 1), keys: link.keys, deadlineMs: 20_000 })
})
afterAll(async () => {
  await link.dispose()
  await servers.dispose()
})

interface Running {
  redis: RedisServer
  way: RedisOptions
}

async function running(reader: { tls: boolean; notifications: boolean }): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), 'vizlink-redis-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const redis = await startRedis({
    directory: join(directory, 'redis'),
    configurationFile: join(directory, 'redis.conf'),
    environment: process.env,
    reader,
  })
  onTestFinished(() => redis.dispose())
  const { address, port, user, passwordFile, tls } = redis.access!
  const { path } = await link.client.request('open-forward', { address, port, deadlineMs: 10_000 })
  const way = {
    path,
    user,
    password: readFileSync(passwordFile, 'utf8').trim(),
    tls: tls ? { ca: readFileSync(tls.caFile, 'utf8'), address } : null,
  }
  return { redis, way }
}

async function open(way: RedisOptions, user = 'ann') {
  const seen = { changes: 0, lost: 0 }
  const records = await SessionRecords.open(
    way,
    user,
    () => seen.changes++,
    () => seen.lost++,
  )
  onTestFinished(() => records.close())
  return { records, seen }
}

const session = (user: string, at: number, status = 'running'): Record<string, string> => ({
  session_id: `ml-${user}-${at}`,
  username: user,
  slurm_job_id: String(at),
  status,
})
const put = (redis: RedisServer, record: Record<string, string>) =>
  redis.client.hset(`moonlight:session:${record.session_id}`, record)

describe.each([
  ['plain', false],
  ['TLS', true],
])('%s', (_, tls) => {
  test('own records and no others, notified of changes at once, by read commands alone', async () => {
    const { redis, way } = await running({ tls, notifications: true })
    const portal = /\baddr=(\S+)/.exec((await redis.client.call('CLIENT', 'INFO')) as string)?.[1]
    const monitor = await redis.client.duplicate().monitor()
    onTestFinished(() => monitor.disconnect())
    const commands: string[] = []
    monitor.on('monitor', (_time: string, words: string[], source: string) => {
      if (source !== portal) commands.push(words.join(' '))
    })
    await put(redis, session('ann', 1))
    // Its key begins as Ann's keys do.
    await put(redis, session('ann-b', 2))
    await put(redis, session('bob', 3))
    await redis.client.hset('moonlight:session:ml-ann-4', { status: 'failed', ended_at: '1' })
    await redis.client.set(
      'vnc:session:vnc-ann-5',
      JSON.stringify({ session_id: 'vnc-ann-5', username: 'ann', status: 'running', job_id: 55 }),
    )
    await redis.client.set('vnc:session:vnc-ann-6', 'no JSON')
    await redis.client.set('jwt:ann', 'a token')

    const { records, seen } = await open(way)
    expect(await records.read()).toEqual([
      { id: 'ml-ann-1', kind: 'moonlight', status: 'running', jobId: '1' },
      { id: 'vnc-ann-5', kind: 'vnc', status: 'running', jobId: '55' },
    ])
    expect(records.notifies).toBe(false)
    await put(redis, session('bob', 3, 'completed'))
    await vi.waitUntil(() => records.notifies, { timeout: 30_000, message: 'it notifies' })
    expect(seen.changes).toBe(0)
    await put(redis, session('ann', 1, 'completed'))
    await vi.waitUntil(() => seen.changes > 0, { timeout: 30_000, message: 'it is notified of its own' })
    expect((await records.read())[0]?.status).toBe('completed')
    await redis.client.del('moonlight:session:ml-ann-1')
    expect((await records.read()).map(({ id }) => id)).toEqual(['vnc-ann-5'])

    // What was sent before this has been seen by MONITOR.
    await redis.client.ping()
    await vi.waitUntil(() => commands.some((text) => text.startsWith('hgetall')), {
      timeout: 30_000,
      message: 'the monitor',
    })
    const names = new Set(commands.map((text) => text.split(' ')[0]!.toLowerCase()))
    expect([...names].sort()).toEqual(['auth', 'get', 'hgetall', 'psubscribe', 'scan'])
    for (const text of commands.filter((one) => /^(get|hgetall)/i.test(one)))
      expect(text).toMatch(/ (moonlight:session:ml|vnc:session:vnc)-ann-/)
    // The access list lets it do no more than that, and nothing was tried.
    const log = (await redis.client.call('ACL', 'LOG')) as unknown[]
    expect(log).toEqual([])
  })

  test('a server of a cluster is named in words, and not taken for one without sessions', async () => {
    const { redis, way } = await running({ tls, notifications: true })
    await redis.setClusterMode(true)
    const failure = await failureOf(open(way))
    expect(english(failure).message).toMatch(/^Redis runs in cluster mode: the portal is asked /)
    expect(english(failure).nextStep).toMatch(/^Check this site/)
    expect(failure.evidence[0]?.value).toMatch(/^MOVED \d+ [\d.]+:\d+$/)
    // No client stays connected.
    const names = async () => (await redis.client.call('CLIENT', 'LIST')) as string
    await vi.waitUntil(async () => !(await names()).includes('user=vizlink'), {
      timeout: 30_000,
      message: 'the reader is gone',
    })
  })
})

test('a server that notifies of nothing is looked at all the same', async () => {
  const { redis, way } = await running({ tls: false, notifications: false })
  const { records, seen } = await open(way)
  await put(redis, session('ann', 1))
  expect((await records.read()).map(({ id }) => id)).toEqual(['ml-ann-1'])
  expect([records.notifies, seen.changes]).toEqual([false, 0])
})

test('many records of others cost rounds, not answers', async () => {
  const { redis, way } = await running({ tls: false, notifications: false })
  const pipeline = redis.client.pipeline()
  for (let index = 0; index < 5000; index++)
    pipeline.hset(`moonlight:session:ml-bob-${index}`, session('bob', index))
  for (let index = 0; index < 80; index++)
    pipeline.hset(`moonlight:session:ml-ann-${index}`, session('ann', index))
  await pipeline.exec()
  const { records } = await open(way)
  expect(await records.read()).toHaveLength(50)
})

test.each<[what: string, change: (way: RedisOptions) => RedisOptions, reason: RegExp]>([
  ['a wrong password', (way) => ({ ...way, password: 'wrong' }), /WRONGPASS|NOAUTH/],
  ['no password', (way) => ({ ...way, user: null, password: null }), /NOAUTH/],
  ['a socket that is not there', (way) => ({ ...way, path: `${way.path}x` }), /ENOENT/],
])('%s is a refusal with its reason and without the secret', async (_, change, reason) => {
  const { way } = await running({ tls: false, notifications: true })
  const failure = await failureOf(open(change(way)))
  expect(failure.evidence[0]?.value).toMatch(reason)
  expect(JSON.stringify(failure)).not.toContain(way.password)
})

test('TLS: another authority than the site’s is not trusted', async () => {
  const { way } = await running({ tls: true, notifications: true })
  const other = await running({ tls: true, notifications: true })
  const failure = await failureOf(open({ ...way, tls: { ca: other.way.tls!.ca, address: '127.0.0.1' } }))
  expect(failure.evidence[0]?.value).toMatch(/certificate|signature/i)
})

test('a server that stops is reported once', async () => {
  const { redis, way } = await running({ tls: false, notifications: true })
  const { seen, records } = await open(way)
  await redis.setRunning(false)
  await vi.waitUntil(() => seen.lost === 1, { timeout: 30_000, message: 'the loss' })
  await expect(records.read()).rejects.toThrow()
})
