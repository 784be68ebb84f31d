/** A MessagePort of Node.js as Electron's: what it received comes wrapped in an event; Node's hands the value over. */
import type { MessagePort } from 'node:worker_threads'
import type { PortLike } from '../../src-main/protocols/handed-over.ts'

export const electronLikePort = (port: MessagePort): PortLike => ({
  postMessage: (message) => port.postMessage(message),
  on: (event: 'message' | 'close', listener: never) =>
    event === 'message'
      ? port.on('message', (data: unknown) => (listener as (event: { data: unknown }) => void)({ data }))
      : port.on('close', listener),
  start: () => port.start(),
  close: () => port.close(),
})
