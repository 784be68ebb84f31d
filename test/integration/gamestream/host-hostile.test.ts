/** Whatever anybody sends to the demo's host: it stays alive, keeps its memory bounded and serves the next client. */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createIdentity, type ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { buildCommand, commandType, flagAcknowledge } from '../../site/host/enet/wire.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import { exchange } from './raw-http.ts'
import { handshake, launch, nvhttp, startRawStream, type RawStream } from './raw-stream.ts'
import { pairByRecordedUser } from './recorded-user.ts'
import { recordedControl, recordedExchange, recordedHandshake } from '../../support/recordings.ts'
import { observeX } from '../../support/x-observer.ts'

let running: DesktopHost
let identity: ClientIdentity

beforeAll(async () => {
  running = await startDesktopHost({ encryptionMode: 1 })
  identity = await createIdentity()
  await pairByRecordedUser(running.host, identity)
})
afterAll(() => running.dispose())

const isFree = (): Promise<true> =>
  vi.waitUntil(async () => (await nvhttp(running.host, identity, '/cancel')).includes('<cancel>1'), {
    timeout: 30_000,
    message: 'a free host',
  })

/** A whole stream from launch to picture: what the next client gets. `first` happens between launch and handshake. */
async function servesTheNextClient(
  encrypted = false,
  first = async (): Promise<void> => undefined,
): Promise<void> {
  const launched = await launch(running.host, identity, { encrypted })
  await first()
  const stream = await startRawStream(running.host, launched, await handshake(running.host, launched))
  await vi.waitUntil(() => stream.frames.length >= 2, { timeout: 30_000, message: 'pictures' })
  stream.control.disconnect()
  await isFree()
  stream.close()
}

const announce =
  recordedHandshake('h264-mode0-plain').exchanges.find(({ name }) => name === '6-announce')?.request ?? ''
/** The recorded ANNOUNCE with a change in its body, and the length to go with it. */
function edited(find: string | RegExp, replacement: string): string {
  const [head = '', body = ''] = announce.split('\r\n\r\n', 2)
  const changed = body.replace(find, replacement)
  return `${head.replace(/Content-length: \d+/, `Content-length: ${changed.length}`)}\r\n\r\n${changed}`
}

describe('RTSP', () => {
  const plain: [string, string, RegExp][] = [
    ['nothing readable', '\0\u00ff\u0080\r\n\r\n', /^RTSP\/1.0 400 /],
    ['another protocol', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', /^RTSP\/1.0 400 /],
    ['a header without a colon', 'OPTIONS x RTSP/1.0\r\nCSeq 1\r\n\r\n', /^RTSP\/1.0 400 /],
    [
      'an unknown method',
      'TEARDOWN x RTSP/1.0\r\nCSeq: 9\r\n\r\n',
      /^RTSP\/1.0 404 NOT FOUND\r\nCSeq: 9\r\n/,
    ],
    ['an unknown stream', 'SETUP streamid=smell/0/0 RTSP/1.0\r\nCSeq: 9\r\n\r\n', /^RTSP\/1.0 404 /],
    ['PLAY out of order', 'PLAY / RTSP/1.0\r\nCSeq: 7\r\n\r\n', /^RTSP\/1.0 455 /],
    ['ANNOUNCE without a body', 'ANNOUNCE x RTSP/1.0\r\nCSeq: 6\r\n\r\n', /^RTSP\/1.0 400 /],
    [
      'ANNOUNCE without a width',
      edited(/a=x-nv-video\[0\]\.clientViewportWd:\d+/, 'a=x:1280000000'),
      /^RTSP\/1.0 400 /,
    ],
    ['an absurd size', edited('Wd:1280', 'Wd:9999'), /^RTSP\/1.0 400 /],
    ['a negative rate', edited('maxFPS:30', 'maxFPS:-1'), /^RTSP\/1.0 400 /],
    ['HEVC', edited('bitStreamFormat:0', 'bitStreamFormat:1'), /^RTSP\/1.0 400 /],
    ['more than fits', `OPTIONS ${'x'.repeat(5000)}`, /^$/],
    [
      'a body larger than fits',
      announce.replace(/Content-length: \d+/, 'Content-length: 99999') + 'x'.repeat(2000),
      /^$/,
    ],
  ]
  test.each(plain)('%s', async (_what, request, answer) => {
    await servesTheNextClient(false, async () => {
      expect((await exchange(running.host.ports.rtsp, Buffer.from(request, 'latin1'))).text).toMatch(answer)
    })
  })

  test.each<[string, Buffer]>([
    ['plain text', Buffer.from('OPTIONS x RTSP/1.0\r\nCSeq: 1\r\n\r\n')],
    ['a length beyond all', Buffer.concat([Buffer.alloc(4, 0xff), Buffer.alloc(3000, 1)])],
    [
      'somebody else’s message',
      Buffer.from(recordedHandshake('h264-mode1-rtspenc').exchanges[0]?.requestSealed ?? '', 'hex'),
    ],
    ['an empty one', Buffer.from(`80000000${'00'.repeat(20)}`, 'hex')],
  ])('encrypted: %s is not answered', async (_what, bytes) => {
    await servesTheNextClient(true, async () => {
      expect(await exchange(running.host.ports.rtsp, bytes)).toEqual({ text: '', hostClosed: true })
    })
  })

  test('without a launch nothing is answered', async () => {
    const request = 'OPTIONS x RTSP/1.0\r\nCSeq: 1\r\n\r\n'
    expect(await exchange(running.host.ports.rtsp, request)).toEqual({ text: '', hostClosed: true })
  })

  test('requests that never end are ended, while others are served', async () => {
    const closed = [0, 300].map(
      (everyMs) =>
        new Promise<void>((resolve) => {
          const socket = connect(running.host.ports.rtsp, '127.0.0.1')
          socket.write('OPTIONS x RTSP/1.0\r\n', 'latin1')
          const drip = everyMs ? setInterval(() => socket.write('x'), everyMs) : null
          socket.on('error', () => undefined)
          socket.once('close', () => {
            if (drip) clearInterval(drip)
            resolve()
          })
        }),
    )
    await servesTheNextClient()
    await Promise.all(closed)
  })
})

describe('HTTP', () => {
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
  test.each<[string, string]>([
    ['a path that is no path', get('//')],
    ['an address instead of a path', get('http://[')],
    ['broken escapes', get('/serverinfo?uniqueid=%ff%zz&%')],
    ['a path beyond all', get(`/${'x'.repeat(100_000)}`)],
    ['no HTTP', '\0\0\0\0\r\n\r\n'],
    ['an unknown method', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['pairing without anything', get('/pair')],
    ['pairing out of order', get('/pair?uniqueid=x&clientchallenge=00')],
    ['a salt that is none', get('/pair?uniqueid=x&phrase=getservercert&salt=zz&clientcert=00')],
    ['an id beyond all', get(`/pair?uniqueid=${'x'.repeat(1000)}&phrase=getservercert`)],
    ['odd parameters of a launch', get('/launch?appid=NaN&rikey=zz&rikeyid=9e99&localAudioPlayMode=')],
    [
      'conflicting lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    ],
  ])('%s', async (_what, request) => {
    const { http, https, web } = running.host.ports
    for (const [port, tls] of [
      [http, null],
      [https, { client: identity }],
      [web, { client: null }],
    ] as const) {
      await exchange(port, request, tls)
    }
    expect(await nvhttp(running.host, identity, '/serverinfo')).toContain('<PairStatus>1<')
  })

  test.each<[string, string]>([
    ['a body beyond all', `{"pin":"${'1'.repeat(1_000_000)}"}`],
    ['deep JSON', '['.repeat(10_000)],
    ['an array', '[1,2]'],
    ['null', 'null'],
    ['numbers where texts belong', '{"pin":4711,"newUsername":{},"newPassword":[]}'],
  ])('the web API is sent %s', async (_what, body) => {
    for (const recording of ['fresh/api-pin-without-client', 'fresh/api-password-again']) {
      const request = recordedExchange(recording).request.replace(/Content-Length: \d+[^]*/, '')
      const { text } = await exchange(
        running.host.ports.web,
        `${request}Content-Length: ${body.length}\r\n\r\n${body}`,
        { client: null },
      )
      expect(text === '' || text.includes('"status": "false"')).toBe(true)
    }
  })

  test('a certificate that is none pairs no client', async () => {
    const stage = (name: string): string =>
      recordedExchange(`pairing/${name}`).request.replace(/uniqueid=\w+/, 'uniqueid=broken')
    const first = exchange(
      running.host.ports.http,
      stage('stage1-getservercert').replace(/clientcert=\w+/, `clientcert=${'ab'.repeat(200)}`),
    )
    const paired = first.then(({ text }) => text)
    await vi.waitUntil(
      async () => {
        await exchange(running.host.ports.web, recordedExchange('pairing/api-pin').request, { client: null })
        return Promise.race([paired, new Promise<null>((resolve) => setImmediate(resolve, null))])
      },
      { timeout: 30_000, message: 'the PIN reaches it' },
    )
    for (const name of [
      'stage2-clientchallenge',
      'stage3-serverchallengeresp',
      'stage4-clientpairingsecret',
    ]) {
      const { text } = await exchange(running.host.ports.http, stage(name))
      if (name.startsWith('stage4')) expect(text).toContain('<paired>0</paired>')
    }
    expect(await nvhttp(running.host, { ...identity, uniqueId: 'broken' }, '/serverinfo')).toContain(
      '<PairStatus>0<',
    )
  })

  test('unfinished pairings are forgotten, the oldest first', async () => {
    const stage1 = recordedExchange('pairing/stage1-getservercert').request
    const answers: string[] = []
    const waiting = Array.from({ length: 40 }, async (_, index) => {
      const { text } = await exchange(
        running.host.ports.http,
        stage1.replace(/uniqueid=\w+/, `uniqueid=squatter${index}`),
      )
      answers.push(text)
    })
    await vi.waitUntil(() => answers.length >= 8, { timeout: 30_000, message: 'some are given up' })
    expect(answers[0]).toContain('<paired>0</paired>')
    void waiting
  })
})

describe('UDP', () => {
  const toPort = async (port: number, datagrams: Buffer[]): Promise<void> => {
    const socket = createSocket('udp4')
    for (const datagram of datagrams) {
      await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve))
    }
    socket.close()
  }
  /** Recorded datagrams with bytes changed and cut, and bytes that never were any. */
  const mutated = fc
    .sample(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc
          .tuple(
            fc.constantFrom(...recordedControl().datagrams.map(({ bytes }) => Buffer.from(bytes, 'hex'))),
            fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }),
            fc.nat(100),
          )
          .map(([bytes, changes, cut]) => {
            const copy = Buffer.from(bytes)
            for (const [at, value] of changes) if (at < copy.length) copy[at] = value
            return copy.subarray(0, Math.max(1, copy.length - (cut < 50 ? 0 : cut - 50)))
          }),
      ),
      { numRuns: 2000, seed: 7 },
    )
    .map((bytes) => Buffer.from(bytes))

  let stream: RawStream
  beforeAll(async () => {
    const launched = await launch(running.host, identity)
    const answers = await handshake(running.host, launched)
    // Before the client comes as well as while it is there.
    for (const port of [running.host.ports.control, running.host.ports.video, running.host.ports.audio]) {
      await toPort(port, mutated)
    }
    stream = await startRawStream(running.host, launched, answers)
    await vi.waitUntil(() => stream.frames.length >= 2, { timeout: 30_000, message: 'pictures' })
  })
  afterAll(() => {
    stream.control.disconnect()
    stream.close()
  })

  async function stillStreams(): Promise<void> {
    const before = stream.frames.length
    stream.say(0x0302, Buffer.alloc(2), 1)
    await vi.waitUntil(() => stream.frames.slice(before).some(({ type }) => type === 2), {
      timeout: 30_000,
      message: 'a key frame',
    })
  }

  test('strangers and noise do not disturb a stream', async () => {
    for (const port of [running.host.ports.control, running.host.ports.video, running.host.ports.audio]) {
      await toPort(port, mutated)
    }
    await stillStreams()
  })

  test('nor does a client that sends nonsense inside ENet', async () => {
    const fields = (...values: [number, number][]): Buffer =>
      Buffer.concat(
        values.map(([size, value]) => {
          const bytes = Buffer.alloc(size)
          bytes.writeUIntBE(value, 0, size)
          return bytes
        }),
      )
    const fragment = (start: number, count: number, number: number, total: number): Buffer =>
      fields([2, start], [2, 1], [4, count], [4, number], [4, total], [4, 0])
    const far = flagAcknowledge
    const one = Buffer.from([1])
    for (const [count, number, total] of [
      [0, 0, 0],
      [0xffff_ffff, 0, 0xffff_ffff],
      [2, 2, 10],
      [64, 0, 65_536],
    ] as const) {
      stream.control.sendCommands([
        buildCommand(commandType.sendUnreliableFragment, 7, 1, fragment(1, count, number, total), one),
        buildCommand(commandType.sendFragment | far, 7, 1, fragment(1, count, number, total), one),
      ])
    }
    // Far more than is held for a channel whose first command never comes.
    for (let sequence = 2; sequence < 2000; sequence++) {
      stream.control.sendCommands([
        buildCommand(commandType.sendReliable | far, 9, sequence, fields([2, 1]), one),
      ])
    }
    stream.control.sendCommands([
      buildCommand(commandType.bandwidthLimit | far, 0xff, 900, Buffer.alloc(8)),
      buildCommand(commandType.throttleConfigure | far, 0xff, 901, Buffer.alloc(12)),
      buildCommand(commandType.sendUnsequenced, 200, 0, fields([2, 1], [2, 1]), one),
      buildCommand(commandType.acknowledge, 0xff, 1, Buffer.from([0xff, 0xff, 0, 0])),
    ])
    await stillStreams()
  })

  test('nor do sealed messages that make no sense: they are counted', async () => {
    const x = await observeX(running.desktop)
    stream.input(5, Buffer.from([0, 100, 0, 50, 0, 0, 2, 0x7f, 1, 0x67]))
    await expect.poll(() => x.state(), { timeout: 10_000, interval: 20 }).toMatchObject({ x: 100, y: 50 })
    const before = running.host.statistics.refused
    const kinds = [3, 4, 5, 7, 8, 9, 0x0a, 0x0c, 0x0d, 0x17, 0x55000001, 0x55000002, 0x55000007, 0x1234]
    let sent = 0
    const refused = (type: number, payload: Buffer): void => {
      sent++
      stream.say(type, payload)
    }
    for (const kind of kinds) {
      for (const size of [0, 3, 200]) {
        // Three bytes are a text.
        if (kind === 0x17 && size === 3) continue
        sent++
        stream.input(kind, Buffer.alloc(size))
      }
    }
    refused(0x0206, Buffer.alloc(0))
    refused(0x0206, Buffer.alloc(7))
    refused(0x0206, Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.alloc(20)]))
    // A position in a picture without size has no place.
    for (const size of ['ffffffff', '8000ffff', 'ffff0167']) {
      sent++
      stream.input(5, Buffer.from(`000a000a0000${size}`, 'hex'))
    }
    for (const length of [0, 1, 23, 24, 27, 28, 500]) {
      sent++
      stream.control.send(0, Buffer.alloc(length, 1))
    }
    // Unknown types are not refused: newer clients may have more to say.
    stream.say(0x9999, Buffer.alloc(40))
    await vi.waitUntil(() => running.host.statistics.refused - before >= sent, {
      timeout: 30_000,
      message: 'all are counted',
    })
    await stillStreams()
    expect(running.host.statistics.refused - before).toBe(sent)
    expect(await x.state()).toMatchObject({ x: 100, y: 50, buttons: [], keys: [] })
    x.close()
  })
})

test('after all this the next client is served', async () => {
  await isFree()
  await servesTheNextClient()
  await servesTheNextClient(true)
})
