/**
 * A VNC server of the gallery: it asks for a name and a password (VeNCrypt 0.2, Plain), takes one of them, and closes the connection
 * itself right after it has refused another. One pixel is its whole picture (RFC 6143 section 7.3.2).
 */
export interface RfbServer {
  /** Connections that were made. */
  connections: number
  /** Names and passwords in the order in which they came. */
  readonly logins: { name: string; password: string }[]
  /** A connection of its own, as the app gives one to the page. */
  connect(): MessagePort
}

const veNCrypt = 19
const plain = 256
const right = 'right-words'

const uint32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]
const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)]
const numberAt = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at)

/** One pixel, 32 bits of true colour, red at 16, and a name of no letters. */
const serverInit = [0, 1, 0, 1, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, ...uint32(0)]

export function createRfbServer(): RfbServer {
  async function serve(port: MessagePort): Promise<void> {
    let received: number[] = []
    let more = (): void => undefined
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Numbers say how many bytes the page has taken.
      if (data instanceof Uint8Array) received.push(...data)
      more()
    }
    const say = (...bytes: number[]): void => port.postMessage(new Uint8Array(bytes))
    async function read(count: number): Promise<Uint8Array> {
      while (received.length < count) await new Promise<void>((resolve) => (more = resolve))
      const taken = received.slice(0, count)
      received = received.slice(count)
      return new Uint8Array(taken)
    }
    say(...bytesOf('RFB 003.008\n'))
    await read(12)
    say(1, veNCrypt)
    await read(1)
    say(0, 2)
    await read(2)
    say(0, 1, ...uint32(plain))
    await read(4)
    const lengths = await read(8)
    const name = new TextDecoder().decode(await read(numberAt(lengths, 0)))
    const password = new TextDecoder().decode(await read(numberAt(lengths, 4)))
    server.logins.push({ name, password })
    if (password !== right) {
      const reason = bytesOf('Authentication failure')
      say(...uint32(1), ...uint32(reason.length), ...reason)
      port.close()
      return
    }
    say(...uint32(0))
    await read(1)
    say(...serverInit)
  }

  const server: RfbServer = {
    connections: 0,
    logins: [],
    connect() {
      const { port1, port2 } = new MessageChannel()
      server.connections++
      void serve(port1)
      return port2
    },
  }
  return server
}
