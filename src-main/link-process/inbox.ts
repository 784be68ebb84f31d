/** What the app sends to a link process, checked before anything acts on it. What does not fit is refused, never dropped in silence. */
import type { HandedOver } from '../protocols/handed-over.ts'
import { fail, toFailure, type EvidenceItem, type Failure } from '../shared/errors.ts'
import { messageEvidence, messageName, refusalLine } from '../shared/schema-issues.ts'
import {
  linkQuestions,
  linkRequests,
  toLinkProcessSchema,
  type FromLinkProcess,
  type LinkQuestionName,
  type LinkRequestName,
  type ToLinkProcess,
} from './messages.ts'

export interface InboxOptions {
  /** Does what was asked for; its input fits. */
  run: (name: LinkRequestName, input: unknown) => unknown
  /** Connects what was handed over with the channel that the message names. */
  attach: (
    message: Extract<ToLinkProcess, { type: 'attach-socket' | 'attach-port' }>,
    handedOver: HandedOver,
  ) => void
  say: (message: FromLinkProcess) => void
  /** Reports what was refused without a reply; standard error reaches the app's log. */
  report: (line: string) => void
}

export class Inbox {
  private readonly options: InboxOptions
  private readonly asked = new Map<number, { name: LinkQuestionName; resolve(value: unknown): void }>()
  private counter = 0

  constructor(options: InboxOptions) {
    this.options = options
  }

  /** Asks the app. @returns its answer; null, or false for a host key, where that does not fit */
  ask(name: LinkQuestionName, input: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      const id = ++this.counter
      this.asked.set(id, { name, resolve })
      this.options.say({ type: 'question', id, name, input })
    })
  }

  /** Takes one message. Settles when it is done; never rejects. */
  async take(raw: unknown, handedOver: HandedOver): Promise<void> {
    const checked = toLinkProcessSchema.safeParse(raw)
    if (!checked.success) {
      handedOver.socket?.destroy()
      handedOver.port?.close()
      const evidence = messageEvidence(messageName(raw, checked.error), checked.error)
      const id = requestId(raw)
      if (id === null) this.report(evidence)
      else this.options.say({ type: 'reply', id, ok: false, failure: refused(evidence) })
      return
    }
    const message = checked.data
    if (message.type === 'request') await this.request(message)
    else if (message.type === 'answer') this.answer(message)
    else this.options.attach(message, handedOver)
  }

  private async request({ id, name, input }: Extract<ToLinkProcess, { type: 'request' }>): Promise<void> {
    const { run, say } = this.options
    const checked = linkRequests[name].input.safeParse(input)
    if (!checked.success) {
      const failure = refused(messageEvidence(`request ${name}`, checked.error))
      return say({ type: 'reply', id, ok: false, failure })
    }
    try {
      const value: unknown = await run(name, checked.data)
      say({ type: 'reply', id, ok: true, value })
    } catch (error) {
      say({ type: 'reply', id, ok: false, failure: toFailure(error) })
    }
  }

  private answer({ id, value }: Extract<ToLinkProcess, { type: 'answer' }>): void {
    const question = this.asked.get(id)
    if (!question) return this.report([{ label: 'message', value: 'answer to no question' }])
    this.asked.delete(id)
    const checked = linkQuestions[question.name].output.safeParse(value)
    if (!checked.success) this.report(messageEvidence(`answer to ${question.name}`, checked.error))
    question.resolve(checked.success ? checked.data : question.name === 'verifyHostKey' ? false : null)
  }

  private report(evidence: readonly EvidenceItem[]): void {
    this.options.report(refusalLine(evidence))
  }
}

/** The id of a request that does not fit otherwise: it gets a reply all the same. */
function requestId(raw: unknown): number | null {
  if (typeof raw !== 'object' || raw === null || !('type' in raw) || raw.type !== 'request') return null
  return 'id' in raw && Number.isSafeInteger(raw.id) && (raw.id as number) > 0 ? (raw.id as number) : null
}

const refused = (evidence: EvidenceItem[]): Failure =>
  fail('bad-request', 'request-unusable', { evidence, retryable: false }).failure
