/** Ports at which processes can be reached, by the kernel's tables. */
import { existsSync, readFileSync } from 'node:fs'
import { socketInodes } from './process-table.ts'

export interface ReachablePort {
  protocol: 'tcp' | 'udp'
  /** As `net.connect` takes it; any address is shown as 127.0.0.1. */
  address: string
  port: number
}

const listening = '0A'

function addressOf(text: string): string {
  const words = text.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].toReversed())
  if (bytes.every((byte) => byte === 0)) return '127.0.0.1'
  if (bytes.length === 16 && bytes[10] !== 0xff) return '::1'
  return bytes.slice(-4).join('.')
}

/** TCP ports at which these processes listen and UDP ports that they have. */
export function portsOf(pids: readonly number[]): ReachablePort[] {
  const inodes = new Set(pids.flatMap(socketInodes))
  return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) => {
    const file = `/proc/net/${table}`
    const rows = existsSync(file) ? readFileSync(file, 'latin1').split('\n').slice(1) : []
    return rows.flatMap((row): ReachablePort[] => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
      const protocol = table.startsWith('tcp') ? 'tcp' : 'udp'
      if (!inodes.has(inode) || (protocol === 'tcp' && state !== listening)) return []
      const [address = '', port = ''] = local.split(':')
      return [{ protocol, address: addressOf(address), port: parseInt(port, 16) }]
    })
  })
}
