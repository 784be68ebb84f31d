/** The whole app on a site with single sign-on: from Connect through the browser to the picture, and what happens besides. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Question } from '../../../src-main/shared/model/desktop.ts'
import { freePorts } from '../../site/support/ports.ts'
import { browse } from '../../support/browser-player.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { said } from '../../support/texts.ts'

let here: TestSite
let handOffPort: number
beforeAll(async () => {
  handOffPort = (await freePorts(1))[0] ?? 0
  here = await startTestSite({ signIn: 'saml', handOffPort })
})
afterAll(() => here.dispose())

const call = async (name: string, input: object): Promise<unknown> => {
  const reply = await here.client.app.call({ id: 'test', trusted: true }, name, input)
  return reply.ok ? reply.value : reply.failure.kind
}
const outlook = (): Promise<unknown> => call('signIn.look', { siteId: 'demo' })

test('no user is signed in: the list of sessions opens no browser', async () => {
  expect(await outlook()).toEqual({ kind: 'browser', user: null })
  expect(await call('sessions.list', { siteId: 'demo', kind: 'stream' })).toBe('needs-answer')
})

test('leaving while the browser is out ends quietly', async () => {
  await here.leavesNothing(async () => {
    const connection = await here.client.connect()
    await connection.until((now) => now.question?.type === 'browser-sign-in')
    expect((await connection.leave('CANCEL')).state).toBe('ended')
    expect(connection.snapshot.question).toBeNull()
  })
})

test('through the browser to the picture; the next connection needs none; signing out ends it', async () => {
  const ca = readFileSync(here.site.ready.caFile, 'utf8')
  const connection = await here.client.connect()
  const asked = await connection.until((now) => now.question !== null)
  const question = asked.question as Extract<Question, { type: 'browser-sign-in' }>
  expect(question).toMatchObject({ type: 'browser-sign-in', origin: here.site.ready.portal })
  await browse(question.address, { user: 'alice', ca, handOffPort })
  const streaming = await connection.streaming()
  expect(streaming.user).toEqual({ name: 'alice', verified: true })
  expect(streaming.warnings.map(said).join(' ')).not.toContain('without a password')
  expect(await outlook()).toEqual({ kind: 'browser', user: 'alice' })
  expect(await call('sessions.list', { siteId: 'demo', kind: 'stream' })).toMatchObject([
    { status: 'running' },
  ])
  expect((await connection.leave('END')).state).toBe('ended')

  const again = await here.client.connect()
  await again.until((now) => now.state === 'requesting' || now.state === 'queued' || now.state === 'starting')
  expect(again.snapshot.question).toBeNull()
  await again.leave('CANCEL')
  expect(await call('signIn.out', { siteId: 'demo' })).toBeNull()
  expect(await outlook()).toEqual({ kind: 'browser', user: null })
})

test('another sign-in of the same user during the picture is reported, and the picture continues', async () => {
  const ca = readFileSync(here.site.ready.caFile, 'utf8')
  const connection = await here.client.connect()
  const { question } = await connection.until((now) => now.question !== null)
  const { address } = question as Extract<Question, { type: 'browser-sign-in' }>
  await browse(address, { user: 'alice', ca, handOffPort })
  await connection.streaming()
  // Elsewhere: the portal's one token for alice is a new one.
  // Its browser ends where no program listens.
  await browse(address, { user: 'alice', ca, handOffPort: 1 }).catch(() => undefined)
  // Whatever uses the sign-in next finds out.
  expect(await call('sessions.list', { siteId: 'demo', kind: 'stream' })).toBe('needs-answer')
  const warned = await connection.until((now) => now.warnings.length > 0)
  expect(warned.warnings.map(said).join(' ')).toContain('Another sign-in of the same user took over.')
  expect(warned.state).toBe('open')
  await connection.leave('END')
})
