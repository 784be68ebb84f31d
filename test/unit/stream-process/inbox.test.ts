/** What an app that is not the one that it should be can make a stream process do: nothing but refuse. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeMessage } from '../../../src-main/stream-process/inbox.ts'
import type { FromStreamProcess } from '../../../src-main/stream-process/messages.ts'

const start = {
  ...{ address: '127.0.0.1', appVersion: '7.1', gfeVersion: '3.23', rtspSessionUrl: 'rtsp://127.0.0.1:1' },
  ...{ serverCodecModeSupport: 1, width: 640, height: 360, fps: 30, bitrateKbps: 2000, packetSize: 1392 },
  ...{ supportedVideoFormats: 1, encryptionFlags: 0, remoteInputKey: '0'.repeat(32), remoteInputKeyId: -1 },
}

function take(message: unknown) {
  const acted: unknown[] = []
  const said: FromStreamProcess[] = []
  const reported: string[] = []
  let closed = false
  takeMessage(
    message,
    { socket: { destroy: () => (closed = true) } as never },
    {
      act: (one) => void acted.push(one),
      say: (one) => void said.push(one),
      report: (line) => void reported.push(line),
    },
  )
  return { acted, said, reported, closed }
}

test.each<object>([
  { type: 'start', start, turnHorizontalWheel: false },
  { type: 'stop' },
  { type: 'attach-socket', headers: { upgrade: 'websocket' }, head: '' },
  { type: 'attach-port' },
  { type: 'attach-counter' },
])('%j is acted on', (message) => {
  expect(take(message)).toEqual({ acted: [message], said: [], reported: [], closed: false })
})

test.each<[string, object]>([
  ['an endless address', { ...start, address: '1'.repeat(100_000) }],
  ['a size that is none', { ...start, width: Number.NaN }],
  ['more than a start has', { ...start, argv: ['sh'] }],
  ['less than a start has', { address: '127.0.0.1' }],
])('a start with %s fails', (_what, bad) => {
  const { acted, said, reported } = take({ type: 'start', start: bad, turnHorizontalWheel: false })
  expect(acted).toEqual([])
  expect(said).toMatchObject([{ type: 'failed', failure: { kind: 'launch-refused' } }])
  expect(JSON.stringify([said, reported])).not.toMatch(/111|\bsh\b/)
})

test.each<[string, unknown]>([
  ['no message', undefined],
  ['an unknown type', { type: 'eval' }],
  ['headers that are no text', { type: 'attach-socket', headers: { upgrade: 1 }, head: '' }],
  ['a prototype', JSON.parse('{"type":"stop","__proto__":{"polluted":1}}')],
])('%s is reported, and its socket closed', (_what, message) => {
  const { acted, said, reported, closed } = take(message)
  expect([...acted, ...said]).toEqual([])
  expect(reported).toHaveLength(1)
  expect(closed).toBe(true)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('any junk is refused and reported', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), (message) => {
      const { acted, said, reported } = take(message)
      expect([...acted, ...said]).toEqual([])
      expect(reported).toHaveLength(1)
    }),
    { numRuns: 500 },
  )
})
