/** How long the host client waits for a host, for a person at it, and for a host that is busy. */
import type { Socket } from 'node:net'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HostClient } from '../../../../src-main/protocols/gamestream/host-client.ts'
import { lookAtCertificate } from '../../../../src-main/protocols/gamestream/transport.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { givenUpAfter, isSettled, startFakeClock, type FakeClock } from '../../../support/fake-clock.ts'
import { recordedExchange, recordedPairing } from '../../../support/recordings.ts'
import { startScriptedHost, type ScriptedHost } from '../../../support/scripted-host.ts'

const recorded = recordedPairing()
const identity = {
  uniqueId: recorded.uniqueid,
  certificatePem: recorded.client_cert_pem,
  keyPem: recorded.client_key_pem,
}
const response = (path: string): string => recordedExchange(path).response
const video = { width: 1280, height: 720, fps: 30 }
const silence = (): void => undefined

let clock: FakeClock
let host: ScriptedHost | null = null
/** Paths in the order in which they were asked for; waiting for the next one. */
let next: (path: string) => void
beforeEach(() => {
  clock = startFakeClock()
  next = () => undefined
})
afterEach(async () => {
  clock.restore()
  await host?.dispose()
  host = null
})

async function hostThat(answers: Record<string, string | ((socket: Socket) => void)>): Promise<void> {
  const certificate = { certificatePem: recorded.host_cert_pem, keyPem: recorded.host_key_pem }
  host = await startScriptedHost(certificate, ({ path }) => {
    queueMicrotask(() => next(path))
    return answers[path] ?? silence
  })
}
const asked = (wanted: string): Promise<void> =>
  new Promise((resolve) => (next = (path) => path === wanted && resolve()))
const paired = (): HostClient => new HostClient(host!.ports, identity, recorded.host_cert_pem)
const stranger = (): HostClient => new HostClient(host!.ports, identity, null)

/** Once `path` is asked for, an answer is waited for exactly `ms`. */
async function isGivenUpAfter(ms: number, path: string, work: Promise<unknown>, kind = 'host-not-ready') {
  const outcome = failureOf(work)
  await asked(path)
  expect(await givenUpAfter(clock, ms, outcome)).toMatchObject({ kind })
}

/** Once the client waits for its next attempt, or gave up. */
async function timerAdded(outcome: Promise<unknown> = new Promise(() => undefined)): Promise<void> {
  const before = vi.getTimerCount()
  while (vi.getTimerCount() === before && !(await isSettled(outcome)))
    await new Promise((resolve) => setImmediate(resolve))
}

describe('a host that does not answer is given up', () => {
  test.each(['over HTTP', 'over HTTPS'])('%s after five seconds', async (way) => {
    await hostThat({})
    const client = way === 'over HTTP' ? stranger() : paired()
    await isGivenUpAfter(5000, '/serverinfo', client.serverInfo())
  })

  test('when it is to start the desktop: after a minute', async () => {
    await hostThat({
      '/serverinfo': response('calls/serverinfo-https-paired'),
      '/applist': response('calls/applist'),
    })
    await isGivenUpAfter(60_000, '/launch', paired().launch(video))
  })

  test('when it is to resume it: after a minute', async () => {
    await hostThat({ '/serverinfo': response('calls/serverinfo-https-busy') })
    await isGivenUpAfter(60_000, '/resume', paired().launch(video))
  })

  test('while a person is to type the PIN: after ten minutes, or on request', async () => {
    await hostThat({})
    await isGivenUpAfter(600_000, '/pair', stranger().pairByPin('4711'))
    const stop = new AbortController()
    const outcome = failureOf(stranger().pairByPin('4711', stop.signal))
    await asked('/pair')
    stop.abort()
    expect(await outcome).toMatchObject({ kind: 'host-not-ready' })
  })

  test('after it took the PIN: after two minutes', async () => {
    const taken = Promise.withResolvers<void>()
    await hostThat({
      '/api/password': response('fresh/api-password-first'),
      '/api/pin': (socket) => {
        socket.once('close', () => taken.resolve())
        socket.end(response('pairing/api-pin'), 'latin1')
      },
    })
    const outcome = failureOf(stranger().claimAndPair())
    await taken.promise
    await clock.pass(119_000)
    expect(await isSettled(outcome)).toBe(false)
    await clock.pass(1100)
    expect(await outcome).toMatchObject({ kind: 'host-not-ready' })
  })

  test('that takes no PIN in two minutes', async () => {
    const refusal = response('fresh/api-pin-without-client')
    await hostThat({ '/api/password': response('fresh/api-password-first'), '/api/pin': refusal })
    const outcome = failureOf(stranger().claimAndPair())
    for (const later of [0, 119_000]) {
      vi.setSystemTime(Date.now() + later)
      await asked('/api/pin')
      await timerAdded()
      await clock.pass(100)
    }
    vi.setSystemTime(Date.now() + 2000)
    expect(await outcome).toMatchObject({
      kind: 'pairing-refused',
      reason: 'pin-not-taken',
    })
  })

  test('that takes the connection and says nothing of TLS: after five seconds, with the reason in words', async () => {
    const accepted = Promise.withResolvers<Socket>()
    const server = createServer(accepted.resolve)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const ports = { http: port, https: port, web: port, rtsp: port }
    const outcome = failureOf(new HostClient(ports, identity, recorded.host_cert_pem).serverInfo())
    const socket = await accepted.promise
    await clock.pass(5100)
    expect(await outcome).toMatchObject({
      kind: 'host-not-ready',
      evidence: [{ value: 'TimeoutError' }, { value: '/serverinfo' }],
    })
    socket.destroy()
    server.close()
  })

  test('in the later stages of pairing: after ten seconds', async () => {
    let stage = 0
    await hostThat({
      '/pair': (socket) => {
        if (stage++ === 0) socket.end(response('pairing/stage1-getservercert'), 'latin1')
      },
    })
    const outcome = failureOf(stranger().pairByPin('4711'))
    await asked('/pair')
    await asked('/pair')
    expect(await givenUpAfter(clock, 10_000, outcome)).toMatchObject({ kind: 'host-not-ready' })
  })

  test('when only its certificate is looked at: after five seconds', async () => {
    const accepted = Promise.withResolvers<Socket>()
    const server = createServer(accepted.resolve)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const outcome = failureOf(lookAtCertificate((server.address() as AddressInfo).port))
    const socket = await accepted.promise
    expect(await givenUpAfter(clock, 5000, outcome)).toMatchObject({
      kind: 'host-not-ready',
      evidence: [{ value: 'no TLS handshake' }],
    })
    socket.destroy()
    server.close()
  })
})

describe('a host that is busy', () => {
  const busy = response('connected/resume-while-connected')

  /** Lets half a second pass after each refusal; gives how many there were before the client gave up. */
  async function refusals(path: string, work: Promise<unknown>): Promise<number> {
    const outcome = failureOf(work)
    let count = 0
    for (;;) {
      const refused = asked(path).then(() => 'asked')
      if ((await Promise.race([outcome.then(() => 'over'), refused])) === 'over') break
      count++
      // The answer is on its way back.
      await timerAdded(outcome)
      await clock.pass(500)
      if (count > 200) break
    }
    return count
  }

  test.each<[string, string, () => Promise<unknown>]>([
    ['to resume', '/resume', () => paired().launch(video)],
    ['to end the desktop', '/cancel', () => paired().cancel()],
  ])('%s is asked twice a second for a quarter of a minute', async (_what, path, work) => {
    await hostThat({
      '/serverinfo': response('calls/serverinfo-https-busy'),
      '/resume': busy,
      '/cancel': busy,
    })
    const count = await refusals(path, work())
    expect(count).toBeGreaterThanOrEqual(28)
    expect(count).toBeLessThanOrEqual(33)
  })
})
