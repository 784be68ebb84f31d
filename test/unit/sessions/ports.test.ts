/** Port ids by which a page gets a picture: good once, and no more than 16 wait. */
import { expect, test } from 'vitest'
import type { AuthServices } from '../../../src-main/services/auth/index.ts'
import { ConnectionService } from '../../../src-main/services/connection/index.ts'
import type { SessionRegistry } from '../../../src-main/services/sessions/site-sessions.ts'
import type { Platform } from '../../../src-main/ports/platform.ts'
import type { Socket } from 'node:net'

function streaming() {
  const attached: unknown[] = []
  const platform = { secrets: { get: () => Promise.reject(new Error('none')) } } as unknown as Platform
  const service = new ConnectionService(platform, {} as AuthServices, {} as SessionRegistry, () => undefined)
  const connection = {
    snapshot: { connectionId: 'one', state: 'streaming' },
    attachPort: (port: object) => attached.push(port) > 0,
    attachSocket: (_upgrade: object, socket: object) => attached.push(socket) > 0,
  }
  ;(service as unknown as { connections: Map<string, unknown> }).connections.set('one', connection)
  return { service, attached }
}
const upgrade = { headers: {}, head: Buffer.alloc(0) }
const socket = {} as Socket

test('an id works once, by socket and by port', () => {
  const { service, attached } = streaming()
  const bySocket = service.openPort('one')
  expect([1, 2].map(() => service.attachSocket(bySocket, upgrade, socket))).toEqual([true, false])
  expect(service.attachPort(bySocket, {})).toBe(false)
  const byPort = service.openPort('one')
  expect([1, 2].map(() => service.attachPort(byPort, {}))).toEqual([true, false])
  expect(attached.length).toBe(2)
})

test('the seventeenth id makes the first one useless', () => {
  const { service } = streaming()
  const ids = Array.from({ length: 17 }, () => service.openPort('one'))
  expect(ids.map((id) => service.attachPort(id, {}))).toEqual([
    false,
    ...Array.from({ length: 16 }, () => true),
  ])
})
