/** The site's RTSP and control ciphers and its ENet reader against the bytes of a real session. */
import { describe, expect, test } from 'vitest'
import { recordedControl, recordedHandshake } from '../../../support/recordings.ts'
import { openControl, sealControl } from '../../../site/host/control/cipher.ts'
import { parseInput } from '../../../site/host/control/input.ts'
import { commandType, parseDatagram } from '../../../site/host/enet/wire.ts'
import { openRtsp, sealRtsp } from '../../../site/host/rtsp/message.ts'

describe.each(['h264-mode1-rtspenc', 'h264-mode2-rtspenc'])('the handshake %s', (name) => {
  const { rikey, exchanges } = recordedHandshake(name)
  const key = Buffer.from(rikey, 'hex')
  const messages = exchanges.flatMap((exchange) => [
    {
      side: 'C' as const,
      text: exchange.request,
      sealed: exchange.requestSealed,
      sequence: exchange.requestSequence,
    },
    {
      side: 'H' as const,
      text: exchange.response,
      sealed: exchange.responseSealed,
      sequence: exchange.responseSequence,
    },
  ])

  test('opens with its key', () => {
    expect(messages).toHaveLength(14)
    for (const { side, text, sealed = '', sequence } of messages) {
      expect(openRtsp(key, Buffer.from(sealed, 'hex'), side)).toEqual({ text, sequence })
    }
  })

  test('is sealed to the same bytes', () => {
    for (const { side, text, sealed, sequence = -1 } of messages) {
      expect(sealRtsp(key, Buffer.from(text, 'latin1'), sequence, side).toString('hex')).toBe(sealed)
    }
  })

  test('opens for no other', () => {
    const bytes = Buffer.from(exchanges[0]?.requestSealed ?? '', 'hex')
    expect(openRtsp(Buffer.alloc(16), bytes, 'C')).toBeNull()
    expect(openRtsp(key, bytes, 'H')).toBeNull()
    for (const at of [0, 3, 7, 8, 24, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(openRtsp(key, changed, 'C')).toBeNull()
    }
    expect(openRtsp(key, bytes.subarray(0, -1), 'C')).toBeNull()
    expect(openRtsp(key, bytes.subarray(0, 10), 'C')).toBeNull()
  })
})

describe('the control stream', () => {
  const { key: hexKey, connectData, datagrams, messages } = recordedControl()
  const key = Buffer.from(hexKey, 'hex')
  const commands = datagrams.flatMap(({ side, bytes }) => {
    const datagram = parseDatagram(Buffer.from(bytes, 'hex'))
    if (!datagram) throw new Error(`not read: ${bytes}`)
    return datagram.commands.map((command) => ({ side, ...command }))
  })
  const carriers = commands.filter(({ type }) =>
    [commandType.sendReliable, commandType.sendUnreliable, commandType.sendUnsequenced].includes(type as 6),
  )

  test('every datagram is read; the connection begins as recorded', () => {
    const [connect, verify] = commands
    expect(connect).toMatchObject({ side: 'client', type: commandType.connect })
    expect(connect?.fields.readUInt32BE(40)).toBe(connectData)
    expect(verify).toMatchObject({ side: 'host', type: commandType.verifyConnect })
  })

  test('what the client sealed opens to the recorded messages', () => {
    const expected = messages.filter(({ side }) => side === 'client').map(({ plaintext }) => plaintext)
    const opened = carriers
      .filter(({ side }) => side === 'client')
      .map(({ data }) => {
        const message = openControl(key, data)
        if (!message) return null
        const head = Buffer.alloc(4)
        head.writeUInt16LE(message.type, 0)
        head.writeUInt16LE(message.payload.length, 2)
        return Buffer.concat([head, message.payload]).toString('hex')
      })
    expect(opened).toEqual(expected)
  })

  test('what the host says is sealed to the recorded bytes', () => {
    const sealed = messages
      .filter(({ side }) => side === 'host')
      .map(({ sequence, plaintext }) => {
        const bytes = Buffer.from(plaintext, 'hex')
        return sealControl(key, sequence, {
          type: bytes.readUInt16LE(0),
          payload: bytes.subarray(4),
        }).toString('hex')
      })
    expect(sealed.length).toBeGreaterThan(0)
    expect(carriers.filter(({ side }) => side === 'host').map(({ data }) => data.toString('hex'))).toEqual(
      sealed,
    )
  })

  test('input has the meaning that the recording application gave it', () => {
    const inputs = messages
      .filter(({ side, plaintext }) => side === 'client' && plaintext.startsWith('0602'))
      .map(({ plaintext }) => parseInput(Buffer.from(plaintext, 'hex').subarray(4)))
    expect(inputs).not.toContain(null)
    for (const event of [
      { kind: 'position', x: 900, y: 500, width: 1280, height: 720 },
      { kind: 'button', down: true, button: 1 },
      { kind: 'button', down: false, button: 1 },
      { kind: 'key', down: true, code: 0x41, modifiers: 0 },
      { kind: 'key', down: false, code: 0x41, modifiers: 0 },
      { kind: 'scroll', amount: 120 },
      { kind: 'horizontal-scroll', amount: 120 },
      { kind: 'text', text: 'é' },
      { kind: 'ignored' },
    ]) {
      expect(inputs).toContainEqual(event)
    }
  })

  test('a message for somebody else, a changed one or a cut one does not open', () => {
    const data = carriers.find(({ side }) => side === 'client')?.data ?? Buffer.alloc(0)
    expect(openControl(key, data)).not.toBeNull()
    expect(openControl(Buffer.alloc(16), data)).toBeNull()
    for (let length = 0; length < data.length; length++) {
      expect(openControl(key, data.subarray(0, length))).toBeNull()
    }
    for (let at = 0; at < data.length; at++) {
      const changed = Buffer.from(data)
      changed[at] = (changed[at] ?? 0) ^ 0x80
      expect(openControl(key, changed)).toBeNull()
    }
  })
})
