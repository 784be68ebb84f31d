/** What the app sends to a stream process, checked before anything acts on it. What does not fit is refused, never dropped in silence. */
import type { HandedOver } from '../protocols/handed-over.ts'
import { fail } from '../shared/errors.ts'
import { messageEvidence, messageName, refusalLine } from '../shared/schema-issues.ts'
import { toStreamProcessSchema, type FromStreamProcess, type ToStreamProcess } from './messages.ts'

export interface InboxOptions {
  /** Does what a message that fits asks for. */
  act: (message: ToStreamProcess, handedOver: HandedOver) => void
  say: (message: FromStreamProcess) => void
  /** Reports what was refused; standard error reaches the app's log. */
  report: (line: string) => void
}

/** Takes one message. A start that does not fit fails like one that the host refuses. */
export function takeMessage(raw: unknown, handedOver: HandedOver, { act, say, report }: InboxOptions): void {
  const checked = toStreamProcessSchema.safeParse(raw)
  if (checked.success) return act(checked.data, handedOver)
  handedOver.socket?.destroy()
  handedOver.port?.close()
  const name = messageName(raw, checked.error)
  const evidence = messageEvidence(name, checked.error)
  report(refusalLine(evidence))
  const { failure } = fail('launch-refused', 'host-description', { evidence })
  if (name === 'start') say({ type: 'failed', failure })
}
