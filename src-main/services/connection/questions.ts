/** Questions of the link process that only the user can answer: shown one at a time, refused when nobody is there. */
import { randomUUID } from 'node:crypto'
import type { Question } from '../../shared/model/connection.ts'
import type { QuestionHandlers } from '../link/link-client.ts'

export class QuestionBoard {
  private readonly waiting: { question: Question; settle(values: string[] | null): void }[] = []
  private readonly onChange: (question: Question | null) => void

  constructor(onChange: (question: Question | null) => void) {
    this.onChange = onChange
  }

  readonly handlers: Omit<QuestionHandlers, 'sign'> = {
    verifyHostKey: async ({ hop, publicKey, fingerprint }) => {
      const keyType = publicKey.split(' ')[0] ?? ''
      return (await this.ask({ type: 'host-key', id: randomUUID(), hop, keyType, fingerprint })) !== null
    },
    answerPrompts: ({ hop, title, prompts }) =>
      this.ask({ type: 'prompts', id: randomUUID(), hop, title, prompts }),
  }

  /** False when no such question is open. */
  answer(questionId: string, values: string[] | null): boolean {
    const index = this.waiting.findIndex((entry) => entry.question.id === questionId)
    const [entry] = index < 0 ? [] : this.waiting.splice(index, 1)
    entry?.settle(values)
    if (entry) this.show()
    return entry !== undefined
  }

  refuseAll(): void {
    for (const entry of this.waiting.splice(0)) entry.settle(null)
    this.show()
  }

  private ask(question: Question): Promise<string[] | null> {
    return new Promise((settle) => {
      this.waiting.push({ question, settle })
      this.show()
    })
  }

  private show(): void {
    this.onChange(this.waiting[0]?.question ?? null)
  }
}
