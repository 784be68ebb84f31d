/** What the endpoint changes in RTSP answers, and that it harms nothing else, whatever a host sends. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { rewriteExchange } from '../../../../src-main/protocols/gamestream/rtsp-rewrite.ts'
import { openRtsp, sealRtsp } from '../../../site/host/rtsp/message.ts'

const ports = { video: 50_001, control: 50_002, audio: 50_003 }
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const setup = (kind: string): Buffer => bytes(`SETUP streamid=${kind}/0/0 RTSP/1.0\r\nCSeq: 3\r\n\r\n`)
const answerOf = (...lines: string[]): Buffer => bytes(`RTSP/1.0 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`)

interface Row {
  name: string
  request?: Buffer
  answer: Buffer
  expected: Buffer
  expectation?: object
}
const rows: Row[] = [
  {
    name: 'video: port and ping payload',
    answer: answerOf('CSeq: 3', 'Transport: server_port=47998', 'X-SS-Ping-Payload: A1B2C3D4E5F60718'),
    expected: answerOf('CSeq: 3', 'Transport: server_port=50001', 'X-SS-Ping-Payload: A1B2C3D4E5F60718'),
    expectation: { pingPayload: 'A1B2C3D4E5F60718' },
  },
  {
    name: 'audio: port among other parameters',
    request: setup('audio'),
    answer: answerOf('Transport: unicast;server_port=48000;mode=play', 'CSeq: 2'),
    expected: answerOf('Transport: unicast;server_port=50003;mode=play', 'CSeq: 2'),
  },
  {
    name: 'control: connect data of 32 bits',
    request: setup('control'),
    answer: answerOf('Transport: server_port=47999', 'X-SS-Connect-Data: 4294967295'),
    expected: answerOf('Transport: server_port=50002', 'X-SS-Connect-Data: 4294967295'),
    expectation: { connectData: 4294967295 },
  },
  {
    name: 'an answer without a port gets one: the client would assume the host’s own',
    answer: answerOf('CSeq: 3'),
    expected: answerOf('CSeq: 3', 'Transport: server_port=50001'),
  },
  {
    name: 'a refusal stays as it is',
    answer: bytes('RTSP/1.0 404 NOT FOUND\r\nTransport: server_port=1\r\n\r\n'),
    expected: bytes('RTSP/1.0 404 NOT FOUND\r\nTransport: server_port=1\r\n\r\n'),
  },
  {
    name: 'the answer to another request stays as it is',
    request: bytes('DESCRIBE rtsp://127.0.0.1 RTSP/1.0\r\n\r\n'),
    answer: answerOf('Transport: server_port=47998'),
    expected: answerOf('Transport: server_port=47998'),
  },
  {
    name: 'a stream that does not exist stays as it is',
    request: setup('microphone'),
    answer: answerOf('Transport: server_port=47998'),
    expected: answerOf('Transport: server_port=47998'),
  },
  {
    name: 'a ping payload that is not 16 printable characters is none',
    answer: answerOf('Transport: server_port=1', `X-SS-Ping-Payload: ${'\xff'.repeat(16)}`),
    expected: answerOf('Transport: server_port=50001', `X-SS-Ping-Payload: ${'\xff'.repeat(16)}`),
  },
]

test.each(rows)('plain: $name', ({ request = setup('video'), answer, expected, expectation = {} }) => {
  const result = rewriteExchange(request, answer, null, ports)
  expect(result.answer.toString('latin1')).toBe(expected.toString('latin1'))
  expect(result.expectation).toEqual(expectation)
})

test.each(rows)('encrypted: $name', ({ request = setup('video'), answer, expected, expectation = {} }) => {
  const key = randomBytes(16)
  const result = rewriteExchange(sealRtsp(key, request, 7, 'C'), sealRtsp(key, answer, 8, 'H'), key, ports)
  expect(openRtsp(key, result.answer, 'H')).toEqual({ text: expected.toString('latin1'), sequence: 8 })
  expect(result.expectation).toEqual(expectation)
})

describe('encrypted messages that cannot be opened pass unchanged', () => {
  const key = randomBytes(16)
  const request = sealRtsp(key, setup('video'), 7, 'C')
  const answer = sealRtsp(key, answerOf('Transport: server_port=1'), 8, 'H')
  const flipped = (message: Buffer, at: number): Buffer => {
    const copy = Buffer.from(message)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy
  }
  test.each([
    ['another key', request, answer, randomBytes(16)],
    ['a plain answer', request, answerOf('Transport: server_port=1'), key],
    ['a plain request', setup('video'), answer, key],
    ['an answer in the name of the client', request, sealRtsp(key, answerOf('x'), 8, 'C'), key],
    ['an answer cut short', request, answer.subarray(0, -1), key],
    ['an answer with something behind it', request, Buffer.concat([answer, bytes('x')]), key],
    ['a changed tag', request, flipped(answer, 9), key],
    ['a changed body', request, flipped(answer, 30), key],
    ['a changed sequence number', request, flipped(answer, 7), key],
    ['no answer', request, Buffer.alloc(0), key],
  ])('%s', (_name, request, answer, usedKey) => {
    const result = rewriteExchange(request, answer, usedKey, ports)
    expect(result.answer.equals(answer)).toBe(true)
    expect(result.expectation).toEqual({})
  })
})

/** Text that comes close to what is looked for. */
const nearlyRtsp = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'RTSP/1.0 200 OK\r\n',
        'SETUP streamid=video/0/0 RTSP/1.0\r\n',
        '\r\nTransport: ',
        'server_port=',
        '\r\nX-SS-Ping-Payload: ',
        '\r\nX-SS-Connect-Data: ',
        '99999999999',
        '\r\n',
        '\r\n\r\n',
        '$1$&',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => bytes(parts.join('')))

describe('any bytes', () => {
  test('leave an answer whole but for its port, and expect only what can be compared', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyRtsp, fc.constant(setup('video'))), nearlyRtsp, (request, answer) => {
        const result = rewriteExchange(request, answer, null, ports)
        const [from, to] = [answer.toString('latin1'), result.answer.toString('latin1')]
        const anyPort = /server_port=\d+/
        const changedPort = from.replace(/(\r\nTransport: [^\r\n]*)server_port=\d+/, '$1server_port=50001')
        const added = from.replace('\r\n\r\n', () => '\r\nTransport: server_port=50001\r\n\r\n')
        expect([from, changedPort, added]).toContain(to)
        if (to !== from) expect(to).toMatch(anyPort)
        const { pingPayload, connectData } = result.expectation
        if (pingPayload !== undefined) expect(pingPayload).toMatch(/^[!-~]{16}$/)
        if (connectData !== undefined) expect(connectData).toBe(connectData >>> 0)
      }),
      { numRuns: 500 },
    )
  })

  test('with a key never throw', () => {
    const key = randomBytes(16)
    const sealed = fc
      .tuple(nearlyRtsp, fc.constantFrom('C' as const, 'H' as const))
      .map(([text, side]) => sealRtsp(key, text, 1, side))
    const any = fc.oneof(
      sealed,
      fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array)),
    )
    fc.assert(
      fc.property(any, any, (request, answer) => {
        rewriteExchange(request, answer, key, ports)
      }),
      { numRuns: 500 },
    )
  })

  test('of a whole megabyte take no time worth speaking of', () => {
    for (const part of ['\r\nTransport: ', 'server_port=', '\r\n', '\r\nX-SS-Ping-Payload: '])
      rewriteExchange(
        setup('video'),
        bytes(`RTSP/1.0 200 OK${part.repeat((1 << 20) / part.length)}`),
        null,
        ports,
      )
  })
})
