/** A child process that takes messages and answers none; it ends when it is ended. */
import type { ChildHandle } from '../../src-main/ports/process-host.ts'

export function silentChild(): { child: ChildHandle; sent: object[]; ended: () => boolean } {
  const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  const sent: object[] = []
  let ended = false
  const child: ChildHandle = {
    pid: 0,
    exited: gone.promise,
    send: (message) => sent.push(message) > 0,
    onMessage: () => undefined,
    async end() {
      ended = true
      gone.resolve({ code: null, signal: 'SIGTERM' })
    },
  }
  return { child, sent, ended: () => ended }
}
