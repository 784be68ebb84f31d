/**
 * The host side of ENet for one peer at a time on one UDP socket: connect and verify, reliable delivery both ways with
 * retransmission, ordered channels, fragments, pings, timeout, disconnect. No compression, no checksum (GameStream uses none).
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { randomInt } from 'node:crypto'
import {
  buildCommand,
  buildDatagram,
  commandType,
  flagAcknowledge,
  parseDatagram,
  type Command,
} from './wire.ts'

const channels = 48
const tickMs = 50
const pingAfterMs = 500
const resendAfterMs = 300
const maximumFragments = 64
const maximumReassembly = 64 * 1024
const maximumHeldCommands = 256

export interface EnetHandlers {
  /** Whether a peer that connects with this data is expected. */
  accept(connectData: number, remote: RemoteInfo): boolean
  connected(): void
  message(channel: number, data: Buffer): void
  /** Disconnect by the peer, its silence, or our own close. */
  disconnected(reason: 'peer' | 'timeout' | 'closed'): void
}

interface Outgoing {
  command: Buffer
  channel: number
  sequence: number
  sentAt: number
}

interface Fragments {
  parts: (Buffer | null)[]
  missing: number
}

interface Peer {
  address: string
  port: number
  /** Peer id that the other side wants in our datagrams. */
  outgoingId: number
  outgoingSession: number
  incomingSession: number
  connectId: number
  established: boolean
  sequences: { out: number[]; in: number[]; control: number }
  unacknowledged: Outgoing[]
  held: Map<string, Command>
  fragments: Map<string, Fragments>
  lastHeard: number
  lastSent: number
}

export interface EnetHost {
  readonly port: number
  /** Sends reliably on channel 0; false without a peer. */
  send(data: Buffer): boolean
  /** Says goodbye to the peer (if any) and forgets it. */
  disconnectPeer(): void
  close(): Promise<void>
}

/** @param silenceMs the peer counts as gone after this long without a datagram */
export async function startEnetHost(
  options: { address: string; port: number; silenceMs: number },
  handlers: EnetHandlers,
): Promise<EnetHost> {
  const socket: Socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(options.port, options.address, resolve)
  })
  socket.on('error', () => undefined)
  let peer: Peer | null = null
  const now = (): number => performance.now()

  const transmit = (to: Peer, commands: Buffer[]): void => {
    to.lastSent = now()
    socket.send(
      buildDatagram(to.outgoingId, to.outgoingSession, Math.floor(now()), commands),
      to.port,
      to.address,
    )
  }

  const sendReliable = (to: Peer, type: number, channel: number, fields: Buffer, data?: Buffer): void => {
    const connectionChannel = channel === 0xff
    const sequence = connectionChannel
      ? (to.sequences.control = (to.sequences.control + 1) & 0xffff)
      : (to.sequences.out[channel] = ((to.sequences.out[channel] ?? 0) + 1) & 0xffff)
    const command = buildCommand(type | flagAcknowledge, channel, sequence, fields, data)
    to.unacknowledged.push({ command, channel, sequence, sentAt: now() })
    transmit(to, [command])
  }

  const drop = (reason: 'peer' | 'timeout' | 'closed'): void => {
    if (!peer) return
    const was = peer
    peer = null
    if (was.established) handlers.disconnected(reason)
  }

  const acceptConnect = (command: Command, remote: RemoteInfo): void => {
    const fields = command.fields
    const data = fields.readUInt32BE(40)
    const connectId = fields.readUInt32BE(36)
    const again = peer !== null && peer.connectId === connectId && peer.port === remote.port
    if (!again) {
      if (!handlers.accept(data, remote)) return
      drop('peer')
      const session = randomInt(0, 4)
      peer = {
        address: remote.address,
        port: remote.port,
        outgoingId: fields.readUInt16BE(0),
        outgoingSession: session,
        incomingSession: session,
        connectId,
        established: false,
        sequences: { out: [], in: [], control: 0 },
        unacknowledged: [],
        held: new Map(),
        fragments: new Map(),
        lastHeard: now(),
        lastSent: now(),
      }
      const answer = Buffer.alloc(40)
      answer.writeUInt16BE(0, 0)
      answer[2] = session
      answer[3] = session
      answer.writeUInt32BE(Math.min(fields.readUInt32BE(4), 900), 4)
      answer.writeUInt32BE(65536, 8)
      answer.writeUInt32BE(Math.min(channels, fields.readUInt32BE(12)), 12)
      fields.copy(answer, 24, 24, 36)
      answer.writeUInt32BE(connectId, 36)
      sendReliable(peer, commandType.verifyConnect, 0xff, answer)
    }
  }

  const deliver = (from: Peer, channel: number, data: Buffer): void => {
    if (from === peer) handlers.message(channel, data)
  }

  const takeFragment = (from: Peer, command: Command): void => {
    const start = command.fields.readUInt16BE(0)
    const count = command.fields.readUInt32BE(4)
    const number = command.fields.readUInt32BE(8)
    const total = command.fields.readUInt32BE(12)
    if (count === 0 || count > maximumFragments || number >= count || total > maximumReassembly) return
    const key = `${command.channel}/${start}`
    const held = from.fragments.get(key) ?? {
      parts: Array.from({ length: count }, () => null),
      missing: count,
    }
    if (held.parts.length !== count || from.fragments.size > 16) return
    from.fragments.set(key, held)
    if (held.parts[number] === null) {
      held.parts[number] = Buffer.from(command.data)
      held.missing--
    }
    if (held.missing > 0) return
    from.fragments.delete(key)
    deliver(from, command.channel, Buffer.concat(held.parts.map((part) => part ?? Buffer.alloc(0))))
  }

  /** Reliable commands of a channel take effect in order; early ones wait. */
  const takeReliable = (from: Peer, command: Command): void => {
    let next: Command | undefined = command
    const expected = (): number => ((from.sequences.in[command.channel] ?? 0) + 1) & 0xffff
    const ahead = (command.sequence - expected()) & 0xffff
    if (ahead >= 0x8000) return
    if (ahead > 0) {
      if (from.held.size < maximumHeldCommands) {
        from.held.set(`${command.channel}/${command.sequence}`, {
          ...command,
          data: Buffer.from(command.data),
          fields: Buffer.from(command.fields),
        })
      }
      return
    }
    while (next) {
      from.sequences.in[command.channel] = next.sequence
      if (next.type === commandType.sendFragment) takeFragment(from, next)
      else if (next.type === commandType.sendReliable) deliver(from, next.channel, next.data)
      const key = `${command.channel}/${expected()}`
      next = from.held.get(key)
      from.held.delete(key)
    }
  }

  const takeAcknowledge = (from: Peer, command: Command): void => {
    const sequence = command.fields.readUInt16BE(0)
    const index = from.unacknowledged.findIndex(
      (item) => item.sequence === sequence && item.channel === command.channel,
    )
    if (index >= 0) from.unacknowledged.splice(index, 1)
    if (!from.established && command.channel === 0xff) {
      from.established = true
      handlers.connected()
    }
  }

  const onDatagram = (bytes: Buffer, remote: RemoteInfo): void => {
    const datagram = parseDatagram(bytes)
    if (!datagram) return
    for (const command of datagram.commands) {
      if (command.type === commandType.connect) acceptConnect(command, remote)
      const from = peer
      if (!from || from.port !== remote.port || from.address !== remote.address) return
      from.lastHeard = now()
      // VERIFY_CONNECT is the answer to CONNECT; only later commands are acknowledged.
      if (command.acknowledge && command.type !== commandType.connect) {
        const fields = Buffer.alloc(4)
        fields.writeUInt16BE(command.sequence, 0)
        fields.writeUInt16BE(datagram.sentTime, 2)
        transmit(from, [buildCommand(commandType.acknowledge, command.channel, command.sequence, fields)])
      }
      if (command.channel !== 0xff && command.channel >= channels) continue
      switch (command.type) {
        case commandType.acknowledge:
          takeAcknowledge(from, command)
          break
        case commandType.sendReliable:
        case commandType.sendFragment:
          takeReliable(from, command)
          break
        case commandType.sendUnreliable:
        case commandType.sendUnsequenced:
          deliver(from, command.channel, command.data)
          break
        case commandType.disconnect:
          drop('peer')
          return
        default:
          break
      }
    }
  }
  socket.on('message', onDatagram)

  const timer = setInterval(() => {
    if (!peer) return
    const time = now()
    if (time - peer.lastHeard > options.silenceMs) return drop('timeout')
    const late = peer.unacknowledged.filter((item) => time - item.sentAt > resendAfterMs)
    for (const item of late) item.sentAt = time
    if (late.length > 0)
      transmit(
        peer,
        late.slice(0, 16).map((item) => item.command),
      )
    else if (peer.established && time - peer.lastSent > pingAfterMs)
      sendReliable(peer, commandType.ping, 0xff, Buffer.alloc(0))
  }, tickMs)

  const disconnectPeer = (): void => {
    if (!peer) return
    const command = buildCommand(
      commandType.disconnect,
      0xff,
      (peer.sequences.control + 1) & 0xffff,
      Buffer.alloc(4),
    )
    transmit(peer, [command])
    drop('closed')
  }

  return {
    port: socket.address().port,
    send(data) {
      if (!peer?.established) return false
      const fields = Buffer.alloc(2)
      fields.writeUInt16BE(data.length, 0)
      sendReliable(peer, commandType.sendReliable, 0, fields, data)
      return true
    },
    disconnectPeer,
    async close() {
      clearInterval(timer)
      disconnectPeer()
      await new Promise<void>((resolve) => socket.close(() => resolve()))
    },
  }
}
