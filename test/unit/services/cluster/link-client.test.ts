/** The app's side of a link process: what it answers, and what becomes of requests when the process dies. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type {
  FromLinkProcess,
  LinkQuestionName,
  LinkQuestions,
  ToLinkProcess,
} from '../../../../src-main/link-process/messages.ts'
import type { ChildHandle } from '../../../../src-main/ports/process-host.ts'
import { createLinkClient, type QuestionHandlers } from '../../../../src-main/services/cluster/link-client.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { someFailure } from '../../../support/some-failure.ts'

function linkProcess() {
  const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  const sent: ToLinkProcess[] = []
  const faults: unknown[] = []
  let say: (message: FromLinkProcess) => void = () => undefined
  const child: ChildHandle = {
    pid: 0,
    exited: gone.promise,
    send: (message) => sent.push(message as ToLinkProcess) > 0,
    onMessage: (listener) => void (say = listener),
    end: async (fault) => void faults.push(fault),
  }
  return {
    child,
    sent,
    faults,
    sayRaw: (message: unknown) => say(message as never),
    say: (message: FromLinkProcess) => say(message),
    die: gone.resolve,
  }
}

const failing = (): Promise<never> => Promise.reject(new Error('no window to ask in'))
const handlers: QuestionHandlers = { verifyHostKey: failing, sign: failing, answerPrompts: failing }

const inputs: { [N in LinkQuestionName]: LinkQuestions[N]['input'] } = {
  verifyHostKey: { hop: 'login', publicKey: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:x' },
  sign: { publicKey: 'ssh-ed25519 AAAA', data: 'AAAA', hash: null },
  answerPrompts: { hop: 'login', title: '', prompts: [{ text: 'Password: ', echo: false }] },
  notice: { hop: 'login', text: 'Maintenance at noon' },
}

test.each<[LinkQuestionName, false | null]>([
  ['verifyHostKey', false],
  ['sign', null],
  ['answerPrompts', null],
  ['notice', null],
])('%s that cannot be asked is refused', async (name, value) => {
  const { child, sent, say } = linkProcess()
  createLinkClient(child, handlers)
  say({ type: 'question', id: 7, name, input: inputs[name] })
  await expect.poll(() => sent).toEqual([{ type: 'answer', id: 7, value }])
})

test('a key frame that a relay wants is the business of its own listener', () => {
  const { child, say } = linkProcess()
  const link = createLinkClient(child, handlers)
  const wanted: string[] = []
  for (const id of ['relay-1', 'relay-2']) link.onKeyFrameWanted(id, () => wanted.push(id))
  for (const relayId of ['relay-2', 'relay-3', 'relay-1']) say({ type: 'key-frame-wanted', relayId })
  expect(wanted).toEqual(['relay-2', 'relay-1'])
})

test('requests under way end with the process, and so do later ones', async () => {
  const { child, die } = linkProcess()
  const link = createLinkClient(child, handlers)
  const asked = [link.request('close', null), link.request('close', null)].map(failureOf)
  die({ code: null, signal: 'SIGSEGV' })
  for (const failure of await Promise.all(asked)) {
    expect(failure.kind).toBe('link-lost')
    expect(failure.evidence[0]?.value).toContain('SIGSEGV')
  }
  expect((await failureOf(link.request('close', null))).kind).toBe('link-lost')
})

describe('a message that does not fit', () => {
  const long = 'x'.repeat(100_000)
  const { failure } = someFailure('link-lost')
  const polluting = JSON.parse('{"type":"ready","__proto__":{"polluted":true}}') as unknown
  const hostile: [string, unknown, string][] = [
    ['nothing', null, 'of no known type'],
    ['text', 'ready', 'of no known type'],
    ['a list', [{ type: 'ready' }], 'of no known type'],
    ['an unknown type', { type: 'eval', code: 'secret words' }, 'of no known type'],
    ['a type of every object', { type: 'constructor' }, 'of no known type'],
    ['more than it may have', { type: 'ready', more: 1 }, 'ready'],
    ['a prototype', polluting, 'ready'],
    ['a wrong id', { type: 'reply', id: 'one', ok: true, value: null }, 'reply'],
    [
      'a failure of no kind',
      { type: 'reply', id: 1, ok: false, failure: { ...failure, kind: 'x' } },
      'reply',
    ],
    ['an endless failure', { type: 'lost', relayId: null, failure: { ...failure, reason: long } }, 'lost'],
    [
      'a failure with a thousand pieces of evidence',
      {
        type: 'lost',
        relayId: null,
        failure: { ...failure, evidence: Array(1000).fill({ label: '', value: '' }) },
      },
      'lost',
    ],
    ['an endless name', { type: 'channel-ended', channelId: long, byFarEnd: true }, 'channel-ended'],
    ['a question of no name', { type: 'question', id: 1, name: 'toString', input: {} }, 'question'],
    [
      'a question about something else',
      { type: 'question', id: 1, name: 'sign', input: inputs.answerPrompts },
      'question sign',
    ],
    [
      'endless prompts',
      { type: 'question', id: 1, name: 'answerPrompts', input: { ...inputs.answerPrompts, title: long } },
      'question answerPrompts',
    ],
    [
      'an answer to something else',
      { type: 'reply', id: 1, ok: true, value: { hopId: long } },
      'reply to open-hop',
    ],
    ['a reply to nothing', { type: 'reply', id: 7, ok: true, value: null }, 'reply to no request'],
  ]

  /** A client with a request under way and somebody who listens for losses. */
  function client() {
    const process = linkProcess()
    const link = createLinkClient(process.child, handlers)
    const lost: unknown[] = []
    link.onLost((relayId, loss) => lost.push([relayId, loss]))
    const hop = { label: 'viz01', address: 'viz01', port: 22, user: 'ada', hostKeys: [] }
    const asked = failureOf(link.request('open-hop', { hop, deadlineMs: 1000 }))
    return { ...process, link, lost, asked }
  }

  test.each(hostile)(
    '%s loses the link and ends the process, with the message as evidence',
    async (...row) => {
      const [, message, name] = row
      const { asked, lost, faults, link, sayRaw } = client()
      sayRaw(message)
      const found = await asked
      expect(found.kind).toBe('link-lost')
      expect(found.evidence[0]).toEqual({ label: 'message', value: name })
      expect(JSON.stringify(found)).not.toMatch(/secret words|xxx/)
      expect(lost).toEqual([[null, found]])
      expect(faults).toEqual([found.evidence])
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
      // What follows is not looked at, and nothing more is asked of it.
      sayRaw({ type: 'reply', id: 1, ok: true, value: { hopId: 'hop-1' } })
      expect((await failureOf(link.request('close-hop', { hopId: 'hop-1' }))).kind).toBe('link-lost')
      expect(lost).toHaveLength(1)
    },
  )

  test('any junk is a fault and nothing else: never an exception, never a second loss', () => {
    const junk = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      fc.json().map((text) => JSON.parse(text) as unknown),
      fc.record(
        {
          type: fc.constantFrom('reply', 'question', 'lost', 'channel-ended', '__proto__'),
          ...{ id: fc.anything(), ok: fc.boolean(), value: fc.anything(), name: fc.string() },
          ...{ input: fc.anything(), relayId: fc.anything(), failure: fc.anything() },
        },
        { requiredKeys: ['type'] },
      ),
    )
    fc.assert(
      fc.property(fc.array(junk, { minLength: 1, maxLength: 5 }), (messages) => {
        const { asked, lost, faults, sayRaw } = client()
        void asked.catch(() => undefined)
        for (const message of messages) sayRaw(message)
        expect(lost).toHaveLength(1)
        expect(faults).toHaveLength(1)
      }),
      { numRuns: 300 },
    )
  })

  test('after the end it is logged all the same, and nothing is lost any more', () => {
    const { link, lost, faults, sayRaw, asked } = client()
    void asked.catch(() => undefined)
    void link.close()
    sayRaw({ type: 'what' })
    expect(lost).toEqual([])
    expect(faults).toHaveLength(1)
  })
})
