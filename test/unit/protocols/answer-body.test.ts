/** Bodies as servers and proxies write them: compressed unasked, in the character sets of their countries, or far too large. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readBody, type BodyHeaders } from '../../../src-main/protocols/answer-body.ts'

const most = 1024 * 1024
async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7000) yield bytes.subarray(at, at + 7000)
}
const read = (bytes: Buffer, headers: BodyHeaders = {}): Promise<string | null> =>
  readBody(inPieces(bytes), headers, most)

const json = '{"name": "가시화 노드"}'
const bytes = Buffer.from(json)

test.each<[string, string, Buffer]>([
  ['gzip', 'gzip', gzipSync(bytes)],
  ['gzip by its old name', 'X-GZIP', gzipSync(bytes)],
  ['deflate', 'deflate', deflateSync(bytes)],
  ['brotli', 'br', brotliCompressSync(bytes)],
  ['what is called gzip and is not', 'gzip', bytes],
  ['an encoding that does nothing', 'identity', bytes],
])('%s is read', async (_what, encoding, packed) => {
  expect(await read(packed, { 'content-encoding': encoding })).toBe(json)
})

test('what is called gzip and breaks off is as it came', async () => {
  const packed = gzipSync(bytes).subarray(0, 20)
  expect(await read(packed, { 'content-encoding': 'gzip' })).not.toBe(json)
})

test.each([
  ['as it comes', Buffer.alloc(most + 1), {}],
  ['decompressed', gzipSync(Buffer.alloc(most + 1)), { 'content-encoding': 'gzip' }],
])('more than the bound %s is not read', async (_what, body, headers) => {
  expect(await read(body, headers)).toBeNull()
})

const little = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')
/** "점검" in EUC-KR. */
const korean = Buffer.from([0xc1, 0xa1, 0xb0, 0xcb])
/** "保守" in Shift JIS. */
const japanese = Buffer.from([0x95, 0xdb, 0x8e, 0xe7])
const page = Buffer.concat([Buffer.from('<html><meta charset="euc-kr"><title>'), korean])

test.each<[string, Buffer, string | undefined, string]>([
  ['UTF-8 with a mark', Buffer.from(`\ufeff${json}`), undefined, json],
  ['UTF-8 that is called something else', bytes, 'application/json; charset=iso-8859-1', json],
  ['UTF-16, as Windows writes it', little(json), undefined, json],
  ['UTF-16 the other way round', little(json).swap16(), undefined, json],
  ['Korean by its header', korean, 'text/html; charset=EUC-KR', '점검'],
  ['Japanese by its header', japanese, 'text/html; charset="shift_jis"', '保守'],
  ['Korean by its page', page, 'text/html', '<html><meta charset="euc-kr"><title>점검'],
  ['a character set that does not exist', korean, 'text/html; charset=klingon', '\ufffd\ufffd\ufffd\ufffd'],
])('%s', async (_what, body, type, expected) => {
  expect(await read(body, { 'content-type': type })).toBe(expected)
})
