/** The dashboard's Socket.IO part, and the terminal on the nodes behind it where a site has not removed it. */
import { randomBytes } from 'node:crypto'
import { HtmlError } from './flask.ts'
import type { FlaskAnswer, Routes } from './flask.ts'
import type { HeldFaults } from './sign-in.ts'

const text = (status: number, type: string, body: string): FlaskAnswer => ({ status, text: { type, body } })

export const terminalRoutes = (held: HeldFaults): Routes => ({
  '/api/ssh/health': {
    GET: () => {
      if (!held.has('terminal-open')) throw new HtmlError(404)
      return { status: 200, json: { active_sessions: 0, service: 'ssh_api', status: 'healthy' } }
    },
  },
  '/socket.io/': {
    // The handshake alone: a client has no use for what comes after it.
    GET: ({ query }) => {
      if (query.get('EIO') !== '4')
        return text(
          400,
          'text/plain',
          '"The client is using an unsupported version of the Socket.IO or Engine.IO protocols"',
        )
      const handshake = {
        sid: randomBytes(15).toString('base64url'),
        upgrades: ['websocket'],
        pingTimeout: 20_000,
        pingInterval: 25_000,
        maxPayload: 1_000_000,
      }
      return text(200, 'text/plain; charset=UTF-8', `0${JSON.stringify(handshake)}`)
    },
  },
})
