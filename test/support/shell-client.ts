/** A browser, or a program that plays one, in front of the browser shell. */
import { readFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import type { BrowserShell } from '../../src-main/shells/browser/index.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

interface Asking {
  method?: string
  headers?: Record<string, string>
  body?: string
}

export interface OpenedSocket {
  socket: WebSocket
  status: number
  messages: Buffer[]
}

export interface ShellClient {
  ask(path: string, asking?: Asking): Promise<Answer>
  /** Bytes as they are; gives all that comes back once the server has closed. */
  talk(text: string): Promise<string>
  /** The token of a new sign-in file. */
  newToken(): Promise<string>
  redeem(token: string, headers?: Record<string, string>): Promise<Answer>
  /** Gives the cookie as a request carries it. */
  signIn(): Promise<string>
  /** Opens a WebSocket; settles with its state after the handshake. `messages` has all that come, also right behind it. */
  openSocket(path: string, headers: Record<string, string>): Promise<OpenedSocket>
}

/** What the sign-in file sends along. */
export const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' }

export const closed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', resolve))

export function shellClient(shell: BrowserShell): ShellClient {
  const { hostname: host, port } = new URL(shell.origin)
  const client: ShellClient = {
    ask: (path, { method = 'GET', headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = request({ host, port, path, method, headers, agent: false }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (part: string) => (text += part))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          )
          response.on('error', reject)
        })
        outgoing.on('error', reject)
        outgoing.end(body)
      }),
    talk: (text) =>
      new Promise((resolve) => {
        const socket = connect(Number(port), host, () => socket.write(text))
        let answer = ''
        socket.on('data', (part) => (answer += part.toString('latin1')))
        socket.on('error', () => undefined)
        socket.on('close', () => resolve(answer))
      }),
    async newToken() {
      const page = await readFile(await shell.openUrlFile(), 'utf8')
      const token = /name="token" value="([^"]+)"/.exec(page)?.[1]
      if (!token) throw new Error('the file holds no token')
      return token
    },
    redeem: (token, headers = {}) =>
      client.ask('/session', {
        method: 'POST',
        headers: { ...form, ...headers },
        body: `token=${encodeURIComponent(token)}`,
      }),
    async signIn() {
      const { headers } = await client.redeem(await client.newToken())
      return headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
    },
    openSocket: (path, headers) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://${host}:${port}${path}`, { headers })
        const messages: Buffer[] = []
        socket.on('message', (data) => messages.push(data as Buffer))
        socket.once('open', () => resolve({ socket, status: 101, messages }))
        socket.once('unexpected-response', (_request, response) => {
          response.resume()
          resolve({ socket, status: response.statusCode ?? 0, messages })
        })
        socket.on('error', () => undefined)
      }),
  }
  return client
}
