/** Whom the client's processes talk to over the network, by the kernel's tables. */
import { existsSync, readFileSync } from 'node:fs'
import { descendantsOf, socketInodes } from '../../support/process-table.ts'

/** Ports at the other ends of the TCP connections that these processes have now, each once. */
function tcpPeers(pids: number[]): number[] {
  const inodes = new Set(pids.flatMap(socketInodes))
  const rows = ['tcp', 'tcp6']
    .map((protocol) => `/proc/net/${protocol}`)
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'latin1').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
  const ports = rows
    .filter((cells) => inodes.has(cells[9] ?? ''))
    .map((cells) => parseInt(cells[2]?.split(':')[1] ?? '', 16))
  return [...new Set(ports)].filter((port) => port > 0)
}

/** Those of this process, which is client and portal in one, and those of the client's link and stream processes. */
export function clientPeers(): { own: number[]; children: number[] } {
  const children = descendantsOf(process.pid).filter(({ argv }) =>
    argv.some((word) => /\/(link|stream)-process\/index\.ts$/.test(word)),
  )
  return { own: tcpPeers([process.pid]), children: tcpPeers(children.map(({ pid }) => pid)) }
}
