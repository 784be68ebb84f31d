/** The way to a Redis behind the login host: text there, the replies back. */
import { connect as connectPlain, type Socket } from 'node:net'
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import { excerpt } from '../../shared/bounds.ts'
import type { RedisProfile } from '../../shared/model/site-check-profile.ts'
import { asText } from '../../shared/texts/index.ts'
import type { CheckLogin } from './cluster.ts'
import { NotSeen } from './gather.ts'

const deadlineMs = 15_000
const handshakeMs = 8000
const refusedCode = 71
const maximumAnswer = 256 * 1024
const safeAddress = /^[\w.:-]{1,253}$/

/** Sends and gives what comes until the other side closes; null: connections are refused. */
export type RedisQuestion = (text: string) => Promise<string | null>

/** Passes its input to an address as the login host sees it, and what comes back to its output. Needs bash. */
function pipeScript(address: string, port: number): string {
  if (!safeAddress.test(address)) throw new Error(`"${address}" cannot be an address`)
  return `command -v bash >/dev/null || exit 72
exec timeout 10 bash -c "exec 3<>/dev/tcp/${address}/${port} || exit ${refusedCode}; cat >&3; exec cat <&3" 2>/dev/null`
}

/** By a command on the login host: also where it forwards no connections. */
export const askPlain =
  (login: Pick<CheckLogin, 'run'>, { address, port }: RedisProfile): RedisQuestion =>
  async (text) => {
    const output = await login.run(null, { script: pipeScript(address, port) }, deadlineMs, text)
    if (output.code === 72) throw new NotSeen(asText('site-check-reasons.noBash'))
    return output.code === refusedCode ? null : output.stdout
  }

/** A handshake that failed, and why. */
export class HandshakeError extends Error {}

/** Shakes hands by a forward through the login host; the certificate has to be the authority's and for this address. */
function handshake(socket: Socket, ca: string, address: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      ca,
      checkServerIdentity: (_host, certificate) => checkServerIdentity(address, certificate),
    })
    secure.setTimeout(handshakeMs, () => secure.destroy(new Error('no TLS handshake in time')))
    secure.once('error', (error: Error) => reject(new HandshakeError(excerpt(error.message))))
    secure.once('close', () => reject(new HandshakeError('the connection was closed')))
    secure.once('secureConnect', () => {
      secure.setTimeout(0)
      resolve(secure)
    })
  })
}

/**
 * By TLS through a forward of the login.
 * @param ca authority (PEM) of the site's Redis
 */
export const askEncrypted =
  (login: Pick<CheckLogin, 'openForward'>, { address, port }: RedisProfile, ca: string): RedisQuestion =>
  async (text) => {
    const forward = await login.openForward(address, port)
    const socket = connectPlain(forward.path)
    socket.on('error', () => undefined)
    try {
      return await exchange(await handshake(socket, ca, address), text)
    } finally {
      socket.destroy()
      await forward.close()
    }
  }

function exchange(socket: TLSSocket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const timer = setTimeout(() => socket.destroy(new Error('Redis did not answer in time.')), deadlineMs)
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > maximumAnswer) socket.destroy()
    })
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
    socket.write(text)
  })
}
