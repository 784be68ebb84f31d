/** How a Redis meets somebody without a password. */
import { decodeReplies, encodeCommand, RedisError } from './resp.ts'

/** Asks only whether it answers, then says goodbye. */
export const greeting = encodeCommand(['PING']) + encodeCommand(['QUIT'])

export interface Greeting {
  where: string
  state: 'open' | 'locked' | 'other'
  seen: string
}

/** Reads the answer to `greeting`. */
export function readGreeting(where: string, answer: string): Greeting {
  const reply = decodeReplies(Buffer.from(answer, 'latin1'))[0]
  if (reply === 'PONG') return { where, state: 'open', seen: `${where} answers PING without a password` }
  if (reply instanceof RedisError) {
    // A protected Redis (DENIED) refuses all clients from outside, password or not.
    const locked = /^(NOAUTH|DENIED|NOPERM|WRONGPASS)/.test(reply.text)
    return {
      where,
      state: locked ? 'locked' : 'other',
      seen: `${where} answers PING with ${reply.text.slice(0, 100)}`,
    }
  }
  return { where, state: 'other', seen: `${where} does not answer as Redis does` }
}
