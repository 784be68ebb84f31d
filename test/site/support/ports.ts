/** Free ports on loopback: this process's own among all sites and tests of the user, and free when they were looked at. */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer, connect } from 'node:net'
import { giveBackPorts, takePorts } from './port-table.ts'

/**
 * Blocks of 30 ports below those that Linux gives to connections that go out (32768 and above): whatever is free here stays
 * free until a program binds it by its number.
 */
const blockSize = 30
const firstBlock = 20_000
const blockCount = 420

/** @returns the first port of a block that this process has until it ends or gives it back */
function takeBlock(): number {
  // Other users of the machine have tables of their own: beginning anywhere, sites seldom meet theirs.
  const offset = randomInt(blockCount)
  const block = takePorts(
    Array.from(
      { length: blockCount },
      (_, index) => firstBlock + ((offset + index) % blockCount) * blockSize,
    ),
  )
  if (block === null) throw new Error('Demo sites and tests of this user have all blocks of ports.')
  return block
}

/** Ports of blocks that this process has, and has not given out. */
const spare: number[] = []

/** `count` different TCP ports, which this process has until it ends. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    if (spare.length === 0) {
      const block = takeBlock()
      spare.push(...Array.from({ length: blockSize }, (_, index) => block + index))
    }
    const port = spare.shift()!
    if (await tcpPortIsFree(port)) ports.push(port)
  }
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

async function gameStreamPortsAreFree(basePort: number): Promise<boolean> {
  const free = await Promise.all([
    ...tcpOffsets.map((offset) => tcpPortIsFree(basePort + offset)),
    ...udpOffsets.map((offset) => udpPortIsFree(basePort + offset)),
  ])
  return free.every(Boolean)
}

/** From a block's first port to the base port of its host. */
const baseInBlock = 5

/** A base port of which all seven ports can be bound now; this process has their block until it ends or gives it back. */
export async function takeBasePort(): Promise<number> {
  const refused: number[] = []
  try {
    for (;;) {
      const block = takeBlock()
      if (await gameStreamPortsAreFree(block + baseInBlock)) return block + baseInBlock
      refused.push(block)
    }
  } finally {
    giveBackPorts(refused)
  }
}

/** For base ports whose hosts have ended. */
export const giveBackBasePorts = (basePorts: number[]): void =>
  giveBackPorts(basePorts.map((port) => port - baseInBlock))
