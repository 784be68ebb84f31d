/** Attacks by datagrams: on the library's and the link's sockets, on the relay's and the host's. */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { attempt, type Attack } from './attack-kit.ts'
import { hostOf, named } from './attack-ports.ts'
import type { Bound, Part } from './world.ts'

const listenMs = 700
/** After the first answer. */
const moreMs = 50

/** Sends all of it from one socket; what comes back, if only one datagram. */
function answered(bound: Bound, datagrams: Buffer[]): Promise<string | false> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    let heard = 0
    let bytes = 0
    const end = (): void => {
      socket.close()
      resolve(heard > 0 && `${heard} datagrams, ${bytes} bytes`)
    }
    const timer = setTimeout(end, listenMs)
    socket.on('message', (datagram) => {
      if (heard++ === 0) {
        clearTimeout(timer)
        setTimeout(end, moreMs)
      }
      bytes += datagram.length
    })
    socket.on('error', () => undefined)
    for (const datagram of datagrams) socket.send(datagram, bound.port, hostOf(bound))
  })
}

/** The two forms of a GameStream client's ping: the old one, and one with the payload from RTSP. */
const pings = (): Buffer[] => [
  Buffer.from('PING'),
  ...Array.from({ length: 20 }, () =>
    Buffer.concat([Buffer.from(randomBytes(8).toString('hex').toUpperCase()), Buffer.from([0, 0, 0, 1])]),
  ),
]

/** ENet's CONNECT with sent time, guessed connect data at its end. */
function enetConnect(): Buffer {
  const datagram = Buffer.alloc(52)
  datagram.writeUInt16BE(0x8fff, 0)
  datagram[4] = 0x82
  datagram[5] = 0xff
  datagram.writeUInt16BE(1, 6)
  datagram.writeUInt32BE(900, 12)
  datagram.writeUInt32BE(32 * 1024, 16)
  datagram.writeUInt32BE(48, 20)
  randomBytes(4).copy(datagram, 48)
  return datagram
}

/** An ENet packet to a peer that is connected already, with input inside: guessed, as its key is not known. */
function enetInput(): Buffer {
  const head = Buffer.from([0x80, 0, 0, 0, 0x86, 0, 0, 1, 0, 40])
  return Buffer.concat([head, randomBytes(40)])
}

/** A frame's first datagram as a host in the clear sends it: RTP header, video header, a key frame's first bytes. */
function videoDatagram(sequence: number): Buffer {
  const datagram = Buffer.alloc(1040)
  datagram[0] = 0x90
  datagram.writeUInt16BE(sequence & 0xffff, 2)
  datagram.writeUInt32LE(sequence << 8, 16)
  datagram.writeUInt32LE(1 << 20, 20)
  datagram[24] = 7
  datagram.writeUInt32LE(0x04000010, 28)
  randomBytes(64).copy(datagram, 40)
  return datagram
}

const on =
  (parts: Part[], datagrams: () => Buffer[]): Attack =>
  ({ udp }) =>
    attempt(
      udp.filter(({ part }) => parts.includes(part)),
      named,
      (bound) => answered(bound, datagrams()),
    )

const times = (count: number, make: (index: number) => Buffer) => (): Buffer[] =>
  Array.from({ length: count }, (_, index) => make(index))

export const datagramAttacks: Record<string, Attack> = {
  'datagrams.take-video': on(['client'], pings),
  'datagrams.take-control': on(['client'], times(20, enetConnect)),
  'datagrams.forge-video': on(['client'], times(300, videoDatagram)),
  'datagrams.forge-control': on(['client'], times(50, enetInput)),
  'node.take-video': on(['node'], pings),
  'node.take-control': on(['node'], times(20, enetConnect)),
  'node.forge-input': on(['node'], times(50, enetInput)),
  'node.forge-video': on(['node'], times(300, videoDatagram)),
}
