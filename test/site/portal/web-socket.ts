/**
 * The portal's WebSocket service (5011): storage figures on connecting and every half minute, notifications when the
 * dashboard makes one, and everything that anybody posts to `/broadcast`. Without any authentication, and a JSON message
 * that is no object closes the connection: as in the real service.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { startListening } from '../support/listening.ts'
import type { Listening } from '../support/listening.ts'
import { freePorts } from '../support/ports.ts'
import { pythonTime } from './flask.ts'

export interface WebSocketService extends Listening {
  readonly port: number
  dispose(): Promise<void>
}

export interface WebSocketOptions {
  dataStorage(): Promise<object>
  scratchStorage(): Promise<object>
}

const channels = ['notifications', 'jobs', 'metrics', 'storage', 'alerts']
const periodMs = 30_000

/** JSON as Python writes it: a blank after commas and colons. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${pythonJson(member)}`,
  )
  return `{${members.join(', ')}}`
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** A value inside a message of Python's. */
const pythonWord = (value: unknown): string =>
  value === undefined || value === null ? 'None' : typeof value === 'string' ? value : JSON.stringify(value)

export async function startWebSocketService(options: WebSocketOptions): Promise<WebSocketService> {
  const [port] = await freePorts(1)
  const subscribers = new Map<string, Set<WebSocket>>(channels.map((channel) => [channel, new Set()]))
  const clients = new Set<WebSocket>()
  const send = (socket: WebSocket, message: object): void => {
    if (socket.readyState === socket.OPEN) socket.send(pythonJson(message))
  }
  const storage = async (which: unknown = 'all'): Promise<object> => ({
    ...(which === 'all' || which === 'data' ? { data_storage: await options.dataStorage() } : {}),
    ...(which === 'all' || which === 'scratch' ? { scratch_storage: await options.scratchStorage() } : {}),
    status: 'success',
  })
  const broadcast = (channel: string, message: object): number => {
    const listeners = subscribers.get(channel)!
    for (const socket of listeners) send(socket, { ...message, timestamp: pythonTime() })
    return listeners.size
  }

  const answer = async (socket: WebSocket, message: Record<string, unknown>): Promise<void> => {
    const { type, channel } = message
    const stamped = (fields: object): void => send(socket, { ...fields, timestamp: pythonTime() })
    const listeners = typeof channel === 'string' ? subscribers.get(channel) : undefined
    switch (type) {
      case 'ping':
        return stamped({ type: 'pong' })
      case 'subscribe':
        if (!listeners)
          return send(socket, { type: 'error', message: `Unknown channel: ${pythonWord(channel)}` })
        listeners.add(socket)
        return stamped({ type: 'subscribed', channel })
      case 'unsubscribe':
        if (!listeners) return
        listeners.delete(socket)
        return stamped({ type: 'unsubscribed', channel })
      case 'request_update':
        return stamped({ type: 'update', data: await storage(message.storage_type ?? 'all') })
      case 'clear_cache':
        return stamped({ type: 'cache_cleared', prefix: message.prefix ?? null })
      default:
        return send(socket, { type: 'error', message: `Unknown message type: ${pythonWord(type)}` })
    }
  }

  const receive = async (socket: WebSocket, text: string): Promise<void> => {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      return send(socket, { type: 'error', message: 'Invalid JSON' })
    }
    if (!isObject(message)) return socket.close(1000)
    await answer(socket, message)
  }

  const connected = (socket: WebSocket): void => {
    clients.add(socket)
    // One after the other: a slow answer delays all later ones of this connection, the first figures too.
    let turn = storage().then((data) => send(socket, { type: 'initial_data', data, timestamp: pythonTime() }))
    socket.on('message', (data: Buffer, binary) => {
      if (!binary)
        turn = turn.then(() => receive(socket, data.toString('utf8'))).catch(() => socket.close(1011))
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clients.delete(socket)
      for (const listeners of subscribers.values()) listeners.delete(socket)
    })
  }

  const json = (response: ServerResponse, status: number, value: object): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    response.end(pythonJson(value))
  }
  const post = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    let body: unknown
    try {
      body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    } catch {
      return json(response, 500, {
        success: false,
        error: 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
      })
    }
    const { channel, message } = isObject(body) ? body : {}
    if (!channel || !message)
      return json(response, 400, { success: false, error: 'channel and message are required' })
    if (typeof channel !== 'string' || !subscribers.has(channel))
      return json(response, 400, { success: false, error: `Unknown channel: ${pythonWord(channel)}` })
    if (!isObject(message))
      return json(response, 500, { success: false, error: "'str' object does not support item assignment" })
    json(response, 200, { success: true, channel, recipients: broadcast(channel, message) })
  }
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url?.split('?')[0]
    const text = (status: number, body: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(body)
    }
    if (path === '/ws')
      return text(400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".')
    if (path === '/broadcast' && request.method === 'POST') {
      post(request, response).catch(() => response.destroy())
      return
    }
    if (path === '/health' && request.method === 'GET') {
      const subscriptions = Object.fromEntries([...subscribers].map(([name, set]) => [name, set.size]))
      return json(response, 200, {
        status: 'healthy',
        connected_clients: clients.size,
        subscriptions,
        timestamp: pythonTime(),
      })
    }
    text(404, '404: Not Found')
  }

  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 4 << 20 })
  const listening = await startListening(async (host) => {
    const server = createServer(handle)
    const connections = new Set<WebSocket>()
    server.on('upgrade', (request, socket, head) => {
      if (request.url?.split('?')[0] !== '/ws') return socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        connections.add(webSocket)
        webSocket.on('close', () => connections.delete(webSocket))
        connected(webSocket)
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    return () => {
      for (const webSocket of connections) webSocket.terminate()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }
  })
  const timer = setInterval(() => {
    if (subscribers.get('storage')!.size === 0) return
    void storage().then((data) => broadcast('storage', { type: 'periodic_update', data }))
  }, periodMs).unref()
  return {
    port: port!,
    ...listening,
    async dispose() {
      clearInterval(timer)
      await listening.setRunning(false)
    },
  }
}
