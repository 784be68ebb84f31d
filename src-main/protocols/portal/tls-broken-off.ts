/**
 * A server that ends the connection while TLS is being set up. OpenSSL says why; other libraries (Electron's BoringSSL) say
 * ECONNRESET alone, also where an HTTP server without TLS has answered.
 */
import type { Socket } from 'node:net'

export const plainHttpCode = 'PLAIN_HTTP'
export const brokenOffCode = 'TLS_BROKEN_OFF'

/** Node.js's own words, whatever the library. */
const words = /disconnected before secure TLS connection was established/

export const isBrokenOff = (error: unknown): boolean => words.test(String((error as Error | null)?.message))

const answerMs = 3000

/**
 * The same error with a code that says more. Nothing of the user's is sent.
 * @param open makes one more connection to the server, on which nothing was sent; it is destroyed
 */
export async function withReason(error: unknown, open: () => Promise<Socket>): Promise<Error> {
  const plain = await open().then(speaksPlainHttp, () => false)
  const { message } = error as Error
  return Object.assign(new Error(message, { cause: error }), { code: plain ? plainHttpCode : brokenOffCode })
}

function speaksPlainHttp(socket: Socket): Promise<boolean> {
  return new Promise<boolean>((resolve) => {
    socket.setTimeout(answerMs, () => socket.destroy())
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1', 0, 5) === 'HTTP/'))
    socket.once('close', () => resolve(false))
    socket.on('error', () => undefined)
    socket.write('HEAD / HTTP/1.0\r\n\r\n')
  }).finally(() => socket.destroy())
}
