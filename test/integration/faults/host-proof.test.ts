/** Before a host is claimed something proves that it is the session's; what proves nothing is said, or asked. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { DesktopSnapshot, Route } from '../../../src-main/shared/model/desktop.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'
import { vizlink } from '../../support/running-program.ts'
import { isOver, startTestClient, type TestDesktop } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { createSession } from '../site/support.ts'

let here: TestSite
beforeAll(async () => {
  here = await startTestSite({ faults: ['redis-public'] })
})
afterAll(() => here.dispose())

/** A client with data of its own, on one way to the node; the session is ended afterwards. */
async function connecting(
  data: string,
  access: Route[],
  work: (attempt: TestDesktop) => Promise<void>,
): Promise<void> {
  const client = await startTestClient(here.site.ready.profile, { dataFolder: join(here.home, data), access })
  try {
    const attempt = await client.connect()
    await work(attempt)
    if (!isOver(attempt.snapshot)) await attempt.leave('END')
  } finally {
    await client.dispose()
  }
}

const asked = (attempt: TestDesktop): Promise<DesktopSnapshot> =>
  attempt.until((now) => isOver(now) || now.question !== null)

const gone = (): Promise<unknown> =>
  vi.waitUntil(async () => (await here.site.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'no job is left',
  })

/** A session that was asked for at the portal itself, as from its page. */
const made = () => createSession(here.site, here.site.ready.user)

/** Ends the session that is there by a client that never connects to it. */
async function endAll(): Promise<void> {
  const caller = { id: 'test', trusted: true }
  const listed = await here.client.app.call(caller, 'sessions.list', { siteId: 'demo', kind: 'stream' })
  for (const { id } of (listed.ok ? listed.value : []) as { id: string }[])
    await here.client.app.call(caller, 'sessions.end', { siteId: 'demo', kind: 'stream', sessionId: id })
  await gone()
}

test('its ports belong to the user: proved, and still so when it is met again', async () => {
  const first = await here.client.connect()
  expect((await first.streaming()).hostProof).toBe('port-owner')
  await first.leave('DISCONNECT')
  const second = await here.client.connect()
  expect((await second.streaming()).hostProof).toBe('port-owner')
  await second.leave('END')
  await gone()
})

test('no look at the node: records that fit are enough, no question is asked, and the page says that nothing is proved', async () => {
  await connecting('by-record', ['login-host'], async (attempt) => {
    const { hostProof, question } = await attempt.streaming()
    expect([hostProof, question]).toEqual(['record', null])
    await attempt.leave('DISCONNECT')
  })
  // It stays unproved although its certificate is known by now.
  await connecting('by-record', ['login-host'], async (attempt) => {
    expect((await attempt.streaming()).hostProof).toBe('record')
  })
  await gone()
})

test('a session that was asked for elsewhere: the user is asked; after a refusal the host has learnt nothing', async () => {
  const session = await made()
  await connecting('elsewhere', ['login-host'], async (attempt) => {
    const { question } = await asked(attempt)
    expect(question).toMatchObject({
      ...{ type: 'unproved-host', session: session.session_id, node: 'viz-node001' },
      ...{ port: Number(session.sunshine_port), why: asText('desktop.ask.otherRequest') },
    })
    attempt.desktop.answer(question?.id ?? '', null)
    const { failure } = await attempt.until(isOver)
    expect(failure?.kind).toBe('needs-answer')
  })
  // A terminal without a user refuses, too.
  const profile = join(dirname(here.site.ready.profile), 'by-login-host.json')
  const given = JSON.parse(readFileSync(here.site.ready.profile, 'utf8')) as { ssh: object }
  writeFileSync(profile, JSON.stringify({ ...given, ssh: { ...given.ssh, access: ['login-host'] } }))
  const run = await vizlink(['connect', '--site', profile, '--json', '--seconds', '1'], here.home)
  expect([run.code, run.report]).toMatchObject([1, { ok: false, error: { kind: 'needs-answer' } }])
  // No client has claimed it: the next one can.
  await connecting('elsewhere', ['login-host'], async (attempt) => {
    const { question } = await asked(attempt)
    attempt.desktop.answer(question?.id ?? '', [])
    expect((await attempt.streaming()).hostProof).toBe('user')
  })
  await endAll()
})

test('two records name the same port on the node: asked, unless a process of this very job holds it', async () => {
  const redis = new Redis(`redis://${here.site.ready.redis}`)
  const session = await made()
  const second = `ml-${here.site.ready.user}-${Number(session.session_id.split('-').at(-1)) + 1}`
  const copy = await redis.hgetall(`moonlight:session:${session.session_id}`)
  await redis.hset(`moonlight:session:${second}`, { ...copy, session_id: second })
  try {
    const client = await startTestClient(here.site.ready.profile, {
      ...{ dataFolder: join(here.home, 'two'), access: ['login-host'] },
    })
    const attempt = await client.connect(session.session_id)
    const { question } = await asked(attempt)
    expect(question).toMatchObject({
      ...{ type: 'unproved-host', why: asText('desktop.ask.samePort') },
    })
    await attempt.leave('DISCONNECT')
    await client.dispose()
    const other = await here.client.connect(session.session_id)
    expect((await other.streaming()).hostProof).toBe('port-owner')
    await other.leave('END')
  } finally {
    await redis.del(`moonlight:session:${second}`)
    redis.disconnect()
  }
  await gone()
})
