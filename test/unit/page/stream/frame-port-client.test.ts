/** The page's end of a frame port: what it believes, and that it is over when it says so. */
import { describe, expect, test } from 'vitest'
import { encodeMessage, messageType } from '../../../../src-main/shared/stream-port.ts'
import { encodeInput } from '../../../../src-main/shared/stream-input.ts'
import { FramePortClient } from '../../../../src-renderer/stream/frame-port-client.ts'

function setUp() {
  const sent: number[] = []
  const log = { closed: 0, seen: [] as unknown[] }
  const note = (value: unknown): void => void log.seen.push(value)
  const client = new FramePortClient(
    { send: (message) => void sent.push(message[1]!), close: () => void log.closed++ },
    {
      onConfiguration: note,
      onVideo: ({ keyFrame, frameNumber }) => note([frameNumber, keyFrame]),
      onEvent: note,
      onRefused: note,
    },
  )
  const say = (type: keyof typeof messageType, value: unknown): void =>
    client.receive(encodeMessage(messageType[type], new TextEncoder().encode(JSON.stringify(value))))
  return { client, sent, log, say }
}
const good = { codec: 'H.264', width: 1280, height: 720, fps: 30 }

describe('a configuration', () => {
  test.each([good, { ...good, width: 16_384, fps: 1000 }, { ...good, width: 0, height: 0, fps: 0.5 }])(
    'is taken: %j',
    (value) => {
      const { log, say } = setUp()
      say('configuration', { ...value, more: 'than is known' })
      expect(log).toEqual({ closed: 0, seen: [value] })
    },
  )

  test.each<[string, unknown]>([
    ['another codec', { ...good, codec: 'HEVC' }],
    ['no codec', { ...good, codec: undefined }],
    ['too wide', { ...good, width: 16_385 }],
    ['too high', { ...good, height: 16_385 }],
    ['a negative size', { ...good, width: -1 }],
    ['half a pixel', { ...good, height: 1.5 }],
    ['text for a size', { ...good, width: '1280' }],
    ['no rate', { ...good, fps: 0 }],
    ['a rate without end', { ...good, fps: 1001 }],
    ['text for a rate', { ...good, fps: '30' }],
    ['a list', []],
    ['nothing', null],
  ])('is refused and closes the port: %s', (_what, value) => {
    const { log, say } = setUp()
    say('configuration', value)
    say('configuration', good)
    expect(log).toEqual({ closed: 1, seen: ['malformed-configuration'] })
  })
})

test.each<[string, unknown]>([
  ['an unknown one', { type: 'paused', code: 0 }],
  ['no code', { type: 'terminated' }],
  ['text for a code', { type: 'terminated', code: '0' }],
])('an event that is none closes the port: %s', (_what, value) => {
  const { log, say } = setUp()
  say('event', value)
  expect(log).toEqual({ closed: 1, seen: ['malformed-event'] })
})

test('only the flag of key frames makes one', () => {
  const { client, log } = setUp()
  for (const flags of [0, 1, 2, 3])
    client.receive(encodeMessage(messageType.video, Uint8Array.of(1), { flags, frameNumber: flags }))
  expect(log.seen).toEqual([
    [0, false],
    [1, true],
    [2, false],
    [3, true],
  ])
})

test('once closed it sends, hears and closes nothing more', () => {
  const { client, sent, log, say } = setUp()
  client.close()
  client.close()
  client.credit(1, 0)
  client.requestKeyFrame()
  client.sendInput(encodeInput([{ kind: 'key', down: true, code: 65, modifiers: 0 }]))
  say('configuration', good)
  expect({ sent, ...log }).toEqual({ sent: [], closed: 1, seen: [] })
})
