/** Routes calls of the page to handlers: sender, name, input and (in tests) output are checked; nothing is thrown. */
import type { z } from 'zod'
import type { Reply } from '../shared/contract.ts'
import { fail, toFailure, type Failure } from '../shared/errors.ts'
import { issueEvidence } from '../shared/schema-issues.ts'
import type { Sender } from '../ports/app-surface.ts'
import type { Logger } from '../ports/platform.ts'

/** The shape of the contract's `calls`. */
export type CallTable = Record<string, { input: z.ZodType; output: z.ZodType }>

/** One handler for each call; it may throw a `VizlinkError` (or anything: that becomes `internal`). */
export type Handlers<C extends CallTable> = {
  [N in keyof C]: (
    input: z.infer<C[N]['input']>,
    sender: Sender,
  ) => Promise<z.infer<C[N]['output']>> | z.infer<C[N]['output']>
}

export type Router = (sender: Sender, name: string, raw: unknown) => Promise<Reply>

/**
 * Makes the router over `calls`. The promise it returns never rejects.
 * @param checkOutput checks what handlers answer too: for tests and development, it costs time on large answers
 */
export function createRouter<C extends CallTable>(
  calls: C,
  handlers: Handlers<C>,
  logger: Logger,
  { checkOutput = false } = {},
): Router {
  return async (sender, name, raw) => {
    try {
      if (!sender.trusted) {
        logger.log('warn', 'call.forbidden', { sender: sender.id })
        return refused(fail('forbidden', 'page-not-allowed', { retryable: false }).failure)
      }
      // `hasOwn`: names such as `constructor` exist on every object.
      const call = typeof name === 'string' && Object.hasOwn(calls, name) ? calls[name] : undefined
      const handler = call && Object.hasOwn(handlers, name) ? handlers[name] : undefined
      if (!call || !handler) {
        logger.log('warn', 'call.unknown', { sender: sender.id, name: String(name).slice(0, 64) })
        return refused(fail('unknown-call', 'other-version', { retryable: false }).failure)
      }
      const input = call.input.safeParse(raw)
      if (!input.success) {
        logger.log('warn', 'call.bad-request', { sender: sender.id, name })
        const evidence = issueEvidence(input.error)
        return refused(fail('bad-request', 'input-unusable', { evidence, retryable: false }).failure)
      }
      const value: unknown = await handler(input.data as never, sender)
      if (checkOutput) {
        const output = call.output.safeParse(value)
        if (!output.success)
          throw new Error(`call ${name} answered against the contract: ${output.error.message}`)
      }
      return { ok: true, value }
    } catch (error) {
      const failure = toFailure(error)
      const level = failure.kind === 'internal' ? 'error' : 'info'
      logger.log(level, 'call.failed', { name: String(name).slice(0, 64), kind: failure.kind })
      return refused(failure)
    }
  }
}

const refused = (failure: Failure): Reply => ({ ok: false, failure })
