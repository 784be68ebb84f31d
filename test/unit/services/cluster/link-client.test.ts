/** The app's side of a link process: what it answers, and what becomes of requests when the process dies. */
import { expect, test } from 'vitest'
import type {
  FromLinkProcess,
  LinkQuestionName,
  ToLinkProcess,
} from '../../../../src-main/link-process/messages.ts'
import type { ChildHandle } from '../../../../src-main/ports/process-host.ts'
import { createLinkClient, type QuestionHandlers } from '../../../../src-main/services/cluster/link-client.ts'
import { failureOf } from '../../../support/failure-of.ts'

function linkProcess() {
  const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  const sent: ToLinkProcess[] = []
  let say: (message: FromLinkProcess) => void = () => undefined
  const child: ChildHandle = {
    pid: 0,
    exited: gone.promise,
    send: (message) => sent.push(message as ToLinkProcess) > 0,
    onMessage: (listener) => void (say = listener),
    end: () => Promise.resolve(),
  }
  return { child, sent, say: (message: FromLinkProcess) => say(message), die: gone.resolve }
}

const failing = (): Promise<never> => Promise.reject(new Error('no window to ask in'))
const handlers: QuestionHandlers = { verifyHostKey: failing, sign: failing, answerPrompts: failing }

test.each<[LinkQuestionName, false | null]>([
  ['verifyHostKey', false],
  ['sign', null],
  ['answerPrompts', null],
])('%s that cannot be asked is refused', async (name, value) => {
  const { child, sent, say } = linkProcess()
  createLinkClient(child, handlers)
  say({ type: 'question', id: 7, name, input: {} })
  await expect.poll(() => sent).toEqual([{ type: 'answer', id: 7, value }])
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
