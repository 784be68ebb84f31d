/** Messages of known lengths of a connection, one after the other. */
import type { Socket } from 'node:net'

export interface ByteReader {
  /** The next bytes; never where the connection ends before. */
  read: (length: number) => Promise<Buffer>
  /** Leaves what follows to others. */
  release: () => void
}

export function byteReader(socket: Socket): ByteReader {
  let held = Buffer.alloc(0)
  let wanted: () => void = () => undefined
  const take = (bytes: Buffer): void => {
    held = Buffer.concat([held, bytes])
    wanted()
  }
  socket.on('data', take)
  return {
    async read(length) {
      while (held.length < length) await new Promise<void>((resolve) => (wanted = resolve))
      const message = held.subarray(0, length)
      held = held.subarray(length)
      return message
    },
    release() {
      socket.off('data', take)
      if (held.length > 0) socket.unshift(held)
    },
  }
}
