/** Whoever can answer questions while a sign-in is under way: a page, a terminal; nobody is `null`. */
import type { Question } from '../../shared/model/connection.ts'

export interface Interaction {
  /** Null: refused, or the signal has withdrawn the question. */
  ask(question: Question, signal: AbortSignal): Promise<string[] | null>
}
