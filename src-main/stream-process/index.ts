/** Entry of a stream process: messages of the app in, one stream, exit at its end or with the app. */
import type { Socket } from 'node:net'
import type { HandedOver, ParentPort } from '../protocols/handed-over.ts'
import { loadNative } from '../protocols/native.ts'
import { acceptWebSocket } from './web-socket-transport.ts'
import { attachMessagePort } from './electron-port.ts'
import { takeMessage } from './inbox.ts'
import type { FromStreamProcess, ToStreamProcess } from './messages.ts'
import { StreamRunner } from './stream-runner.ts'

const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort

function say(message: FromStreamProcess): void {
  if (parentPort) parentPort.postMessage(message)
  else if (process.connected) process.send?.(message)
}

const runner = new StreamRunner(loadNative(), say)
let ending: Promise<void> | null = null

function end(): void {
  ending ??= runner.stop().finally(() => process.exit(0))
}

function act(message: ToStreamProcess, { socket, port }: HandedOver): void {
  switch (message.type) {
    case 'start':
      void runner.start(message.start, message.turnHorizontalWheel)
      return
    case 'pause':
      void runner.pause()
      return
    case 'stop':
      end()
      return
    case 'request-key-frame':
      runner.requestKeyFrame()
      return
    case 'attach-socket':
      if (!socket) return
      acceptWebSocket(
        { headers: message.headers, head: Buffer.from(message.head, 'base64') },
        socket,
        (transport) => runner.attach(transport),
      )
      return
    case 'attach-port':
      if (port) attachMessagePort(port, (transport) => runner.attach(transport))
      return
    case 'attach-counter':
      runner.attachCounter()
  }
}

const report = (line: string): void => void process.stderr.write(`${line}\n`)
const take = (raw: unknown, handedOver: HandedOver): void =>
  takeMessage(raw, handedOver, { act, say, report })

if (parentPort) parentPort.on('message', ({ data, ports: [port] }) => take(data, port ? { port } : {}))
else {
  process.on('message', (message, socket) => take(message, socket ? { socket: socket as Socket } : {}))
  process.on('disconnect', end)
}
process.on('SIGTERM', end)
// A terminal's Ctrl-C reaches the whole group: the app hears it too and ends us in order.
process.on('SIGINT', () => undefined)
say({ type: 'ready' })
