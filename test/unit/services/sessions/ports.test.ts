/** Port ids by which a page gets a picture or a VNC desktop: good once, and no more than 16 wait. */
import { describe, expect, test } from 'vitest'
import type { SiteRegistry } from '../../../../src-main/services/auth/site-registry.ts'
import { ConnectionService } from '../../../../src-main/services/connection/service.ts'
import type { SessionRegistry } from '../../../../src-main/services/sessions/site-sessions.ts'
import { VncService } from '../../../../src-main/services/vnc/service.ts'
import type { Platform } from '../../../../src-main/ports/platform.ts'
import type { Socket } from 'node:net'

const platform = { secrets: { get: () => Promise.reject(new Error('none')) } } as unknown as Platform
const none = {} as SiteRegistry & SessionRegistry

/** A service to which the picture or desktop `one` was put in its map `field`; what it attached. */
function withOne(service: ConnectionService | VncService, field: string) {
  const attached: unknown[] = []
  const attach = (...values: unknown[]): boolean => attached.push(values.at(-1)) > 0
  const one = {
    snapshot: { connectionId: 'one', state: 'streaming' },
    openChannel: async () => 'channel-1',
    attachPort: attach,
    attachSocket: attach,
  }
  ;(service as unknown as Record<string, Map<string, unknown>>)[field]?.set('one', one)
  return { service, attached }
}
const upgrade = { headers: {}, head: Buffer.alloc(0) }
const socket = {} as Socket

describe.each([
  ['a picture', () => withOne(new ConnectionService(platform, none, none, () => undefined), 'connections')],
  ['a VNC desktop', () => withOne(new VncService(platform, none, () => undefined, null, none), 'desktops')],
])('%s', (_what, make) => {
  test('an id works once, by socket and by port', async () => {
    const { service, attached } = make()
    const bySocket = await service.openPort('one')
    expect([1, 2].map(() => service.attachSocket(bySocket, upgrade, socket))).toEqual([true, false])
    expect(service.attachPort(bySocket, {})).toBe(false)
    const byPort = await service.openPort('one')
    expect([1, 2].map(() => service.attachPort(byPort, {}))).toEqual([true, false])
    expect(attached.length).toBe(2)
  })

  test('the seventeenth id makes the first one useless', async () => {
    const { service } = make()
    const ids: string[] = []
    for (let count = 0; count < 17; count++) ids.push(await service.openPort('one'))
    expect(ids.map((id) => service.attachPort(id, {}))).toEqual([
      false,
      ...Array.from({ length: 16 }, () => true),
    ])
  })
})
