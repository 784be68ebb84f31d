/** Who owns the ports at which a session's host should listen: asked before anything that is met there is trusted. */

export interface Listener {
  port: number
  uid: number
}

/** Lines of listening sockets in /proc/net/tcp and tcp6. */
export const listenersCommand = "exec grep -hs ' 0A ' /proc/net/tcp /proc/net/tcp6"

/** Local addresses at which a connection to 127.0.0.1 arrives, as the kernel writes them. */
const reachable = /^(00000000|0100007F|0{32}|0{16}(0000FFFF|FFFF0000)0100007F)$/i

/** Sockets that a connection to 127.0.0.1 would meet. */
export function parseListeners(text: string): Listener[] {
  return text
    .slice(0, 256 * 1024)
    .split('\n')
    .flatMap((line) => {
      const match =
        /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A \S+ \S+ \S+\s+(\d{1,10})\s/i.exec(line)
      const [, address = '', port = '', uid = ''] = match ?? []
      return match && reachable.test(address) ? [{ port: parseInt(port, 16), uid: Number(uid) }] : []
    })
}

export type Ownership =
  | { verdict: 'owned' }
  /** Somebody else sits there. */
  | { verdict: 'foreign'; port: number; uid: number }
  /** Nobody listens there (any more). */
  | { verdict: 'missing'; port: number }

/** @param owners Unix users whose programs may be the host */
export function judgeOwnership(
  ports: { http: number; https: number; web: number; rtsp: number },
  listeners: readonly Listener[],
  owners: ReadonlySet<number>,
): Ownership {
  for (const port of [ports.https, ports.http, ports.web, ports.rtsp]) {
    const foreign = listeners.find((one) => one.port === port && !owners.has(one.uid))
    if (foreign) return { verdict: 'foreign', ...foreign }
  }
  const missing = [ports.https, ports.http].find((port) => listeners.every((one) => one.port !== port))
  return missing === undefined ? { verdict: 'owned' } : { verdict: 'missing', port: missing }
}
