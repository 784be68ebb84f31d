/** Answers that no Redis should send: cut off, nested without end, of lengths that are none. */
import { expect, test } from 'vitest'
import { decodeReplies } from '../../../../src-main/protocols/redis/resp.ts'

const decoded = (text: string) => decodeReplies(Buffer.from(text))

test('lists within lists, four deep at most', () => {
  expect(decoded('*1\r\n*1\r\n*1\r\n*1\r\n:7\r\n')).toEqual([[[[[7]]]]])
  expect(decoded('*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:7\r\n')).toEqual([])
  expect(decoded('*1\r\n'.repeat(100_000))).toEqual([])
})

test.each([
  '$5\r\nhal',
  '$5\r\nhallo',
  '$5\r\nhallo\r',
  '*2\r\n:1\r\n',
  '$-2\r\n',
  '*100001\r\n',
  ':1',
  '$x\r\n',
])('%j is no answer yet', (text) => expect(decoded(`+OK\r\n${text}`)).toEqual(['OK']))

test('a text is as long as it says', () => {
  expect(decoded('$5\r\nhallo\r\n$0\r\n\r\n$-1\r\n')).toEqual(['hallo', '', null])
})
