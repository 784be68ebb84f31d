/**
 * When a server that says nothing is gone. ssh2 counts its own questions and their answers alone; on a slow line these wait behind
 * all that is under way, and a connection on which bytes arrive is none that is lost.
 */
import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'

/** How often a server is asked whether it is there. */
export const keepAliveMs = 3000
const keepAlivesMissed = 3

/** Ends a connection that is ready when no byte of it arrives for four questions. @param client emits `close` at its end */
export function watchSilence(client: EventEmitter, sock: Duplex): void {
  let missed = 0
  sock.on('data', () => (missed = 0))
  const timer = setInterval(() => {
    if (++missed > keepAlivesMissed) sock.destroy(new Error('Keepalive timeout'))
  }, keepAliveMs)
  client.once('close', () => clearInterval(timer))
}
