/** Deadlines that pause while a question to the user is open, and for a while where a person acts elsewhere. */
import type { Text } from '../shared/texts/index.ts'
import { deadline } from '../protocols/ssh/failures.ts'
import type { LoginTimer } from '../protocols/ssh/connect.ts'

const tickMs = 50

export class Deadlines {
  private openQuestions = 0

  /** Runs `ask` with all clocks stopped. */
  async paused<T>(ask: () => Promise<T>): Promise<T> {
    this.openQuestions++
    try {
      return await ask()
    } finally {
      this.openQuestions--
    }
  }

  /** A timer of `ms` for one request; every `race` of it draws on the same budget. */
  start(ms: number): LoginTimer {
    let left = ms
    let heldUntil = 0
    return {
      hold: (pauseMs) => void (heldUntil = performance.now() + pauseMs),
      race: <T>(what: Text, work: Promise<T>): Promise<T> =>
        new Promise<T>((resolve, reject) => {
          let last = performance.now()
          const timer = setInterval(() => {
            const now = performance.now()
            if (this.openQuestions === 0) left -= Math.max(0, now - Math.max(last, heldUntil))
            last = now
            if (left > 0) return
            clearInterval(timer)
            reject(deadline(what))
          }, tickMs)
          work.then(resolve, reject).finally(() => clearInterval(timer))
        }),
    }
  }
}
