/**
 * A page as a stream of bytes with back-pressure both ways: over a WebSocket whose accepted socket was handed over, or over a
 * MessagePort of Electron. Ports say nothing about what was read, so there the page answers with how many bytes it has taken.
 */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { finishUpgrade, type PortLike } from '../protocols/handed-over.ts'
import type { Upgrade } from '../ports/app-surface.ts'

/** Largest message of a page; the sender cuts a pasted text into smaller ones. */
const maximumPageMessage = 1024 * 1024
/** Bytes that a page may have on their way to it. */
const maximumOutstanding = 4 * 1024 * 1024

const server = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: maximumPageMessage,
})

/** @param onPage gets the stream once the page's socket is open */
export function acceptPage(upgrade: Upgrade, socket: Socket, onPage: (page: Duplex) => void): void {
  finishUpgrade(server, upgrade, socket, (webSocket) =>
    onPage(createWebSocketStream(webSocket, { allowHalfOpen: false })),
  )
}

/** The stream of a port: bytes in both directions, numbers of bytes that were taken from the page. */
export function pagePort(port: PortLike): Duplex {
  let outstanding = 0
  let goOn: (() => void) | null = null
  const page = new Duplex({
    allowHalfOpen: false,
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      outstanding += chunk.length
      port.postMessage(new Uint8Array(chunk))
      if (outstanding < maximumOutstanding) done()
      else goOn = done
    },
    final(done) {
      port.close()
      done()
    },
    destroy(error, done) {
      port.close()
      done(error)
    },
  })
  port.on('message', ({ data }) => {
    if (page.destroyed) return
    if (typeof data === 'number' && Number.isInteger(data) && data > 0 && data <= outstanding) {
      outstanding -= data
      const resume = goOn
      if (resume && outstanding < maximumOutstanding) {
        goOn = null
        resume()
      }
    } else if (
      data instanceof Uint8Array &&
      data.byteLength <= maximumPageMessage &&
      // A port cannot be held back: a page that floods a slow link is cut off.
      page.readableLength <= maximumOutstanding
    )
      page.push(Buffer.from(data))
    else page.destroy()
  })
  port.on('close', () => page.destroy())
  port.start()
  return page
}
