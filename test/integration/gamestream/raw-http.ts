/** HTTP exchanges byte by byte: what a client library would tidy up stays visible. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface RawAnswer {
  /** Everything received, as Latin-1 text; empty where the connection ended without an answer. */
  text: string
  hostClosed: boolean
}

export interface ClientCredentials {
  certificatePem: string
  keyPem: string
}

/** How long a connection that announced all its bytes is watched for the host's end. */
const lingerMs = 300

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const length = /\r\nContent-Length: (\d+)/i.exec(text.slice(0, end + 2))?.[1]
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length)
}

/**
 * Sends `request` to 127.0.0.1:port and reads until the host closes, or until the answer is whole and the host keeps the
 * connection. Over TLS any certificate of the host is taken: these tests look at answers, not at pinning.
 */
export function exchange(
  port: number,
  request: string | Buffer,
  tls: { client: ClientCredentials | null } | null = null,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let text = ''
    let linger: NodeJS.Timeout | null = null
    const socket: Socket = tls
      ? connectTls({
          host: '127.0.0.1',
          port,
          rejectUnauthorized: false,
          ...(tls.client ? { cert: tls.client.certificatePem, key: tls.client.keyPem } : {}),
        })
      : connect({ host: '127.0.0.1', port })
    const finish = (hostClosed: boolean): void => {
      if (linger) clearTimeout(linger)
      socket.destroy()
      resolve({ text, hostClosed })
    }
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (isComplete(text)) linger ??= setTimeout(() => finish(false), lingerMs)
    })
    socket.once('close', () => finish(true))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? reject(error) : finish(true),
    )
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write(request))
  })
}
