/** The contract over one WebSocket: envelopes in, replies and events out. Whatever is malformed closes the socket. */
import type { RawData } from 'ws'
import type { AppSurface, Sender } from '../../ports/app-surface.ts'
import type { Logger } from '../../ports/platform.ts'
import { callEnvelopeSchema, type CallEnvelope, type PageEnvelope } from '../../shared/contract.ts'
import { toFailure } from '../../shared/errors.ts'

/** Calls of one page that may wait for their replies at a time. */
const maximumPending = 64
/** A page that reads nothing is cut off rather than remembered without end. */
const maximumBuffered = 8 * 1024 * 1024
const policyViolation = 1008

/** What the contract takes of a page's WebSocket (`ws`). */
interface PageSocket {
  readonly readyState: number
  readonly OPEN: number
  readonly bufferedAmount: number
  send(text: string): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/** Serves one page whose upgrade was checked. */
export function serveContract(
  socket: PageSocket,
  senderId: string,
  app: Pick<AppSurface, 'call' | 'subscribe' | 'senderGone'>,
  logger: Logger,
): void {
  const sender: Sender = { id: senderId, trusted: true }
  let pending = 0

  function send(envelope: PageEnvelope): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > maximumBuffered) {
      logger.log('warn', 'page.too-slow', { sender: senderId })
      socket.terminate()
      return
    }
    socket.send(JSON.stringify(envelope))
  }

  function refuse(reason: string): void {
    logger.log('warn', 'page.refused', { sender: senderId, reason })
    socket.close(policyViolation, reason)
  }

  async function answer({ id, call, input }: CallEnvelope): Promise<void> {
    pending++
    try {
      send({ id, reply: await app.call(sender, call, input ?? null) })
    } catch (error) {
      send({ id, reply: { ok: false, failure: toFailure(error) } })
    } finally {
      pending--
    }
  }

  const unsubscribe = app.subscribe((event, data) => send({ event, data }))
  socket.on('message', (data, isBinary) => {
    if (isBinary) return refuse('text-only')
    const envelope = parseEnvelope(data)
    if (envelope === null) return refuse('malformed')
    if (pending >= maximumPending) return refuse('too-many-calls')
    void answer(envelope)
  })
  socket.on('error', (error) => logger.log('warn', 'page.socket-error', { sender: senderId, error }))
  socket.on('close', () => {
    unsubscribe()
    app.senderGone(senderId)
  })
}

function parseEnvelope(data: RawData): CallEnvelope | null {
  try {
    const text = Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as Buffer).toString()
    const parsed = callEnvelopeSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
