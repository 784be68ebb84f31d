/** Answers of services that write JSON in their own way: they are read, and what cannot be read is called so. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuthPortal } from '../../../src-main/protocols/portal/auth.ts'
import { Dashboard } from '../../../src-main/protocols/portal/dashboard.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { MoonlightApi } from '../../../src-main/protocols/portal/moonlight.ts'
import { VncApi } from '../../../src-main/protocols/portal/vnc.ts'
import { english } from '../../support/english.ts'
import { failureOf } from '../../support/failure-of.ts'
import { startStandIn, type StandIn } from '../../support/stand-in-portal.ts'

let http: PortalHttp
let portal: StandIn
/** The body of the next answer, with status 200. */
let body: string
beforeEach(async () => {
  http = new PortalHttp(null)
  portal = await startStandIn((_asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
})
afterEach(async () => {
  await http.close()
  await portal[Symbol.asyncDispose]()
})

test('B34: a load that is no number hides neither its node nor the others', async () => {
  body =
    '{"mode": "production", "nodes": [{"name": "gpu1", "state": "idle", "memory": 1024, "cpu_load": NaN}, ' +
    '{"name": "gpu2", "state": "mixed", "memory": "2048", "cpu_load": Infinity}, {"name": NaN, "state": "idle"}]}'
  const { value } = await new Dashboard(http, portal.origin).nodes()
  expect(value.map(({ name }) => name)).toEqual(['gpu1', 'gpu2'])
})

test('B34: a session whose time is no number is listed, also behind a byte order mark', async () => {
  body =
    '\ufeff{"sessions": [{"session_id": "ml-alice-1", "status": "running", "sunshine_port": "47989", ' +
    '"slurm_job_id": 7, "created_at": NaN}, {"session_id": "ml-alice-2", "status": "running", ' +
    '"sunshine_port": 48019, "slurm_job_id": "8", "created_at": "1795439007.75"}]}'
  const sessions = await new MoonlightApi(http, portal.origin, 'alice').sessions()
  expect(sessions).toMatchObject([
    { id: 'ml-alice-1', port: 47_989, jobId: '7', createdAt: null },
    { id: 'ml-alice-2', port: 48_019, jobId: '8', createdAt: 1_795_439_007_000 },
  ])
})

test('B34: the port of a VNC desktop may be text, its hours no number', async () => {
  body =
    '{"sessions": [{"session_id": "vnc-alice-1795439007", "job_id": "7", "username": "alice", "vnc_port": "5901", ' +
    '"status": "running", "image_name": "XFCE4", "created_at": "2026-11-23T13:03:27.000001", "duration_hours": -Infinity}]}'
  const sessions = await new VncApi(http, portal.origin, async () => 'a-token-of-alice').sessions()
  expect(sessions).toMatchObject([{ id: 'vnc-alice-1795439007', port: 5901, endsAt: null }])
})

const claims = (exp: string): string => Buffer.from(`{"sub":"alice","exp":${exp}}`).toString('base64url')
test.each([
  ['a fraction', '1795466167.9', '1795466167.9', 1_795_466_167_900],
  ['text', '"1795466167"', '1', 1_795_466_167_000],
  ['no number, but the token has one', 'NaN', '1795466167.5', 1_795_466_167_500],
])('B34: the end of a sign-in is %s', async (_what, answered, claimed, expiresAt) => {
  body = `{"valid": true, "user": {"sub": "alice", "exp": ${answered}}}`
  const signedIn = await new AuthPortal(http, portal.origin).verify(`h.${claims(claimed)}.s`)
  expect(signedIn).toMatchObject({ user: 'alice', expiresAt })
})

test('a page with status 200 is called one', async () => {
  body = '<html><title>Sign in</title>'
  const failure = await failureOf(new Dashboard(http, portal.origin).nodes())
  expect(failure).toMatchObject({
    kind: 'portal-error',
    reason: 'web-page',
    actions: ['open-portal', 'save-report'],
  })
  expect(failure.evidence).toContainEqual({ label: 'answer', value: body })
})

test('a portal without single sign-on need not name a page for it', async () => {
  body = '{"sso_enabled": false, "sso_type": null, "extra": [1]}'
  expect(await new AuthPortal(http, portal.origin).info()).toMatchObject({
    sso_enabled: false,
    login_url: '',
  })
})

test.each([
  ['half an answer', '{"mode": "production", "nodes": ['],
  ['JSON of something else', '{"ok": true}'],
])('B34: %s with status 200 cannot be read: it is no error of the portal', async (_what, text) => {
  body = text
  const failure = await failureOf(new Dashboard(http, portal.origin).nodes())
  expect(failure).toMatchObject({ kind: 'portal-error', reason: 'unreadable' })
  expect(english(failure).message).toBe('The portal’s answer cannot be read.')
  expect(failure.evidence).toContainEqual({ label: 'answer', value: text })
})
