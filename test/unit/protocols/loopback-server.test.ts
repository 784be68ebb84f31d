/** A port of loopback: who is let in, how many of whom, and how long. */
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createLoopbackServer, type LoopbackServer } from '../../../src-main/protocols/loopback-server.ts'
import { findOwner, ownerOf, type SocketOwner } from '../../../src-main/protocols/socket-owner.ts'

const bounds = { maximum: 6, maximumUnknown: 3, unprovedMs: 60_000 }
afterEach(() => vi.useRealTimers())

interface Opened {
  loopback: LoopbackServer
  /** Those that were let in, in their order. */
  admitted: Socket[]
  open: () => Socket
}

async function start(
  look: () => SocketOwner | Promise<SocketOwner>,
  more: Partial<typeof bounds> = {},
): Promise<Opened> {
  const admitted: Socket[] = []
  const loopback = createLoopbackServer(
    { ...bounds, ...more },
    (socket) => {
      admitted.push(socket)
      socket.on('end', () => socket.end())
    },
    async () => look(),
  )
  const { server } = loopback
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sockets: Socket[] = []
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await loopback.close()
  })
  return {
    loopback,
    admitted,
    open: () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      sockets.push(socket)
      return socket
    },
  }
}
const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()))

describe('who is let in', () => {
  test('somebody else’s connections are ended unread, and take no other’s place', async () => {
    let owner: SocketOwner = 'other'
    const { admitted, open } = await start(() => owner)
    await Promise.all(
      Array.from({ length: 200 }, () => {
        const socket = open()
        socket.write('POST / HTTP/1.1\r\n\r\n')
        return ended(socket)
      }),
    )
    expect(admitted).toEqual([])
    owner = 'own'
    for (let time = 0; time < bounds.maximum; time++) open()
    await expect.poll(() => admitted.length).toBe(bounds.maximum)
  })

  test('what was sent before it was known whose it is arrives whole', async () => {
    const known = Promise.withResolvers<SocketOwner>()
    const { admitted, open } = await start(() => known.promise)
    const socket = open()
    await new Promise<void>((resolve) => socket.write('first', () => resolve()))
    known.resolve('own')
    await expect.poll(() => admitted.length).toBe(1)
    let text = ''
    admitted[0]!.on('data', (data) => (text += String(data)))
    socket.write(' and last')
    await expect.poll(() => text).toBe('first and last')
  })

  test('of a system that does not show whose they are the newest stay; what is proved stays', async () => {
    const { loopback, admitted, open } = await start(() => 'unknown')
    const first = open()
    await expect.poll(() => admitted.length).toBe(1)
    loopback.prove(admitted[0]!)
    const idle: Socket[] = []
    for (let time = 0; time < 40; time++) {
      idle.push(open())
      await expect.poll(() => admitted.length).toBe(time + 2)
    }
    await expect.poll(() => idle.filter(({ closed }) => !closed).length).toBe(bounds.maximumUnknown)
    expect(idle.slice(0, -bounds.maximumUnknown).every(({ closed }) => closed)).toBe(true)
    expect(first.closed).toBe(false)
  })
})

describe('how many, and how long', () => {
  test('no more at a time than there may be; one that goes makes room', async () => {
    const { admitted, open } = await start(() => 'own')
    const sockets = Array.from({ length: bounds.maximum }, open)
    await expect.poll(() => admitted.length).toBe(bounds.maximum)
    await ended(open())
    sockets[0]!.destroy()
    await expect.poll(() => admitted.some(({ closed }) => closed)).toBe(true)
    open()
    await expect.poll(() => admitted.length).toBe(bounds.maximum + 1)
  })

  test('one that proves nothing ends; one that was handed on is not touched', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { loopback, admitted, open } = await start(() => 'own')
    const [idle, proved, released] = [open(), open(), open()]
    // No look at the clock, which is paused.
    while (admitted.length < 3) await new Promise((resolve) => setImmediate(resolve))
    const of = (socket: Socket): Socket => admitted.find(({ remotePort }) => remotePort === socket.localPort)!
    loopback.prove(of(proved))
    loopback.release(of(released))
    await vi.advanceTimersByTimeAsync(bounds.unprovedMs - 1)
    expect(of(idle).destroyed).toBe(false)
    const [first, second, third] = [of(idle), of(proved), of(released)]
    await vi.advanceTimersByTimeAsync(1)
    expect([first, second, third].map(({ destroyed }) => destroyed)).toEqual([true, false, false])
    vi.useRealTimers()
    void loopback.close()
    expect([second, third].map(({ destroyed }) => destroyed)).toEqual([true, false])
    third.destroy()
  })
})

describe.runIf(process.platform === 'linux')('the kernel’s table', () => {
  test('this process is its own user', async () => {
    const { admitted, open } = await start(() => 'own')
    open()
    await expect.poll(() => admitted.length).toBe(1)
    expect(await ownerOf(admitted[0]!)).toBe('own')
    const gone = { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: 2 }
    expect(await Promise.all([ownerOf(gone), ownerOf(admitted[0]!)])).toEqual(['other', 'own'])
  })

  const row = (local: string, remote: string, uid: number, inode: number): string =>
    `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const ends = {
    localAddress: '127.0.0.1',
    localPort: 0x1f90,
    remoteAddress: '127.0.0.1',
    remotePort: 0xc001,
  }
  const mine = row('0100007F:C001', '0100007F:1F90', 1000, 77)
  const theirs = row('0100007F:1F90', '0100007F:C001', 0, 78)
  test.each<[string, { tcp?: string; tcp6?: string }, typeof ends, 'own' | 'other' | null]>([
    ['the far end’s row counts, not our own', { tcp: theirs + mine }, ends, 'own'],
    ['our own row alone', { tcp: theirs }, ends, null],
    ['another user', { tcp: row('0100007F:C001', '0100007F:1F90', 1001, 77) }, ends, 'other'],
    ['a socket without an owner', { tcp: row('0100007F:C001', '0100007F:1F90', 1000, 0) }, ends, 'other'],
    ['a row that is cut off', { tcp: mine.slice(0, 60) }, ends, 'other'],
    [
      'IPv4 from a socket of IPv6',
      {
        tcp6: row('0000000000000000FFFF00000100007F:C001', '0000000000000000FFFF00000100007F:1F90', 1000, 77),
      },
      { ...ends, remoteAddress: '::ffff:127.0.0.1' },
      'own',
    ],
    [
      'IPv6',
      {
        tcp6: row('00000000000000000000000001000000:C001', '00000000000000000000000001000000:1F90', 1000, 77),
      },
      { ...ends, localAddress: '::1', remoteAddress: '::1' },
      'own',
    ],
    [
      'another address of loopback',
      { tcp: row('0100007F:C001', '04030B7F:1F90', 1000, 77) },
      { ...ends, localAddress: '127.11.3.4' },
      'own',
    ],
    ['an address that is not loopback’s', { tcp: mine }, { ...ends, remoteAddress: '10.0.0.1' }, 'other'],
  ])('%s', (_what, { tcp = '', tcp6 = '' }, of, owner) => {
    expect(findOwner(of, { tcp: head + tcp, tcp6: head + tcp6 }, 1000)).toBe(owner)
  })
})
