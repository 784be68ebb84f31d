/** TCP connections to names with several addresses: each address gets its whole time (RFC 8305, "Happy Eyeballs"). */
import dns from 'node:dns/promises'
import { connect, type Socket } from 'node:net'

/** The next address is tried beside one that is silent for so long (RFC 8305 section 8). No attempt is broken off for it. */
const nextAfterMs = 250

export interface Endpoint {
  /** Name or address; an IPv6 address may be in brackets. */
  host: string
  port: number
}

/** A host of an address without the brackets of IPv6. */
export const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/** In turns of the two families, beginning with that of the first address (RFC 8305 section 4). */
export function inTurns<T extends { family: number }>(addresses: readonly T[]): T[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family)
  const others = addresses.filter(({ family }) => family !== addresses[0]?.family)
  return first
    .flatMap((address, index) => [address, ...others.slice(index, index + 1)])
    .concat(others.slice(first.length))
}

/**
 * Connects to the first address that answers.
 * @param signal gives up: every attempt ends, and its reason is thrown
 * @throws what the system says; an AggregateError with the parts where several addresses were tried
 */
export async function openTcp({ host, port }: Endpoint, signal?: AbortSignal): Promise<Socket> {
  const name = unbracketed(host)
  signal?.throwIfAborted()
  const found = dns.lookup(name, { all: true })
  const given = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  // Either may come when it is not waited for any more.
  for (const late of [given, found]) late.catch(() => undefined)
  const addresses = inTurns(await Promise.race([found, given]))
  signal?.throwIfAborted()
  return new Promise<Socket>((resolve, reject) => {
    const open = new Set<Socket>()
    const errors: Error[] = []
    let next = 0
    let timer: NodeJS.Timeout | undefined
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      for (const socket of open) socket.destroy()
      open.clear()
    }
    const giveUp = (): void => {
      settle()
      reject(signal?.reason as Error)
    }
    const attempt = (): void => {
      clearTimeout(timer)
      const address = addresses[next++]
      if (!address) return
      const socket = connect({ host: address.address, port, noDelay: true })
      open.add(socket)
      const fail = (error: Error): void => {
        if (!open.delete(socket)) return
        errors.push(error)
        if (next < addresses.length) attempt()
        else if (open.size === 0) {
          settle()
          reject(errors.length === 1 ? error : new AggregateError(errors, 'no address could be reached'))
        }
      }
      socket.once('error', fail)
      socket.once('connect', () => {
        open.delete(socket)
        socket.off('error', fail)
        settle()
        resolve(socket)
      })
      if (next < addresses.length) timer = setTimeout(attempt, nextAfterMs)
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    attempt()
  })
}
