/** What can answer questions while a sign-in is under way: a page or a terminal; `null`: neither. */
import type { Question } from '../../shared/model/desktop.ts'

export interface Interaction {
  /** Null: refused, or the signal has withdrawn the question. */
  ask(question: Question, signal: AbortSignal): Promise<string[] | null>
}

export interface SignInRequest {
  /** Name that the user typed; the profile's wins. */
  user: string | null
  /** Null: no person can answer; a login that proves nothing is not made then. */
  interaction: Interaction | null
  signal: AbortSignal
}

/** Knows whether a person is being asked or waited for. */
export class PersonWait {
  private count = 0

  get going(): boolean {
    return this.count > 0
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.count++
    try {
      return await work()
    } finally {
      this.count--
    }
  }
}
