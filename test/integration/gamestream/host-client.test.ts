/** The product's host client and the demo's host: pairing, launching, resuming, ending, and being refused. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HostClient } from '../../../src-main/protocols/gamestream/host-client.ts'
import { createIdentity, type ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { createHostCertificate } from '../../site/host/http/certificate.ts'
import { startHost } from '../../site/host/index.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import { failureOf } from '../../support/failure-of.ts'
import { handshake, startRawStream, type RawStream } from './raw-stream.ts'
import { askWebApi, pairByRecordedUser } from './recorded-user.ts'

const video = { width: 640, height: 360, fps: 30 }
let running: DesktopHost
let identity: ClientIdentity

beforeEach(async () => {
  running = await startDesktopHost()
  identity = await createIdentity()
})
afterEach(() => running.dispose())

/** Streams with what the client got from a launch. */
async function stream({ key }: { key: string }): Promise<RawStream> {
  const launched = { key: Buffer.from(key, 'hex'), encrypted: true }
  const started = await startRawStream(running.host, launched, await handshake(running.host, launched))
  await vi.waitUntil(() => started.frames.length >= 2, { timeout: 30_000, message: 'pictures' })
  return started
}

test('from a host without an owner to a picture, a resumed one, and the end', async () => {
  const client = new HostClient(running.host.ports, identity, null)
  expect(await client.serverInfo()).toMatchObject({ paired: false, runningApp: 0, codecModeSupport: 1 })
  await client.claimAndPair()
  expect(client.pinnedCertificate?.trim()).toBe(running.host.certificate.certificatePem.trim())
  expect(await client.serverInfo()).toMatchObject({ name: 'vizlink-demo', paired: true, runningApp: 0 })

  const first = await stream(await client.launch(video))
  const { runningApp } = await client.serverInfo()
  expect(runningApp).toBe(await client.desktopApp())
  // The host notices within five seconds that this one is gone; until then it refuses, and the client waits.
  first.control.goSilent()
  const second = await stream(await client.launch(video))
  first.close()
  expect((await client.serverInfo()).runningApp).toBe(runningApp)
  second.control.disconnect()
  await client.cancel()
  expect((await client.serverInfo()).runningApp).toBe(0)
  second.close()
})

test('another bitrate: at a host that takes one while it streams, and while it streams alone', async () => {
  const client = new HostClient(running.host.ports, identity, null)
  await client.claimAndPair()
  expect(await client.changeBitrate(900)).toBe(false)

  const able = await startDesktopHost({ liveBitrate: true })
  try {
    const other = new HostClient(able.host.ports, identity, null)
    await other.claimAndPair()
    expect(await other.changeBitrate(900)).toBe(false)
    const { key } = await other.launch(video)
    const launched = { key: Buffer.from(key, 'hex'), encrypted: true }
    const started = await startRawStream(able.host, launched, await handshake(able.host, launched))
    await vi.waitUntil(() => started.frames.length >= 2, { timeout: 30_000, message: 'pictures' })
    expect(await other.changeBitrate(900)).toBe(true)
    expect(able.host.statistics.liveBitrates).toEqual([900])
    const before = started.frames.length
    await vi.waitUntil(() => started.frames.length >= before + 2, { timeout: 30_000, message: 'more' })
    started.close()
  } finally {
    await able.dispose()
  }
})

test('a pairing lasts: another client object with the same identity and certificate is paired', async () => {
  const { pinnedCertificate } = await pairByRecordedUser(running.host, identity)
  expect((await new HostClient(running.host.ports, identity, pinnedCertificate).serverInfo()).paired).toBe(
    true,
  )
  const stranger = await createIdentity()
  const other = new HostClient(running.host.ports, stranger, pinnedCertificate)
  expect((await other.serverInfo()).paired).toBe(false)
  expect(await failureOf(other.launch(video))).toMatchObject({
    kind: 'launch-refused',
    evidence: [{ value: expect.stringMatching(/^401 The client is not authorized/) as string }],
  })
})

test.each([
  ['rsa-4096', null],
  ['ecdsa-p256', 'rsa-3072'],
] as const)('B45: a certificate of the site’s own, %s signed by %s', async (key, signedBy) => {
  const basePort = running.host.ports.http
  await running.host.dispose()
  const certificate = await createHostCertificate({ key, signedBy })
  const own = await startHost({ certificate, basePort, desktop: running.desktop, fps: 30, strip: false })
  try {
    const client = new HostClient(own.ports, identity, null)
    await client.claimAndPair()
    expect(client.pinnedCertificate?.trim()).toBe(certificate.certificatePem.trim())
    expect(await client.launch(video)).toMatchObject({
      sessionUrl: expect.stringMatching(/^rtspenc?:/) as string,
    })
  } finally {
    await own.dispose()
  }
})

describe('refused', () => {
  test('a second claim', async () => {
    await new HostClient(running.host.ports, identity, null).claimAndPair()
    const second = new HostClient(running.host.ports, await createIdentity(), null)
    expect(await failureOf(second.claimAndPair())).toMatchObject({ kind: 'pairing-refused' })
  })

  test('a wrong PIN, and the right one afterwards', async () => {
    await askWebApi(running.host, 'fresh/api-password-first')
    const client = new HostClient(running.host.ports, identity, null)
    const refused = failureOf(client.pairByPin('1111'))
    await vi.waitUntil(async () => (await askWebApi(running.host, 'pairing/api-pin')).includes('"true"'), {
      timeout: 30_000,
      message: 'the PIN is taken',
    })
    expect(await refused).toMatchObject({
      kind: 'pairing-refused',
      evidence: [{ value: 'the PIN is wrong' }],
    })
    expect(client.pinnedCertificate).toBeNull()
    expect((await client.serverInfo()).paired).toBe(false)
    // The host still waits for the rest of the first attempt, as a real one does: it refuses once, and is asked again.
    expect((await pairByRecordedUser(running.host, identity)).pinnedCertificate).not.toBeNull()
  })

  test('everything but pairing without a pairing', async () => {
    const client = new HostClient(running.host.ports, identity, null)
    for (const call of [() => client.launch(video), () => client.cancel(), () => client.desktopApp()]) {
      expect(await failureOf(call())).toMatchObject({ kind: 'pairing-refused' })
    }
  })

  test('a host that shows another certificate', async () => {
    const client = await pairByRecordedUser(running.host, identity)
    const basePort = running.host.ports.http
    await running.host.dispose()
    const imposter = await startHost({ basePort, desktop: running.desktop, fps: 30, strip: false })
    try {
      for (const call of [() => client.serverInfo(), () => client.launch(video), () => client.cancel()]) {
        expect(await failureOf(call())).toMatchObject({ kind: 'certificate-mismatch', retryable: false })
      }
    } finally {
      await imposter.dispose()
    }
    expect(await failureOf(client.serverInfo())).toMatchObject({ kind: 'host-not-ready' })
  })
})
