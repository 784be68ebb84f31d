/** Somebody else's program at the ports of a session's host: it is found out before anything is sent to it. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { english } from '../../support/english.ts'
import { startRunningHost, type RunningHost } from '../../support/running-host.ts'
import { isOver } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'
import { listSessions } from '../site/support.ts'

const nobody = 65_534

/** Passes every connection on to a host that is not the session's; runs as another user than the job. */
const impostor = `
import { createServer, connect } from 'node:net'
const { pairs, user } = JSON.parse(process.argv[2])
process.setgid(user)
process.setuid(user)
let open = pairs.length
for (const [from, to] of pairs)
  createServer((incoming) => {
    const outgoing = connect(to, '127.0.0.1')
    for (const [one, other] of [[incoming, outgoing], [outgoing, incoming]])
      one.on('error', () => other.destroy()).pipe(other)
  }).listen(from, '127.0.0.1', () => --open === 0 && process.send('ready'))
`

let here: TestSite
let other: RunningHost
let child: ChildProcess | null = null
beforeAll(async () => {
  here = await startTestSite({ faults: ['host-not-ready'] })
  other = await startRunningHost()
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await other.dispose()
  await here.dispose()
})

// Only root can start a program as somebody else.
test.skipIf(process.getuid?.() !== 0)('another user’s program is not paired with', async () => {
  const attempt = await here.client.connect()
  await attempt.until(({ state }) => state === 'waiting-for-host')
  const [session] = await listSessions(here.site)
  const base = Number(session?.sunshine_port)
  const { http, https, web, rtsp } = other.host.ports
  const pairs = [
    [base, http],
    [base - 5, https],
    [base + 1, web],
    [base + 21, rtsp],
  ]
  const program = join(here.home, 'impostor.mjs')
  writeFileSync(program, impostor)
  child = fork(program, [JSON.stringify({ pairs, user: nobody })], { execArgv: [] })
  await once(child, 'message')

  const { state, failure } = await attempt.until(isOver)
  expect([state, failure?.kind, failure?.retryable]).toEqual(['failed', 'certificate-mismatch', false])
  expect(english(failure).message).toBe(
    'Somebody else’s program answers in the place of your desktop’s host.',
  )
  const evidence = Object.fromEntries((failure?.evidence ?? []).map(({ label, value }) => [label, value]))
  expect(evidence['port-owner']).toBe(String(nobody))
  expect(other.host.statistics.framesSent).toBe(0)
})
