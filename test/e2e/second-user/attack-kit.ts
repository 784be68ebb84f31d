/** What attacks have in common. */
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Outcome, World } from './world.ts'

export type Attack = (world: World) => Promise<Outcome> | Outcome

/** Rejects also where it throws at once. */
const doing = async <T, R>(work: (target: T) => R | Promise<R>, target: T): Promise<R> => work(target)

/** Tries something on each target; what is refused, by an answer or by an error, gains nothing. */
export async function attempt<T>(
  targets: readonly T[],
  name: (target: T) => string,
  /** True, or what was gained in words. */
  work: (target: T) => Promise<boolean | string> | boolean | string,
): Promise<Outcome> {
  const gained = await Promise.all(
    targets.map(async (target) => {
      const result = await doing(work, target).catch(() => false)
      return result === false
        ? []
        : [`${name(target)}${result === true ? '' : `: ${String(result).slice(0, 200)}`}`]
    }),
  )
  return { tried: targets.length, gained: gained.flat() }
}

const listenMs = 2000

/** Where to connect to: a port, or a socket by its path (`@`: abstract). */
export type Address = { host: string; port: number } | { path: string }
export const unixAddress = (path: string): Address => ({ path: path.replace(/^@/, '\0') })

/**
 * Says something and hears what comes until the other side ends, or for a moment; null where no program takes the connection.
 * @param until it is heard enough
 */
export function exchange(
  address: Address,
  words: Buffer | string,
  until: 'connected' | 'answered' | 'ended' = 'ended',
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const heard: Buffer[] = []
    let taken = false
    const socket = connect(address)
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(taken ? Buffer.concat(heard) : null)
    }
    const timer = setTimeout(end, listenMs)
    socket.once('connect', () => {
      taken = true
      socket.write(words)
      if (until === 'connected') end()
    })
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk)
      if (until === 'answered') end()
    })
    socket.once('end', end)
    socket.once('error', end)
  })
}

export { delay }
