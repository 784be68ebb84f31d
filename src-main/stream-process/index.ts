/** Entry of a stream process: messages of the app in, one stream, exit at its end or with the app. */
import type { Socket } from 'node:net'
import type { ParentPort } from '../protocols/handed-over.ts'
import { loadNative } from '../protocols/native.ts'
import { acceptWebSocket } from './web-socket-transport.ts'
import { attachMessagePort } from './electron-port.ts'
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

function onMessage(message: ToStreamProcess, socket?: Socket): void {
  switch (message.type) {
    case 'start':
      void runner.start(message.start)
      return
    case 'stop':
      end()
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
      return
    case 'attach-counter':
      runner.attachCounter()
      return
    case 'input':
      runner.sendInput(Buffer.from(message.payload, 'base64'))
  }
}

if (parentPort) {
  parentPort.on('message', (event) => {
    const message = event.data as ToStreamProcess
    const port = event.ports[0]
    if (message.type === 'attach-port' && port)
      attachMessagePort(port, (transport) => runner.attach(transport))
    else onMessage(message)
  })
} else {
  process.on('message', (message, socket) =>
    onMessage(message as ToStreamProcess, socket as Socket | undefined),
  )
  process.on('disconnect', end)
}
process.on('SIGTERM', end)
// A terminal's Ctrl-C reaches the whole group: the app hears it too and ends us in order.
process.on('SIGINT', () => undefined)
say({ type: 'ready' })
