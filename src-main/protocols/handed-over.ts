/**
 * What a shell hands over to a child process so that the app itself carries no bytes of it: the socket of an accepted WebSocket
 * upgrade, or a MessagePort of Electron (types only: Electron is not imported here).
 */
import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Upgrade } from '../ports/app-surface.ts'

/** The part of Electron's MessagePortMain that is used. Buffers must never be in a transfer list here: they get lost. */
export interface PortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** `process.parentPort` of an Electron utility process. */
export interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: PortLike[] }) => void): unknown
}

/** What travels beside a message to a child process. */
export interface HandedOver {
  socket?: Socket
  port?: PortLike
}

/** More than Node.js takes from a page: 16 KiB of headers, and what lies in the socket behind them. */
const mostText = 64 * 1024
const mostHeaders = 100

/** An accepted upgrade as a message has it, beside its socket; `head` is base64. */
export const upgradeFields = {
  headers: z
    .record(z.string().max(256), z.string().max(mostText))
    .refine((headers) => Object.keys(headers).length <= mostHeaders),
  head: z.base64().max(2 * mostText),
}

/** Finishes an upgrade that another process accepted: it has checked cookie, Host and Origin. */
export function finishUpgrade(
  server: WebSocketServer,
  { headers, head }: Upgrade,
  socket: Socket,
  onOpen: (webSocket: WebSocket) => void,
): void {
  const request = new IncomingMessage(socket)
  request.method = 'GET'
  request.url = '/'
  request.headers = headers
  socket.setNoDelay(true)
  server.handleUpgrade(request, socket, head, onOpen)
}
