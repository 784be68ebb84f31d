/** How a Redis meets somebody without a password. */
import { asText, type Text } from '../../shared/texts/index.ts'
import { decodeReplies, encodeCommand, RedisError } from './resp.ts'

/** Asks only whether it answers, then says goodbye. */
export const greeting = encodeCommand(['PING']) + encodeCommand(['QUIT'])

export interface Greeting {
  state: 'open' | 'locked' | 'other'
  seen: Text
}

/** Reads the answer to `greeting`. */
export function readGreeting(where: string | Text, answer: string): Greeting {
  const reply = decodeReplies(Buffer.from(answer, 'latin1'))[0]
  if (reply === 'PONG') return { state: 'open', seen: asText('site-check-seen.pingOpen', { where }) }
  if (reply instanceof RedisError) {
    // A protected Redis (DENIED) refuses all clients from outside, password or not.
    const locked = /^(NOAUTH|DENIED|NOPERM|WRONGPASS)/.test(reply.text)
    return {
      state: locked ? 'locked' : 'other',
      seen: asText('site-check-seen.pingAnswer', { where, answer: reply.text.slice(0, 100) }),
    }
  }
  return { state: 'other', seen: asText('site-check-seen.notRedis', { where }) }
}
