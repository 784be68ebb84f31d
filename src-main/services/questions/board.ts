/** Questions that only the user can answer: shown one at a time, refused when no person is there. */
import { randomUUID } from 'node:crypto'
import type { Question } from '../../shared/model/desktop.ts'
import type { Interaction } from '../auth/index.ts'
import type { LoginQuestions } from '../cluster/index.ts'

/** Words of an SSH server, plain and bounded. */
export interface Notice {
  hop: string
  text: string
}

export class QuestionBoard {
  private readonly waiting: { question: Question; settle(values: string[] | null): void }[] = []
  private readonly onChange: (question: Question | null) => void
  private readonly onNotice: (notice: Notice) => void
  /** Hops with the keys that the user has confirmed: reconnecting shows them again, and so does each renewal of keys. */
  private readonly confirmed = new Set<string>()
  private closed = false

  /** @param onNotice shows what a server says to people and wants no answer to */
  constructor(
    onChange: (question: Question | null) => void,
    onNotice: (notice: Notice) => void = () => undefined,
  ) {
    this.onChange = onChange
    this.onNotice = onNotice
  }

  readonly handlers: LoginQuestions = {
    verifyHostKey: async ({ hop, publicKey, fingerprint }) => {
      const shown = JSON.stringify([hop, publicKey])
      if (this.confirmed.has(shown)) return true
      const keyType = publicKey.split(' ')[0] ?? ''
      const answer = await this.ask({ type: 'host-key', id: randomUUID(), hop, keyType, fingerprint })
      if (answer !== null) this.confirmed.add(shown)
      return answer !== null
    },
    answerPrompts: ({ hop, title, prompts }) =>
      this.ask({ type: 'prompts', id: randomUUID(), hop, title, prompts }),
    askPassphrase: async (file, again) => {
      const [passphrase] = (await this.ask({ type: 'passphrase', id: randomUUID(), file, again })) ?? []
      return passphrase ?? null
    },
    notice: (notice) => {
      if (!this.closed) this.onNotice(notice)
      return Promise.resolve(null)
    },
  }

  /** Null: refused, withdrawn by the signal, or no longer asked. */
  ask(question: Question, signal?: AbortSignal): Promise<string[] | null> {
    if (this.closed || signal?.aborted) return Promise.resolve(null)
    return new Promise((resolve) => {
      const withdraw = (): void => void this.answer(question.id, null)
      const settle = (values: string[] | null): void => {
        signal?.removeEventListener('abort', withdraw)
        resolve(values)
      }
      signal?.addEventListener('abort', withdraw, { once: true })
      this.waiting.push({ question, settle })
      this.show()
    })
  }

  /** False when no such question is open. */
  answer(questionId: string, values: string[] | null): boolean {
    const index = this.waiting.findIndex((entry) => entry.question.id === questionId)
    const [entry] = index < 0 ? [] : this.waiting.splice(index, 1)
    entry?.settle(values)
    if (entry) this.show()
    return entry !== undefined
  }

  /** Refuses what waits, and all that still comes: a login that is being broken off may ask once more. */
  close(): void {
    this.closed = true
    this.refuseAll()
  }

  /** Refuses what waits. */
  refuseAll(): void {
    for (const entry of this.waiting.splice(0)) entry.settle(null)
    this.show()
  }

  private show(): void {
    this.onChange(this.waiting[0]?.question ?? null)
  }
}

/** A board whose questions `interaction` answers; null: no person is there, each is refused. */
export function boardFor(interaction: Interaction | null): QuestionBoard {
  const { signal } = new AbortController()
  const board = new QuestionBoard((question) => {
    if (question)
      void (interaction?.ask(question, signal) ?? Promise.resolve(null)).then((values) =>
        board.answer(question.id, values),
      )
  })
  return board
}
