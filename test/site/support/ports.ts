/** Free ports on loopback. */
import { createSocket } from 'node:dgram'
import { createServer, connect } from 'node:net'

/** Ports that this process has given out: two parts that start side by side must not get the same one. */
const givenOut = new Set<number>()

/** Asks the kernel for `count` different free TCP ports. They are free when this resolves, not reserved. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const found = (await unusedPorts(count - ports.length)).filter((port) => !givenOut.has(port))
    for (const port of found) givenOut.add(port)
    ports.push(...found)
  }
  return ports
}

async function unusedPorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        // All interfaces: Slurm's daemons listen on all of them.
        server.listen(0, '0.0.0.0', () => resolve())
      })
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** True when something accepts TCP connections at this port of a loopback address. */
export function listens(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1000, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

function tcpPortIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)))
  })
}

function udpPortIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)))
  })
}

/** Offsets of a GameStream host's ports from its base port. */
const tcpOffsets = [-5, 0, 1, 21]
const udpOffsets = [9, 10, 11]

/** True when all seven ports of a GameStream host with this base port can be bound now. */
export async function gameStreamPortsAreFree(basePort: number): Promise<boolean> {
  const free = await Promise.all([
    ...tcpOffsets.map((offset) => tcpPortIsFree(basePort + offset)),
    ...udpOffsets.map((offset) => udpPortIsFree(basePort + offset)),
  ])
  return free.every(Boolean)
}
