/** Which machine something is: by addresses, not by how a profile writes them. */
import { lookup } from 'node:dns/promises'
import type { LoginHostSight } from '../observations.ts'
import type { ScriptOutput } from './cluster.ts'

const isLoopback = (address: string): boolean => /^(127\.|::1$)/.test(address)

const addressesOf = (host: string): Promise<string[]> =>
  lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    // Behind a proxy or a jump host names may be known there alone.
    () => [],
  )

/**
 * Whether a host that is known by name or address is the login host: they share an address here, or the login host itself has one
 * of its addresses.
 * @param own the login host's addresses, as it says itself
 */
export async function isLoginHost(host: string, loginHost: string, own: readonly string[]): Promise<boolean> {
  if (host === loginHost) return true
  const [one, other] = await Promise.all([addressesOf(host), addressesOf(loginHost)])
  if (one.some((address) => other.includes(address))) return true
  return one.some((address) => !isLoopback(address) && own.includes(address))
}

/** Shell lines that print a host's own addresses and the sockets on which its programs listen, as the kernel lists them. */
export const socketScript = `
echo "@@addresses $(hostname -I 2>/dev/null)"
awk '$4 == "0A" { print "@@listens " $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null`

/** `127.x.x.x` and `::1`, also as an IPv4 address in IPv6, in the kernel's spelling on machines with the small end first. */
const loopbackHex = /^(0{24}01000000|(0{16}FFFF0000)?[\dA-F]{6}7F)$/

/** Reads what `socketScript` printed. */
export function readSockets({
  lines,
}: Pick<ScriptOutput, 'lines'>): Pick<LoginHostSight, 'addresses' | 'listening'> {
  const of = (name: string): string[] => lines.filter((line) => line.name === name).map(({ text }) => text)
  const listening = of('listens').flatMap((text) => {
    const [, address = '', port] = /^([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4})$/.exec(text.trim()) ?? []
    return port === undefined ? [] : [{ port: parseInt(port, 16), open: !loopbackHex.test(address) }]
  })
  return {
    addresses: of('addresses')
      .flatMap((text) => text.trim().split(/\s+/))
      .filter((address) => address !== '' && !isLoopback(address)),
    listening: listening.length > 0 ? listening : null,
  }
}
