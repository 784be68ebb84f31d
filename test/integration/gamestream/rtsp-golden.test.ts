/**
 * Our host answers the recorded RTSP requests as Sunshine 0.23.1 did, plain and encrypted, apart from what a host chooses:
 * its ports, the ping payload and the connect data. It offers no HEVC, so those recordings have no counterpart.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createIdentity, type ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import { exchange } from './raw-http.ts'
import { nvhttp } from './raw-stream.ts'
import { pairByRecordedUser } from './recorded-user.ts'
import { recordedHandshake } from '../../support/recordings.ts'
import { openRtsp } from '../../site/host/rtsp/message.ts'

let identity: ClientIdentity
let running: DesktopHost

beforeAll(async () => {
  identity = await createIdentity()
})
afterEach(() => running.dispose())

describe.each<[string, 0 | 1 | 2]>([
  ['h264-mode0-plain', 0],
  ['h264-mode1-plain', 1],
  ['h264-mode1-rtspenc', 1],
  ['h264-mode2-rtspenc', 2],
])('%s', (name, encryptionMode) => {
  const recorded = recordedHandshake(name)
  const key = Buffer.from(recorded.rikey, 'hex')

  beforeEach(async () => {
    running = await startDesktopHost({ encryptionMode })
    await pairByRecordedUser(running.host, identity)
    const answer = await nvhttp(running.host, identity, '/launch', {
      appid: '958645192',
      localAudioPlayMode: '0',
      rikey: recorded.rikey,
      rikeyid: String(recorded.rikeyid),
      corever: recorded.encrypted ? '1' : '0',
    })
    const scheme = recorded.encrypted ? 'rtspenc' : 'rtsp'
    expect(answer).toContain(`<sessionUrl0>${scheme}://127.0.0.1:${running.host.ports.rtsp}</sessionUrl0>`)
  })

  test('all seven answers', async () => {
    const { video, control, audio, rtsp } = running.host.ports
    const ports: [string, number][] = [
      ['31098', video],
      ['31099', control],
      ['31100', audio],
      ['31110', rtsp],
    ]
    const payloads = new Set<string>()
    for (const { name: step, request, response, requestSealed, responseSequence } of recorded.exchanges) {
      const sent = requestSealed ? Buffer.from(requestSealed, 'hex') : Buffer.from(request, 'latin1')
      const answer = await exchange(running.host.ports.rtsp, sent)
      expect(answer.hostClosed).toBe(true)
      let { text } = answer
      if (recorded.encrypted) {
        const opened = openRtsp(key, Buffer.from(text, 'latin1'), 'H')
        expect(opened?.sequence).toBe(responseSequence)
        text = opened?.text ?? ''
      }
      const payload = /X-SS-Ping-Payload: ([0-9A-F]{16})\r\n/.exec(text)?.[1]
      if (payload) payloads.add(payload)
      const comparable = (answerText: string): string =>
        answerText
          .replace(/X-SS-Ping-Payload: [0-9A-F]{16}\r\n/, 'X-SS-Ping-Payload: 16 digits\r\n')
          .replace(/X-SS-Connect-Data: \d{1,10}\r\n/, 'X-SS-Connect-Data: number\r\n')
      for (const [recordedPort, port] of ports)
        text = text.replace(`server_port=${port}`, `server_port=${recordedPort}`)
      expect({ step, text: comparable(text) }).toEqual({ step, text: comparable(response) })
    }
    // Audio and video share one payload.
    expect(payloads.size).toBe(1)
  })
})
