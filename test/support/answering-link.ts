/** A link process that answers each request at once, by a table; what was asked. */
import type { FromLinkProcess, ToLinkProcess } from '../../src-main/link-process/messages.ts'
import type { ChildHandle, ProcessHost } from '../../src-main/ports/process-host.ts'

export interface AnsweringLink {
  processes: ProcessHost
  /** Requests in order, without the last one, by which the process is asked to end. */
  asked: { name: string; input: unknown }[]
}

export function answeringLink(answers: Record<string, (input: unknown) => unknown>): AnsweringLink {
  const asked: AnsweringLink['asked'] = []
  const start = (): ChildHandle => {
    let report: (message: FromLinkProcess) => void = () => undefined
    const exited = Promise.withResolvers<{ code: number | null; signal: string | null }>()
    return {
      pid: 1,
      exited: exited.promise,
      end: async () => exited.resolve({ code: 0, signal: null }),
      onMessage: (listener) => void (report = listener),
      send(message) {
        const request = message as ToLinkProcess
        if (request.type !== 'request') return true
        const { id, name, input } = request
        if (name === 'close') exited.resolve({ code: 0, signal: null })
        else asked.push({ name, input })
        queueMicrotask(() => report({ type: 'reply', id, ok: true, value: answers[name]?.(input) ?? null }))
        return true
      },
    }
  }
  return { processes: { start }, asked }
}
