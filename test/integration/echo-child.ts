/** A child process for tests of the process host: echoes messages, takes a socket over, dies or hangs on request. */
import type { Socket } from 'node:net'
import { encodeMessage, messageType } from '../../src-main/shared/stream-port.ts'
import { acceptWebSocket } from '../../src-main/stream-process/web-socket-transport.ts'

type Message =
  | { type: 'echo'; value: unknown }
  | { type: 'environment' }
  | { type: 'attach-socket'; headers: Record<string, string>; head: string }
  | { type: 'exit'; code: number }
  | { type: 'crash' }
  | { type: 'ignore-term' }
  | { type: 'shout'; text: string }

process.on('message', (message: Message, socket?: Socket) => {
  switch (message.type) {
    case 'echo':
      process.send?.({ echo: message.value })
      return
    case 'environment':
      process.send?.({ names: Object.keys(process.env).sort(), argv: process.argv.slice(2) })
      return
    case 'attach-socket':
      if (!socket) return
      acceptWebSocket(
        { headers: message.headers, head: Buffer.from(message.head, 'base64') },
        socket,
        (transport) => {
          transport.send(encodeMessage(messageType.event, Uint8Array.of(process.pid & 255)))
          return {
            receive: (bytes) => transport.send(bytes),
            gone: () => process.send?.({ gone: true }),
          }
        },
      )
      return
    case 'exit':
      process.exit(message.code)
      return
    case 'crash':
      process.kill(process.pid, 'SIGKILL')
      return
    case 'ignore-term':
      process.on('SIGTERM', () => undefined)
      process.send?.({ ignoring: true })
      return
    case 'shout':
      process.stderr.write(message.text)
  }
})
process.on('disconnect', () => process.exit(0))
process.send?.({ type: 'ready' })
