/** The app's side of one link process: typed requests, answered questions, the news that something was lost. */
import type { Socket } from 'node:net'
import type { Upgrade } from '../../ports/app-surface.ts'
import { fail, toFailure, VizlinkError, type EvidenceItem, type Failure } from '../../shared/errors.ts'
import { messageEvidence, messageName } from '../../shared/schema-issues.ts'
import {
  fromLinkProcessSchema,
  linkQuestions,
  linkRequests,
  type FromLinkProcess,
  type LinkQuestionName,
  type LinkQuestions,
  type LinkRequestName,
  type LinkRequests,
  type ToLinkProcess,
} from '../../link-process/messages.ts'
import type { ChildHandle } from '../../ports/process-host.ts'
import { endEvidence } from '../../domain/child-end.ts'

type Handlers = {
  [N in keyof LinkQuestions]: (input: LinkQuestions[N]['input']) => Promise<LinkQuestions[N]['output']>
}
/** A notice wants no answer: where nothing shows it, it is still in the failure that may follow. */
export type QuestionHandlers = Omit<Handlers, 'notice'> & Partial<Pick<Handlers, 'notice'>>

export interface LinkClient {
  /** Rejects with a `VizlinkError`; `link-lost` when the process dies. */
  request<N extends LinkRequestName>(
    name: N,
    input: LinkRequests[N]['input'],
  ): Promise<LinkRequests[N]['output']>
  /**
   * A channel to a TCP port for one page. Its end cannot come first: the one that opens it is notified.
   * @param onEnded called once, unless the whole login goes; `byFarEnd`: neither the page nor we closed it
   * @throws VizlinkError host-not-ready, forward-refused, link-lost
   */
  openChannel(
    input: LinkRequests['open-channel']['input'],
    onEnded: (byFarEnd: boolean) => void,
  ): Promise<string>
  /**
   * A relay (or, with null, the whole login) was lost without our asking. A late listener is notified of what was lost before: the
   * news of a loss may follow right behind the reply to the request that opened what is lost.
   */
  onLost(listener: (relayId: string | null, failure: Failure) => void): void
  /** The relay dropped frames and has room for a key frame; one listener for each relay. */
  onKeyFrameWanted(relayId: string, listener: () => void): void
  /** Why this relay was lost; null as long as it holds. */
  lossOf(relayId: string): Failure | null
  /** Hands an accepted WebSocket upgrade for a channel over. False when the process is gone. */
  attachSocket(channelId: string, upgrade: Upgrade, socket: Socket): boolean
  /** Electron: a MessagePortMain in the place of a socket. */
  attachPort(channelId: string, port: object): boolean
  /** Closes everything; settles when the process is gone. */
  close(): Promise<void>
}

const closeDeadlineMs = 2000

interface Asked {
  name: LinkRequestName
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * The client of a link process. A message that does not fit its schema is the process's fault: the process is ended, and
 * everything that it held is lost, with the name of the message as evidence.
 */
export function createLinkClient(child: ChildHandle, questions: QuestionHandlers): LinkClient {
  const pending = new Map<number, Asked>()
  const listeners: ((relayId: string | null, failure: Failure) => void)[] = []
  const losses: [relayId: string | null, failure: Failure][] = []
  const channels = new Map<string, (byFarEnd: boolean) => void>()
  const keyFrameListeners = new Map<string, () => void>()
  let counter = 0
  let over = false
  let distrusted = false
  const send = (message: ToLinkProcess): boolean => child.send(message)
  const reportLoss = (...loss: (typeof losses)[number]): void => {
    losses.push(loss)
    for (const listener of listeners) listener(...loss)
  }

  /** Everything that the process held is gone. */
  const loseAll = (error: VizlinkError): void => {
    for (const request of pending.values()) request.reject(error)
    pending.clear()
    channels.clear()
    if (over) return
    over = true
    reportLoss(null, toFailure(error))
  }

  const distrust = (evidence: EvidenceItem[]): void => {
    distrusted = true
    loseAll(badMessage(evidence))
    void child.end(evidence)
  }

  const answer = async (id: number, name: LinkQuestionName, input: unknown): Promise<void> => {
    let value: unknown = name === 'verifyHostKey' ? false : null
    try {
      value = (await (questions[name] as ((input: unknown) => Promise<unknown>) | undefined)?.(input)) ?? null
    } catch {
      // A question that cannot be asked is refused.
    }
    send({ type: 'answer', id, value })
  }

  const settle = (message: Extract<FromLinkProcess, { type: 'reply' }>): void => {
    const request = pending.get(message.id)
    // Nothing waits for the reply to `close`.
    if (!request) return over ? undefined : distrust([{ label: 'message', value: 'reply to no request' }])
    const checked = message.ok ? linkRequests[request.name].output.safeParse(message.value) : null
    if (checked && !checked.success)
      return distrust(messageEvidence(`reply to ${request.name}`, checked.error))
    pending.delete(message.id)
    if (!message.ok) return request.reject(new VizlinkError(message.failure))
    request.resolve(checked?.data)
  }

  const receive = (message: FromLinkProcess): void => {
    switch (message.type) {
      case 'reply':
        return settle(message)
      case 'question': {
        const { id, name } = message
        const checked = linkQuestions[name].input.safeParse(message.input)
        if (!checked.success) return distrust(messageEvidence(`question ${name}`, checked.error))
        void answer(id, name, checked.data)
        return
      }
      case 'lost':
        return reportLoss(message.relayId, message.failure)
      case 'key-frame-wanted':
        keyFrameListeners.get(message.relayId)?.()
        return
      case 'channel-ended': {
        const onEnded = channels.get(message.channelId)
        channels.delete(message.channelId)
        onEnded?.(message.byFarEnd)
        return
      }
      case 'ready':
    }
  }

  child.onMessage((raw) => {
    if (distrusted) return
    const checked = fromLinkProcessSchema.safeParse(raw)
    if (checked.success) receive(checked.data)
    else distrust(messageEvidence(messageName(raw, checked.error), checked.error))
  })

  void child.exited.then((end) =>
    loseAll(fail('link-lost', 'process-stopped', { evidence: endEvidence(end) })),
  )

  /** `read` runs before any later message is looked at. */
  const ask = <N extends LinkRequestName, T>(
    name: N,
    input: LinkRequests[N]['input'],
    read: (output: LinkRequests[N]['output']) => T,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++counter
      pending.set(id, { name, resolve: (value) => resolve(read(value as LinkRequests[N]['output'])), reject })
      if (over || !send({ type: 'request', id, name, input })) {
        pending.delete(id)
        reject(fail('link-lost', 'process-gone'))
      }
    })

  return {
    request: (name, input) => ask(name, input, (output) => output),
    openChannel: (input, onEnded) =>
      ask('open-channel', input, ({ channelId }) => {
        channels.set(channelId, onEnded)
        return channelId
      }),
    onLost(listener) {
      listeners.push(listener)
      for (const loss of losses) listener(...loss)
    },
    onKeyFrameWanted: (relayId, listener) => void keyFrameListeners.set(relayId, listener),
    lossOf: (relayId) => losses.find(([lost]) => lost === relayId)?.[1] ?? null,
    attachSocket(channelId, { headers, head }, socket) {
      const message = { type: 'attach-socket', channelId, headers, head: head.toString('base64') }
      return !over && child.send(message, socket)
    },
    attachPort(channelId, port) {
      return !over && (child.sendPort?.({ type: 'attach-port', channelId }, port) ?? false)
    },
    async close() {
      if (!over) {
        over = true
        send({ type: 'request', id: ++counter, name: 'close', input: null })
      }
      const timer = setTimeout(() => void child.end(), closeDeadlineMs)
      await child.exited
      clearTimeout(timer)
    },
  }
}

const badMessage = (evidence: EvidenceItem[]): VizlinkError =>
  fail('link-lost', 'process-message', { evidence })
