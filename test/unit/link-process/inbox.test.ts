/** What an app that is not the one that it should be can make a link process do: nothing but refuse. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Inbox } from '../../../src-main/link-process/inbox.ts'
import type { FromLinkProcess } from '../../../src-main/link-process/messages.ts'
import { someFailure } from '../../support/some-failure.ts'

function startInbox(run: (name: string, input: unknown) => unknown = () => null) {
  const ran: unknown[] = []
  const attached: unknown[] = []
  const said: FromLinkProcess[] = []
  const reported: string[] = []
  const inbox = new Inbox({
    run(name, input) {
      ran.push([name, input])
      return run(name, input)
    },
    attach: (message) => void attached.push(message),
    say: (message) => void said.push(message),
    report: (line) => void reported.push(line),
  })
  return { inbox, ran, attached, said, reported }
}

/** A socket that was handed over, as far as a refusal sees it. */
function handedOver() {
  const state = { closed: false }
  return { state, socket: { destroy: () => (state.closed = true) } as never }
}

const long = 'x'.repeat(3 * 1024 * 1024)
const forward = { address: 'redis', port: 6379, deadlineMs: 1000 }

test('a request that fits is run, and its result or failure said', async () => {
  const good = startInbox(() => ({ forwardId: 'forward-1', path: '/s' }))
  await good.inbox.take({ type: 'request', id: 1, name: 'open-forward', input: forward }, {})
  expect(good.ran).toEqual([['open-forward', forward]])
  expect(good.said).toEqual([
    { type: 'reply', id: 1, ok: true, value: { forwardId: 'forward-1', path: '/s' } },
  ])
  const error = someFailure('forward-refused')
  const bad = startInbox(() => Promise.reject(error))
  await bad.inbox.take({ type: 'request', id: 2, name: 'open-forward', input: forward }, {})
  expect(bad.said).toEqual([{ type: 'reply', id: 2, ok: false, failure: error.failure }])
})

test.each<[string, string, unknown]>([
  ['a port that is none', 'open-forward', { ...forward, port: 70_000 }],
  ['an address that is none', 'open-forward', { ...forward, address: ['redis'] }],
  ['more than was asked for', 'open-forward', { ...forward, more: 1 }],
  ['a prototype', 'open-forward', JSON.parse('{"address":"a","port":1,"deadlineMs":1,"__proto__":{"x":1}}')],
  ['an endless command', 'exec', { hopId: null, command: long, deadlineMs: 1000, maximumBytes: 10 }],
  ['an answer without end', 'exec', { hopId: null, command: 'id', deadlineMs: 1000, maximumBytes: 2 ** 40 }],
  ['a thousand hops', 'login', { hops: Array(1000).fill(null), keys: [], deadlineMs: 1000 }],
  ['a request of no name', 'constructor', null],
])('%s is refused with a reply that names fields only', async (_what, name, input) => {
  const { inbox, ran, said } = startInbox()
  await inbox.take({ type: 'request', id: 1, name, input }, {})
  expect(ran).toEqual([])
  expect(said).toMatchObject([{ type: 'reply', id: 1, ok: false, failure: { kind: 'bad-request' } }])
  expect(JSON.stringify(said)).not.toMatch(/xxx|redis/)
})

describe('what has no reply', () => {
  test.each<[string, unknown]>([
    ['nothing', null],
    ['an unknown type', { type: 'quit' }],
    ['a socket for no channel', { type: 'attach-socket', channelId: '', headers: {}, head: '' }],
    [
      'a socket with a thousand headers',
      attachWith(Object.fromEntries([...Array(1000).keys()].map((n) => [n, '']))),
    ],
    ['a request without a number', { type: 'request', id: 'one', name: 'close', input: null }],
  ])('%s is reported, and what came with it is closed', async (_what, message) => {
    const { inbox, attached, said, reported } = startInbox()
    const { state, socket } = handedOver()
    await inbox.take(message, { socket })
    expect(state.closed).toBe(true)
    expect(reported).toHaveLength(1)
    expect(reported[0]).toMatch(/^refused: message /)
    expect([...attached, ...said]).toEqual([])
  })

  function attachWith(headers: object): object {
    return { type: 'attach-socket', channelId: 'channel-1', headers, head: '' }
  }

  test('a socket that fits is attached', async () => {
    const { inbox, attached, reported } = startInbox()
    const { state, socket } = handedOver()
    await inbox.take(attachWith({ upgrade: 'websocket' }), { socket })
    expect(attached).toHaveLength(1)
    expect(reported).toEqual([])
    expect(state.closed).toBe(false)
  })
})

describe('questions', () => {
  const key = { hop: 'login', publicKey: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:x' }

  test.each<[string, unknown, unknown, unknown]>([
    ['verifyHostKey', key, true, true],
    ['verifyHostKey', key, 'yes', false],
    ['sign', { publicKey: 'k', data: 'AAAA', hash: null }, 'AAAA', 'AAAA'],
    ['sign', { publicKey: 'k', data: 'AAAA', hash: null }, { length: 1 }, null],
    ['answerPrompts', { hop: 'login', title: '', prompts: [] }, ['a'], ['a']],
    ['answerPrompts', { hop: 'login', title: '', prompts: [] }, Array(1000).fill('a'), null],
  ])('%s with %j: the answer %j counts as %j', async (name, input, value, counts) => {
    const { inbox, said, reported } = startInbox()
    const answer = inbox.ask(name as never, input)
    expect(said).toEqual([{ type: 'question', id: 1, name, input }])
    await inbox.take({ type: 'answer', id: 1, value }, {})
    expect(await answer).toEqual(counts)
    expect(reported).toHaveLength(JSON.stringify(value) === JSON.stringify(counts) ? 0 : 1)
    await inbox.take({ type: 'answer', id: 1, value }, {})
    expect(reported.at(-1)).toContain('answer to no question')
  })
})

test('any junk is refused: nothing runs, nothing is attached, nothing is thrown', async () => {
  const junk = fc.oneof(
    fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
    fc.record(
      {
        type: fc.constantFrom('request', 'answer', 'attach-port', '__proto__'),
        ...{ id: fc.anything(), name: fc.constantFrom('exec', 'login', 'open-relay', 'toString') },
        ...{ input: fc.anything(), channelId: fc.integer() },
      },
      { requiredKeys: ['type'] },
    ),
  )
  await fc.assert(
    fc.asyncProperty(junk, async (message) => {
      const { inbox, ran, attached, said, reported } = startInbox()
      await inbox.take(message, {})
      expect([...ran, ...attached]).toEqual([])
      expect(said.length + reported.length).toBe(1)
    }),
    { numRuns: 500 },
  )
})
