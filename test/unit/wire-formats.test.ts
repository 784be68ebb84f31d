/**
 * What C++ and TypeScript of the product write down twice: each format as the C++ sources state it, held against what the
 * TypeScript side reads and writes.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  encodeInput,
  inputRecordSize,
  maximumInputRecords,
  type InputRecord,
} from '../../src-main/shared/stream-input.ts'
import {
  decodeHeader,
  encodeMessage,
  flagKeyFrame,
  headerSize,
  messageType,
  streamPortVersion,
} from '../../src-main/shared/stream-port.ts'

const source = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const all = (text: string, pattern: RegExp): string[][] =>
  [...text.matchAll(pattern)].map(([, ...groups]) => groups.map((group) => group ?? ''))
/** The part of a text between two others. */
const part = (text: string, from: string, to: string): string => text.split(from)[1]?.split(to)[0] ?? ''

/** A C++ type at a place of some bytes: how it is written and read. */
function at(view: DataView, type: string, offset: number): { write(value: number): void; read(): number } {
  switch (type) {
    case 'uint8_t':
      return { write: (value) => view.setUint8(offset, value), read: () => view.getUint8(offset) }
    case 'uint16_t':
      return {
        write: (value) => view.setUint16(offset, value, true),
        read: () => view.getUint16(offset, true),
      }
    case 'int16_t':
      return { write: (value) => view.setInt16(offset, value, true), read: () => view.getInt16(offset, true) }
    case 'uint32_t':
      return {
        write: (value) => view.setUint32(offset, value, true),
        read: () => view.getUint32(offset, true),
      }
    case 'double':
      return {
        write: (value) => view.setFloat64(offset, value, true),
        read: () => view.getFloat64(offset, true),
      }
    default:
      throw new Error(`unknown type ${type}`)
  }
}

describe('the header of the frame port (connection.cc, stream-port.ts)', () => {
  const text = source('native/addon/connection.cc')
  const rows = all(part(text, 'void PutHeader', '\n}'), /Put<(\w+)>\(message, (\d+), (.+)\);/g)
  /** How each value is written in C++, and here. */
  const values: Record<string, number> = {
    type: 2,
    flags: 1,
    frame: 70_000,
    'static_cast<uint32_t>(message.size() - kHeaderSize)': 0,
    rtp_timestamp: 4_000_000_001,
    received_at: 1_700_000_000_000.25,
    'UnixMilliseconds()': 1_700_000_000_001.5,
  }

  test('has the same fields at the same places', () => {
    const bytes = new Uint8Array(headerSize)
    const view = new DataView(bytes.buffer)
    for (const [type = '', offset, what = ''] of rows)
      at(view, type, Number(offset)).write(values[what] ?? Number(what))
    const header = decodeHeader(bytes)
    expect(header).toEqual({
      type: 2,
      flags: 1,
      frameNumber: 70_000,
      payloadLength: 0,
      rtpTimestamp: 4_000_000_001,
      receivedAt: 1_700_000_000_000.25,
      queuedAt: 1_700_000_000_001.5,
    })
    if (typeof header === 'string') throw new Error(header)
    expect(encodeMessage(messageType.video, new Uint8Array(), header)).toEqual(bytes)
  })

  test('has one size, version, type of video and flag of key frames', () => {
    expect(all(text, /kHeaderSize = (\d+);/g)).toEqual([[`${headerSize}`]])
    expect(rows[0]).toEqual(['uint8_t', '0', `${streamPortVersion}`])
    expect(all(text, /PutHeader\(\*message, (\d+), key_frame \? (\d+) : 0,/g)).toEqual([
      [`${messageType.video}`, `${flagKeyFrame}`],
    ])
  })
})

describe('input records (input_records.cc, stream-input.ts)', () => {
  const text = source('native/addon/input_records.cc')
  const kinds = Object.fromEntries(
    all(part(text, 'enum Kind', '}'), /k(\w+) = (\d+)/g).map(([name = '', value]) => [
      name.toLowerCase(),
      Number(value),
    ]),
  )
  const sizes: Record<string, number> = { uint8_t: 1, uint16_t: 2, int16_t: 2 }
  let end = 0
  const fields = all(part(text, 'struct Record {', '}'), /(\w+) ([\w, ]+);/g).flatMap(
    ([type = '', names = '']) =>
      names.split(', ').map((name) => {
        const offset = end
        end += sizes[type] ?? Number.NaN
        return { name, type, offset }
      }),
  )

  test.each<[InputRecord, object]>([
    [
      { kind: 'key', down: true, code: 65, modifiers: 5 },
      { kind: kinds.key, action: 1, code: 65, a: 5 },
    ],
    [
      { kind: 'position', x: -3, y: 4, width: 640, height: 360 },
      { kind: kinds.position, a: -3, b: 4, c: 640, d: 360 },
    ],
    [
      { kind: 'move', dx: -7, dy: 8 },
      { kind: kinds.move, a: -7, b: 8 },
    ],
    [
      { kind: 'button', down: true, button: 3 },
      { kind: kinds.button, action: 1, code: 3 },
    ],
    [
      { kind: 'scroll', vertical: 120, horizontal: -120 },
      { kind: kinds.scroll, a: 120, b: -120 },
    ],
  ])('%j has the same fields at the same places', (record, expected) => {
    const view = new DataView(encodeInput([record]).buffer)
    const read = Object.fromEntries(
      fields.map(({ name, type, offset }) => [name, at(view, type, offset).read()]),
    )
    expect(read).toEqual({ action: 0, code: 0, a: 0, b: 0, c: 0, d: 0, ...expected })
  })

  test('have one size and one bound', () => {
    expect(Object.keys(kinds)).toHaveLength(5)
    expect(end).toBe(inputRecordSize)
    expect(all(text, /kRecordSize = (\d+);/g)).toEqual([[`${inputRecordSize}`]])
    expect(all(text, /kMaximumRecords = (\d+);/g)).toEqual([[`${maximumInputRecords}`]])
  })
})

describe('frames of the relay (framing.h, endpoint.cc, native.ts)', () => {
  const framing = source('native/core/framing.h')
  const endpoint = source('native/addon/endpoint.cc')
  const native = source('src-main/protocols/native.ts')
  /** Name, number and who sends it: relay, endpoint or both. */
  const types = all(part(framing, 'enum class FrameType', '};'), /k(\w+) =\s+(\d+),\s*\/\/ (\w+)/g).map(
    ([name = '', number, sender]) => ({ name: name.toLowerCase(), number: Number(number), sender }),
  )
  const sentBy = (side: string, but: string[]): string[] =>
    types
      .filter(({ name, sender }) => [side, 'both'].includes(sender ?? '') && !but.includes(name))
      .map(({ name }) => name)
  const quoted = (text: string): string[] => all(text, /['"](\w+)['"]/g).flat()

  test('that the endpoint hands to JavaScript are those that a relay sends, by the same names', () => {
    const cases = all(
      part(endpoint, 'const char* TypeName', '\n}'),
      /case FrameType::k(\w+):\s+return "(\w+)";/g,
    )
    expect(cases.map(([type]) => type?.toLowerCase())).toEqual(cases.map(([, name]) => name))
    // Padding is acknowledged where it arrives.
    const expected = sentBy('relay', ['datagram', 'padding'])
    expect(cases.map(([, name]) => name)).toEqual(expected)
    expect(quoted(part(native, 'export interface RelayFrame {', '\n  /**'))).toEqual(expected)
  })

  test('that JavaScript has made are those that an endpoint sends, by the same names', () => {
    const made = all(part(endpoint, 'kTypes[] =', ';'), /\{"(\w+)", FrameType::k(\w+)\}/g)
    expect(made.map(([name]) => name)).toEqual(made.map(([, type]) => type?.toLowerCase()))
    // Datagrams and acknowledgements never pass JavaScript; START has a function of its own.
    const expected = sentBy('endpoint', ['datagram', 'ack', 'start'])
    expect(made.map(([name]) => name)).toEqual(expected)
    expect(quoted(part(native, '  frame(\n', 'stream: number'))).toEqual(expected)
  })
})
