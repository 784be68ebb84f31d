/** A small RFB client (RFC 6143, version 3.8, raw pixels of 32 bits) over a WebSocket: enough to see that a picture comes. */
import type { WebSocket } from 'ws'

export interface RfbServer {
  version: string
  securityTypes: number[]
  width: number
  height: number
  name: string
}

export interface Rfb {
  /** Greets and logs in without a password. */
  start(): Promise<RfbServer>
  /** The whole picture once: 4 bytes a pixel. */
  picture(): Promise<Buffer>
}

const none = 1

export function rfbClient(socket: WebSocket): Rfb {
  let bytes = Buffer.alloc(0)
  let over: Error | null = null
  let wake: () => void = () => undefined
  socket.on('message', (data) => {
    bytes = Buffer.concat([bytes, data as Buffer])
    wake()
  })
  socket.on('close', () => {
    over = new Error(`the socket closed after ${bytes.length} bytes`)
    wake()
  })
  const take = async (count: number): Promise<Buffer> => {
    while (bytes.length < count) {
      if (over) throw over
      await new Promise<void>((resolve) => (wake = resolve))
    }
    const taken = bytes.subarray(0, count)
    bytes = bytes.subarray(count)
    return taken
  }
  let size = { width: 0, height: 0 }

  return {
    async start() {
      const version = (await take(12)).toString()
      socket.send('RFB 003.008\n', { binary: true })
      const securityTypes = [...(await take((await take(1)).readUInt8()))]
      socket.send(Buffer.from([none]))
      const result = (await take(4)).readUInt32BE()
      if (result !== 0) throw new Error(`refused: ${result}`)
      socket.send(Buffer.from([1]))
      const head = await take(24)
      const [width, height] = [head.readUInt16BE(0), head.readUInt16BE(2)]
      size = { width, height }
      const name = (await take(head.readUInt32BE(20))).toString()
      return { version, securityTypes, width, height, name }
    },
    async picture() {
      const { width, height } = size
      // SetEncodings: raw alone; then the whole picture.
      socket.send(Buffer.from([2, 0, 0, 1, 0, 0, 0, 0]))
      const request = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
      request.writeUInt16BE(width, 6)
      request.writeUInt16BE(height, 8)
      socket.send(request)
      const picture = Buffer.alloc(width * height * 4)
      const head = await take(4)
      if (head[0] !== 0) throw new Error(`message ${head[0]}, not an update`)
      for (let count = head.readUInt16BE(2); count > 0; count--) {
        const rectangle = await take(12)
        const [x = 0, y = 0, w = 0, h = 0] = [0, 2, 4, 6].map((at) => rectangle.readUInt16BE(at))
        if (rectangle.readInt32BE(8) !== 0) throw new Error('not raw')
        const pixels = await take(w * h * 4)
        for (let row = 0; row < h; row++)
          pixels.copy(picture, ((y + row) * width + x) * 4, row * w * 4, (row + 1) * w * 4)
      }
      return picture
    },
  }
}
