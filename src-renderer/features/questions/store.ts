/** The answers that the user is giving. Forgotten as soon as they are sent: passwords pass once. */
import { createStore } from 'zustand'
import type { Question } from '../../../src-main/shared/model/desktop.ts'
import type { Client } from '../../api/index.ts'

export type Of<T extends Question['type']> = Extract<Question, { type: T }>
/** `values` null: refused. */
export type Answer = (values: string[] | null) => void

/** Who asks: a desktop, or the check of a site. */
export type Asker = { desktopId: string } | { siteId: string }

interface QuestionState {
  /** Questions that were answered here and may still be in the last snapshot. */
  answered: ReadonlySet<string>
}

export type QuestionStore = ReturnType<typeof createQuestionStore>

/** `report` gets what an answer failed with; the question is then shown again. */
export function createQuestionStore(client: Pick<Client, 'call'>, report: (error: unknown) => void) {
  const store = createStore<QuestionState>(() => ({ answered: new Set() }))
  return {
    ...store,
    /** `values` null: refused. */
    async answer(asker: Asker, questionId: string, values: string[] | null): Promise<void> {
      if (store.getState().answered.has(questionId)) return
      store.setState(({ answered }) => ({ answered: new Set([...answered, questionId]) }))
      try {
        if ('siteId' in asker) await client.call('siteCheck.answer', { ...asker, questionId, values })
        else await client.call('desktop.answer', { ...asker, questionId, values })
      } catch (error) {
        store.setState(({ answered }) => ({
          answered: new Set([...answered].filter((id) => id !== questionId)),
        }))
        report(error)
      }
    },
  }
}
