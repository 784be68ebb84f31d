/** The product's host client against the recorded answers of a real Sunshine, and against answers that no host should give. */
import type { Socket } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HostClient } from '../../../src-main/protocols/gamestream/host-client.ts'
import { createIdentity, type ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { createHostCertificate } from '../../site/host/http/certificate.ts'
import { issuedBy, selfSigned } from '../../support/certificates.ts'
import { failureOf } from '../../support/failure-of.ts'
import { recordedExchange, recordedPairing } from '../../support/recordings.ts'
import {
  startScriptedHost,
  type ScriptedAnswer,
  type ScriptedHost,
  type ScriptedRequest,
} from '../../support/scripted-host.ts'

const recorded = recordedPairing()
const hostCertificate = { certificatePem: recorded.host_cert_pem, keyPem: recorded.host_key_pem }
const identity: ClientIdentity = {
  uniqueId: recorded.uniqueid,
  certificatePem: recorded.client_cert_pem,
  keyPem: recorded.client_key_pem,
}
const response = (path: string): string => recordedExchange(path).response
const video = { width: 1280, height: 720, fps: 30 }

let host: ScriptedHost
afterEach(() => host.dispose())

/** A host that answers each path with its next recorded answer, the last one again and again. */
async function replay(
  answers: Record<string, ScriptedAnswer | ScriptedAnswer[]>,
  certificate = hostCertificate,
): Promise<void> {
  const asked = new Map<string, number>()
  host = await startScriptedHost(certificate, ({ server, path }) => {
    const key = [`${server} ${path}`, path].find((name) => answers[name] !== undefined) ?? ''
    const list = [answers[key] ?? response('calls/unknown-https')].flat()
    const count = asked.get(key) ?? 0
    asked.set(key, count + 1)
    return list[Math.min(count, list.length - 1)] ?? ''
  })
}
const paired = (): HostClient => new HostClient(host.ports, identity, recorded.host_cert_pem)
const stranger = (): HostClient => new HostClient(host.ports, identity, null)
const asked = (path: string): ScriptedRequest | undefined =>
  host.requests.find((request) => request.path === path)

describe('serverInfo', () => {
  const known = { name: 'labhost', appVersion: '7.1.431.-1', gfeVersion: '3.23.0.74', codecModeSupport: 1 }
  test.each<[string, boolean, object]>([
    ['fresh/serverinfo-http-fresh', false, { ...known, paired: false, runningApp: 0 }],
    ['calls/serverinfo-http-busy', false, { ...known, paired: false, runningApp: 958645192 }],
    ['calls/serverinfo-https-paired', true, { ...known, paired: true, runningApp: 0 }],
    ['calls/serverinfo-https-busy', true, { ...known, paired: true, runningApp: 958645192 }],
    ['calls/serverinfo-https-paired-other-uniqueid', true, { ...known, paired: false }],
    ['hevc-on/serverinfo-https', true, { ...known, codecModeSupport: 257 }],
  ])('%s', async (name, secure, expected) => {
    await replay({ [`${secure ? 'https' : 'http'} /serverinfo`]: response(name) })
    expect(await (secure ? paired() : stranger()).serverInfo()).toMatchObject(expected)
    expect(asked('/serverinfo')?.query.get('uniqueid')).toBe(recorded.uniqueid)
  })

  test('F3: a host that knows us no more says over plain HTTP what it is', async () => {
    await replay({
      'https /serverinfo': response('calls/serverinfo-https-stranger'),
      'http /serverinfo': response('calls/serverinfo-http-busy'),
    })
    expect(await paired().serverInfo()).toMatchObject({ ...known, paired: false, runningApp: 958645192 })
  })

  test('F3: an error answer is no description', async () => {
    await replay({ '/serverinfo': response('calls/launch-missing-rikey') })
    expect(await failureOf(paired().serverInfo())).toMatchObject({
      ...{ kind: 'host-not-ready', reason: 'error-answer' },
      evidence: [{ value: expect.stringMatching(/^400 /) as string }],
    })
  })
})

describe('launch', () => {
  const free = response('calls/serverinfo-https-paired')
  const running = response('calls/serverinfo-https-busy')
  const applist = response('calls/applist')

  test('starts the desktop', async () => {
    await replay({ '/serverinfo': free, '/applist': applist, '/launch': response('calls/launch-corever1') })
    const launched = await paired().launch(video)
    expect(launched.sessionUrl).toBe('rtspenc://127.0.0.1:31110')
    const query = Object.fromEntries(asked('/launch')?.query ?? [])
    expect(query).toMatchObject({
      appid: '958645192',
      mode: '1280x720x30',
      rikey: launched.key,
      rikeyid: String(launched.keyId),
      corever: '1',
      localAudioPlayMode: '0',
    })
    expect(launched.key).toMatch(/^[0-9a-f]{32}$/)
  })

  test('resumes what runs', async () => {
    await replay({ '/serverinfo': running, '/resume': response('calls/resume-corever1') })
    const launched = await paired().launch(video)
    expect(launched.sessionUrl).toBe('rtspenc://127.0.0.1:31110')
    expect(asked('/resume')?.query.get('rikey')).toBe(launched.key)
  })

  test('waits while the host still holds a client that is gone; each attempt has a key of its own', async () => {
    const refused = response('connected/resume-while-connected')
    await replay({ '/serverinfo': running, '/resume': [refused, refused, response('calls/resume-corever1')] })
    const { key } = await paired().launch(video)
    const keys = host.requests.filter(({ path }) => path === '/resume').map(({ query }) => query.get('rikey'))
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(3)
    expect(keys[2]).toBe(key)
  })

  test.each<[string, string, RegExp]>([
    ['calls/launch-unknown-app', 'launch-refused', /^404 Failed to start the specified application$/],
    ['calls/launch-broken-command', 'launch-refused', /^-1 Failed to start the specified application$/],
    ['calls/launch-missing-rikey', 'launch-refused', /^400 Missing a required launch parameter$/],
    ['calls/launch-while-running', 'launch-refused', /^400 An app is already running on this host$/],
    ['mandatory-encryption/launch-no-corever', 'launch-refused', /^403 Encryption is mandatory/],
    ['no-display/launch-no-display', 'no-encoder', /^503 Failed to initialize video capture\/encoding/],
  ])('%s is %s', async (name, kind, evidence) => {
    await replay({ '/serverinfo': free, '/applist': applist, '/launch': response(name) })
    const failure = await failureOf(paired().launch(video))
    expect(failure).toMatchObject({ kind, evidence: [{ label: 'answer' }] })
    expect(failure.evidence[0]?.value).toMatch(evidence)
  })

  const withBody = (status: string, body: string): string =>
    `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  const app = (inner: string): string => `<App>${inner}</App>`

  test.each([
    [
      'an app without a title in front',
      app('<ID>7</ID>') + app('<AppTitle>Desktop</AppTitle><ID>8</ID>'),
      '8',
    ],
    [
      'a desktop written small',
      app('<AppTitle>Steam</AppTitle><ID>7</ID>') + app('<AppTitle>desktop</AppTitle><ID>8</ID>'),
      '8',
    ],
    [
      'a desktop without an id',
      app('<AppTitle>Desktop</AppTitle>') + app('<AppTitle>Bureau</AppTitle><ID>9</ID>'),
      '9',
    ],
  ])('%s: what can be started is', async (_what, apps, id) => {
    const list = withBody('200 OK', `<root status_code="200">${apps}</root>`)
    await replay({ '/serverinfo': free, '/applist': list, '/launch': response('calls/launch-corever1') })
    await paired().launch(video)
    expect(asked('/launch')?.query.get('appid')).toBe(id)
  })

  test('an error without the protocol’s own words is reported with its status and what was asked', async () => {
    const page = withBody('500 Internal Server Error', '<html>GET /launch?rikey=00</html>')
    await replay({ '/serverinfo': free, '/applist': applist, '/launch': page })
    expect(await failureOf(paired().launch(video))).toMatchObject({
      ...{ kind: 'host-not-ready', reason: 'not-its-protocol' },
      evidence: [
        { label: 'asked-for', value: '/launch' },
        { label: 'status', value: '500' },
      ],
    })
  })

  test('an answer with bytes after its end is one answer', async () => {
    await replay({ '/serverinfo': free })
    expect(await failureOf(paired().launch(video))).toMatchObject({ kind: 'launch-refused' })
    expect(await failureOf(paired().launch(video))).toMatchObject({ kind: 'launch-refused' })
  })
})

describe('cancel', () => {
  test('waits for the session to end', async () => {
    const refused = response('connected/cancel-while-connected')
    await replay({ '/cancel': [refused, response('calls/cancel')] })
    await paired().cancel()
    expect(host.requests).toHaveLength(2)
  })

  test('says so when the app runs on', async () => {
    await replay({ '/cancel': response('calls/serverinfo-https-stranger') })
    expect(await failureOf(paired().cancel())).toMatchObject({ kind: 'launch-refused' })
  })
})

describe('pairing', () => {
  const claim = { '/api/password': response('fresh/api-password-first') }
  const pin = { '/api/pin': [response('fresh/api-pin-without-client'), response('pairing/api-pin')] }
  const stage = (folder: string, name: string): string => response(`${folder}/${name}`)
  const stages = (folder: 'pairing' | 'pairing-wrong-pin'): ScriptedAnswer[] => [
    stage(folder, 'stage1-getservercert'),
    stage(folder, 'stage2-clientchallenge'),
    stage(folder, 'stage3-serverchallengeresp'),
    stage(folder, 'stage4-clientpairingsecret'),
  ]
  const root = (inner: string): string => {
    const body = `<?xml version="1.0"?><root status_code="200">${inner}</root>`
    return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }

  test.each(['fresh/api-password-unauthorized', 'fresh/api-password-mismatch', 'fresh/api-pin-no-user'])(
    'a host that answers %s belongs to somebody else',
    async (name) => {
      await replay({ '/api/password': response(name) })
      const failure = await failureOf(stranger().claimAndPair())
      expect(failure).toMatchObject({ kind: 'pairing-refused' })
      expect(failure.evidence[0]?.value).toMatch(/^(200|307|401) /)
    },
  )

  test('each claim has a PIN of its own, which cannot be guessed', async () => {
    const pins: unknown[] = []
    for (let claims = 0; claims < 3; claims++) {
      await replay({ ...claim, '/api/pin': response('pairing/api-pin'), '/pair': root('<paired>0</paired>') })
      await failureOf(stranger().claimAndPair())
      pins.push((JSON.parse(asked('/api/pin')?.body ?? '{}') as { pin?: unknown }).pin)
      if (claims < 2) await host.dispose()
    }
    for (const pin of pins) expect(pin).toMatch(/^\d{4}$/)
    // One in a hundred million has three alike.
    expect(new Set(pins).size).toBeGreaterThan(1)
  })

  test.each(['pairing', 'pairing-wrong-pin'] as const)(
    '%s: a host that does not know our PIN is refused though its signature is right',
    async (folder) => {
      await replay({ ...claim, ...pin, '/pair': stages(folder) })
      const client = stranger()
      const failure = await failureOf(client.claimAndPair())
      expect(failure).toMatchObject({ kind: 'pairing-refused', evidence: [{ value: 'the PIN is wrong' }] })
      expect(client.pinnedCertificate).toBeNull()
      // The client's proof is not given to such a host.
      expect(host.requests.some(({ query }) => query.has('clientpairingsecret'))).toBe(false)
    },
  )

  test('a host that pairs under another certificate than its web API shows is not trusted', async () => {
    await replay({ ...claim, ...pin, '/pair': stages('pairing') }, await createHostCertificate())
    expect(await failureOf(stranger().claimAndPair())).toMatchObject({ kind: 'certificate-mismatch' })
  })

  test('a refusal in stage 1 ends the wait for the PIN, which the host will not take any more', async () => {
    await replay({
      ...claim,
      '/api/pin': response('fresh/api-pin-without-client'),
      '/pair': root('<paired>0</paired>'),
    })
    const { kind, evidence } = await failureOf(stranger().claimAndPair())
    expect(kind).toBe('pairing-refused')
    expect(evidence[0]?.value).toMatch(/^stage 1/)
  })

  const [stage1 = '', stage2 = '', stage3 = ''] = stages('pairing') as string[]
  test.each<[string, string[]]>([
    ['no certificate', [root('<paired>1</paired>')]],
    ['an empty certificate', [root('<paired>1</paired><plaincert></plaincert>')]],
    ['a certificate that is none', [root(`<paired>1</paired><plaincert>${'AB'.repeat(300)}</plaincert>`)]],
    ['a refusal in stage 1', [root('<paired>0</paired>')]],
    ['no challenge', [stage1, root('<paired>1</paired>')]],
    ['a short challenge', [stage1, root('<paired>1</paired><challengeresponse>AB</challengeresponse>')]],
    [
      'a challenge that is no hex',
      [stage1, root(`<paired>1</paired><challengeresponse>${'XY'.repeat(48)}</challengeresponse>`)],
    ],
    ['no secret', [stage1, stage2, root('<paired>1</paired>')]],
    [
      'a secret without signature',
      [stage1, stage2, root(`<pairingsecret>${'AB'.repeat(16)}</pairingsecret><paired>1</paired>`)],
    ],
    [
      'a wrong signature',
      [stage1, stage2, root(`<pairingsecret>${'AB'.repeat(272)}</pairingsecret><paired>1</paired>`)],
    ],
    ['a refusal in stage 3', [stage1, stage2, stage3.replace('<paired>1', '<paired>0')]],
  ])('%s is refused', async (_what, answers) => {
    await replay({ ...claim, ...pin, '/pair': answers })
    const client = stranger()
    expect(await failureOf(client.claimAndPair())).toMatchObject({ kind: 'pairing-refused' })
    expect(client.pinnedCertificate).toBeNull()
  })
})

describe('the pinned certificate', () => {
  const serverInfo = { '/serverinfo': response('calls/serverinfo-https-paired') }
  test('another one is refused before anything is sent', async () => {
    await replay(serverInfo, await createHostCertificate())
    const client = paired()
    for (const call of [
      () => client.serverInfo(),
      () => client.launch(video),
      () => client.cancel(),
      () => client.desktopApp(),
    ]) {
      expect(await failureOf(call())).toMatchObject({ kind: 'certificate-mismatch', retryable: false })
    }
    expect(host.requests).toEqual([])
  })

  test('one for which the pinned one vouches is another', async () => {
    const pinned = await selfSigned()
    const other = await issuedBy(pinned)
    await replay(serverInfo, { certificatePem: other.cert, keyPem: other.key })
    const client = new HostClient(host.ports, identity, pinned.cert)
    expect(await failureOf(client.serverInfo())).toMatchObject({ kind: 'certificate-mismatch' })
    expect(host.requests).toEqual([])
  })

  test.each([
    ['expired', -20, -10],
    ['not yet valid', 10, 20],
  ])('one that is %s is still the one: clocks of clusters are wrong at times', async (_what, from, to) => {
    const certificate = await createHostCertificate({ validFromDays: from, validToDays: to })
    await replay(serverInfo, certificate)
    const client = new HostClient(host.ports, identity, certificate.certificatePem)
    expect((await client.serverInfo()).paired).toBe(true)
  })
})

describe('an answer that no host should give', () => {
  let other: ClientIdentity
  beforeAll(async () => {
    other = await createIdentity()
  })
  const whole = response('calls/serverinfo-https-paired')
  const head = (headers: string): string => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`
  const xml = (body: string): string => `${head(`Content-Length: ${body.length}`)}${body}`
  const open = '<root status_code="200">'
  /** Writes for ever, as fast as it is read; gives the number of bytes that got away. */
  const endless = (start: string, piece: string, sent: { bytes: number }) => (socket: Socket) => {
    socket.write(start)
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece)) sent.bytes += piece.length
      sent.bytes += piece.length
    }
    socket.on('drain', more)
    more()
  }
  const drip = (socket: Socket): void => {
    socket.write(head('Content-Length: 100000') + open)
    const timer = setInterval(() => socket.write('x'), 50)
    socket.once('close', () => clearInterval(timer))
  }

  test.each<[string, ScriptedAnswer]>([
    ['nothing', ''],
    ['half a status line', 'HTTP/1.'],
    ['no HTTP', `SSH-2.0-OpenSSH_9.2\r\n\r\n`],
    ['half an answer', whole.slice(0, 1000)],
    ['a length that is too short', whole.replace(/Content-Length: \d+/, 'Content-Length: 100')],
    ['a length that is too long', whole.replace(/Content-Length: \d+/, 'Content-Length: 99999')],
    ['two lengths', head('Content-Length: 5\r\nContent-Length: 6') + 'hello'],
    ['broken chunks', head('Transfer-Encoding: chunked') + 'zz\r\nhello'],
    ['no body', head('Content-Length: 0')],
    ['HTML', xml('<html><body>Bad gateway</body></html>')],
    ['a page of an error', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nno.'],
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'],
    ['an entity bomb', xml(`<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${open}&b;</root>`)],
    ['deep nesting', xml(`${open}${'<a>'.repeat(50_000)}`)],
    ['no status', xml('<root><hostname>x</hostname></root>')],
    ['ten megabytes', xml(`${open}<x>${'y'.repeat(10_000_000)}</x></root>`)],
    ['silence', () => undefined],
    ['a drip', drip],
    [
      'only answers before the answer',
      endless('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100), { bytes: 0 }),
    ],
    ['an abrupt end', (socket) => void socket.destroy()],
  ])('%s', async (_what, answer) => {
    await replay({ '/serverinfo': answer })
    const failures = await Promise.all([failureOf(paired().serverInfo()), failureOf(stranger().serverInfo())])
    expect(failures.map(({ kind }) => kind)).toEqual(['host-not-ready', 'host-not-ready'])
  })

  test.each<[string, string, string]>([
    ['headers', 'HTTP/1.1 200 OK\r\n', `X-More: ${'x'.repeat(1000)}\r\n`],
    ['a body', `${head('X: y')}${open}`, 'y'.repeat(64 * 1024)],
    ['chunks', head('Transfer-Encoding: chunked'), `4000\r\n${'y'.repeat(0x4000)}\r\n`],
  ])('%s without end', async (_what, start, piece) => {
    const sent = { bytes: 0 }
    await replay({ '/serverinfo': endless(start, piece, sent) })
    const failures = await Promise.all([failureOf(paired().serverInfo()), failureOf(stranger().serverInfo())])
    expect(failures.map(({ kind }) => kind)).toEqual(['host-not-ready', 'host-not-ready'])
    // What both read and what lay in the sockets between.
    expect(sent.bytes).toBeLessThan(32 * 1024 * 1024)
  })

  test('neither key nor password gets into an error', async () => {
    await replay({ '/serverinfo': whole, '/applist': response('calls/applist'), '/launch': 'HTTP/1.' })
    const failure = await failureOf(paired().launch(video))
    const key = asked('/launch')?.query.get('rikey') ?? ''
    expect(key).toHaveLength(32)
    expect(JSON.stringify(failure)).not.toContain(key)
    await host.dispose()
    await replay({ '/api/password': response('fresh/api-password-mismatch') })
    const refusal = await failureOf(new HostClient(host.ports, other, null).claimAndPair())
    const { newPassword } = JSON.parse(asked('/api/password')?.body ?? '{}') as { newPassword?: string }
    expect(newPassword).toMatch(/^\S{32}$/)
    expect(JSON.stringify(refusal)).not.toContain(newPassword)
  })
})
