/** What is typed on the command line: hosts, ways to them, tokens, signals. */
import { Readable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { parseHostAddress } from '../../../src-main/cli/host-address.ts'
import { stopRequested } from '../../../src-main/cli/signals.ts'
import { readToken } from '../../../src-main/cli/token.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('without SSH only a host of this computer is connected to', () => {
  expect(parseHostAddress({ host: '127.0.0.1:47989' })).toEqual({
    address: '127.0.0.1',
    port: 47_989,
    hops: [],
  })
  for (const host of ['10.0.0.7:47989', '127.0.0.2:47989'])
    expect(() => parseHostAddress({ host }), host).toThrow()
  expect(parseHostAddress({ host: '10.0.0.7:47989', ssh: 'ada@n1' }).hops.length).toBe(1)
})

test.each([
  '127.0.0.1',
  '127.0.0.1:80',
  '127.0.0.1:1023',
  '127.0.0.1:65001',
  'localhost:47989',
  '127.0.0.1:4798x',
])('%s is no host', (host) => expect(() => parseHostAddress({ host })).toThrow('bad-request/option-host'))

function typed(...chunks: string[]): void {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(
    Readable.from(chunks.map((one) => Buffer.from(one))) as never,
  )
}

test('a token of 16 kB at most is read from standard input', async () => {
  typed(' to', 'ken \n')
  expect(await readToken()).toBe('token')
  for (const chunks of [[''], ['x'.repeat(10_000), 'x'.repeat(10_000)]]) {
    typed(...chunks)
    await expect(readToken()).rejects.toThrow('bad-request/no-token-on-input')
  }
})

test('a first signal asks to stop; one more than a second later ends the program', async () => {
  vi.useFakeTimers()
  const before = new Map(
    ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => [name, process.listeners(name as 'SIGINT')]),
  )
  const ends = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never)
  try {
    const stop = stopRequested()
    const send = (name: 'SIGINT' | 'SIGTERM'): void => {
      for (const listener of process.listeners(name))
        if (!before.get(name)?.includes(listener)) listener(name)
    }
    send('SIGINT')
    await stop
    vi.advanceTimersByTime(900)
    send('SIGTERM')
    expect(ends).not.toHaveBeenCalled()
    vi.advanceTimersByTime(200)
    send('SIGINT')
    expect(ends).toHaveBeenCalledWith(1)
  } finally {
    for (const [name, known] of before)
      for (const listener of process.listeners(name as 'SIGINT'))
        if (!known.includes(listener)) process.off(name, listener)
  }
})
