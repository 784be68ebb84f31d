/** A TCP port behind the login host, for the app alone: each connection to its socket gets a channel of the login. */
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { excerpt } from '../shared/bounds.ts'
import { fail } from '../shared/errors.ts'
import { asText } from '../shared/texts/index.ts'
import type { Timer } from '../protocols/ssh/connect.ts'
import type { ForwardingLogin } from '../protocols/ssh/connection.ts'
import type { PrivateSocket, PrivateSockets } from './private-sockets.ts'

export interface ForwardTarget {
  /** As the login host sees it. */
  address: string
  port: number
}

const maximumConnections = 8

/** A channel to a port; rejects with what the server says (`forbids`). */
export function channelTo(client: ForwardingLogin, { address, port }: ForwardTarget): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      if (error) reject(error)
      else resolve(channel)
    })
  })
}

/** SSH distinguishes a server that forwards nothing from a port without a listener. */
export const forbids = (error: Error & { reason?: unknown }): boolean =>
  error.reason === 1 || /prohibited/i.test(error.message)

function refusal(error: Error, { address, port }: ForwardTarget): Error {
  const said = excerpt(error.message)
  const evidence = [{ label: 'answer', value: said }]
  return forbids(error)
    ? fail('forward-refused', 'login-host', { facts: { said }, evidence })
    : fail('forward-refused', 'nothing-there', { facts: { address, port }, evidence })
}

/**
 * Tries the way once, then listens.
 * @throws VizlinkError forward-refused
 */
export async function openForward(
  client: ForwardingLogin,
  target: ForwardTarget,
  sockets: PrivateSockets,
  timer: Timer,
): Promise<PrivateSocket> {
  const opened = channelTo(client, target).catch((error: Error) => Promise.reject(refusal(error, target)))
  const probe = await timer.race(asText('work.forward'), opened)
  probe.destroy()
  return sockets.listen({ purpose: 'forward', maximumConnections }, (socket) =>
    connect(client, target, socket),
  )
}

function connect(client: ForwardingLogin, target: ForwardTarget, socket: Socket): void {
  channelTo(client, target).then(
    (channel) => {
      channel.on('error', () => undefined)
      channel.on('close', () => socket.destroy())
      socket.on('close', () => channel.destroy())
      if (socket.destroyed) channel.destroy()
      else socket.pipe(channel).pipe(socket)
    },
    () => socket.destroy(),
  )
}
