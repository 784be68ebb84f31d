/** The client side of ENet for tests of a host: connects, sends reliably, acknowledges; can also fall silent or send anything. */
import { createSocket, type Socket } from 'node:dgram'
import {
  buildCommand,
  buildDatagram,
  commandType,
  flagAcknowledge,
  parseDatagram,
} from '../../site/host/enet/wire.ts'

const connectDeadlineMs = 10_000
const resendMs = 200
const pingMs = 500

export interface EnetClient {
  /** Sends reliably, again until it is acknowledged. */
  send(channel: number, data: Buffer): void
  /** Sends one datagram as it is. */
  sendRaw(bytes: Buffer): void
  /** A datagram with these commands from this peer. */
  sendCommands(commands: Buffer[]): void
  onMessage(listener: (data: Buffer) => void): void
  /** Settles when the host disconnects us. */
  readonly disconnected: Promise<void>
  /** Says nothing more, not even acknowledgements. */
  goSilent(): void
  /** Says goodbye. */
  disconnect(): void
  close(): void
}

/** Connects to 127.0.0.1:port; rejects when the host does not answer. */
export async function connectEnet(port: number, connectData: number): Promise<EnetClient> {
  const socket: Socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.connect(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.on('error', () => undefined)
  const connected = Promise.withResolvers<void>()
  const disconnected = Promise.withResolvers<void>()
  const listeners: ((data: Buffer) => void)[] = []
  const waiting = new Map<string, Buffer>()
  const sequences = new Map<number, number>()
  const received = new Map<number, number>()
  let peer = { id: 0xfff, session: 0 }
  let silent = false
  let closed = false

  const sendRaw = (bytes: Buffer): void => {
    if (!closed) socket.send(bytes, () => undefined)
  }
  const sendCommands = (commands: Buffer[]): void => {
    if (!silent)
      sendRaw(buildDatagram(peer.id, peer.session, Math.floor(performance.now()) & 0xffff, commands))
  }
  const sendReliable = (type: number, channel: number, fields: Buffer, data?: Buffer): void => {
    const sequence = ((sequences.get(channel) ?? 0) + 1) & 0xffff
    sequences.set(channel, sequence)
    const command = buildCommand(type | flagAcknowledge, channel, sequence, fields, data)
    waiting.set(`${channel}/${sequence}`, command)
    sendCommands([command])
  }

  socket.on('message', (bytes) => {
    const datagram = parseDatagram(bytes)
    if (!datagram || silent) return
    for (const command of datagram.commands) {
      if (command.type === commandType.acknowledge) {
        waiting.delete(`${command.channel}/${command.fields.readUInt16BE(0)}`)
        continue
      }
      if (command.type === commandType.verifyConnect) {
        peer = { id: command.fields.readUInt16BE(0), session: command.fields[2] ?? 0 }
        // The answer counts as the acknowledgement of the connect command.
        waiting.clear()
      }
      if (command.acknowledge) {
        const fields = Buffer.alloc(4)
        fields.writeUInt16BE(command.sequence, 0)
        fields.writeUInt16BE(datagram.sentTime, 2)
        sendCommands([buildCommand(commandType.acknowledge, command.channel, command.sequence, fields)])
      }
      if (command.type === commandType.verifyConnect) connected.resolve()
      else if (command.type === commandType.disconnect) disconnected.resolve()
      else if (command.type === commandType.sendReliable) {
        // Each once: a repeated one was acknowledged above.
        if (((command.sequence - (received.get(command.channel) ?? 0)) & 0xffff) !== 1) continue
        received.set(command.channel, command.sequence)
        for (const listener of listeners) listener(Buffer.from(command.data))
      }
    }
  })

  const fields = Buffer.alloc(44)
  fields.writeUInt16BE(0, 0)
  fields.fill(0xff, 2, 4)
  fields.writeUInt32BE(900, 4)
  fields.writeUInt32BE(65536, 8)
  fields.writeUInt32BE(48, 12)
  fields.writeUInt32BE(5000, 24)
  fields.writeUInt32BE(2, 28)
  fields.writeUInt32BE(2, 32)
  fields.writeUInt32BE(0x1234_5678, 36)
  fields.writeUInt32BE(connectData, 40)
  sendReliable(commandType.connect, 0xff, fields)

  const resend = setInterval(() => {
    for (const command of waiting.values()) sendCommands([command])
  }, resendMs)
  const ping = setInterval(() => {
    if (peer.id !== 0xfff) sendReliable(commandType.ping, 0xff, Buffer.alloc(0))
  }, pingMs)
  const close = (): void => {
    if (closed) return
    closed = true
    clearInterval(resend)
    clearInterval(ping)
    socket.close()
  }
  const deadline = setTimeout(
    () => connected.reject(new Error('the host did not answer the connect command')),
    connectDeadlineMs,
  )
  try {
    await connected.promise
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(deadline)
  }
  return {
    send(channel, data) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(data.length, 0)
      sendReliable(commandType.sendReliable, channel, length, data)
    },
    sendRaw,
    sendCommands,
    onMessage: (listener) => void listeners.push(listener),
    disconnected: disconnected.promise,
    goSilent: () => (silent = true),
    disconnect() {
      const sequence = ((sequences.get(0xff) ?? 0) + 1) & 0xffff
      sendCommands([buildCommand(commandType.disconnect, 0xff, sequence, Buffer.alloc(4))])
    },
    close,
  }
}
