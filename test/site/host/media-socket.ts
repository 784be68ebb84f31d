/** The UDP sockets of picture and sound: learn the client’s address from its first ping, then send to it. */
import { createSocket, type Socket } from 'node:dgram'

export interface MediaSocket {
  readonly port: number
  /** Expects pings with this payload from now on; `onPeer` runs at the first one. */
  expect(payload: string, onPeer: () => void): void
  /** Forgets the client. */
  forget(): void
  send(datagrams: readonly Buffer[]): void
  close(): Promise<void>
}

/** Binds one media socket. The peer is fixed by the first matching ping, as in Sunshine. */
export async function bindMediaSocket(options: { address: string; port: number }): Promise<MediaSocket> {
  const socket: Socket = createSocket({ type: 'udp4', sendBufferSize: 4 << 20 })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(options.port, options.address, resolve)
  })
  socket.on('error', () => undefined)
  let expected: { payload: string; onPeer: () => void } | null = null
  let peer: { address: string; port: number } | null = null
  socket.on('message', (bytes, remote) => {
    if (peer || !expected) return
    if (bytes.length < 4 || bytes.length > 64) return
    if (bytes.length >= 16 && bytes.subarray(0, 16).toString('latin1') !== expected.payload) return
    if (bytes.length < 16 && bytes.toString('latin1') !== 'PING') return
    peer = { address: remote.address, port: remote.port }
    expected.onPeer()
  })
  return {
    port: options.port,
    expect(payload, onPeer) {
      expected = { payload, onPeer }
      peer = null
    },
    forget() {
      expected = null
      peer = null
    },
    send(datagrams) {
      if (!peer) return
      for (const datagram of datagrams) socket.send(datagram, peer.port, peer.address)
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
