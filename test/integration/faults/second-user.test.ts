/**
 * Another user of the same computer against what a client with a running stream opens there: every port that the kernel shows, the
 * sockets in the link's folder. Left out where the tests do not run as root.
 */
import { createSocket } from 'node:dgram'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { linkSockets } from '../../support/link-sockets.ts'
import { portsOf, type ReachablePort } from '../../support/listening-ports.ts'
import { descendantsOf } from '../../support/process-table.ts'
import { besiege, noSecondUser } from '../../support/second-user.ts'
import type { TestDesktop } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

describe.skipIf(noSecondUser)('a second user of this computer', () => {
  let here: TestSite
  let connection: TestDesktop
  beforeAll(async () => {
    here = await startTestSite()
    connection = await here.client.connect()
    await connection.streaming()
  })
  afterAll(async () => {
    await connection?.leave('END').catch(() => undefined)
    await here?.dispose()
  })

  /** What the link and stream processes have open. */
  const ports = (): ReachablePort[] =>
    portsOf(
      descendantsOf(process.pid)
        .filter(({ argv }) => argv.some((word) => /(link|stream)-process/.test(word)))
        .map(({ pid }) => pid),
    )

  test('there is one TCP port, which is RTSP’s, and the datagrams’ six; all of them on loopback', () => {
    const found = ports()
    expect(found.filter(({ protocol }) => protocol === 'tcp')).toHaveLength(1)
    expect(found.filter(({ protocol }) => protocol === 'udp')).toHaveLength(6)
    expect(found.every(({ address }) => address === '127.0.0.1')).toBe(true)
    expect(['http', 'https', 'web'].map((purpose) => linkSockets(purpose).length)).toEqual([1, 1, 1])
  })

  test('gets no byte, keeps no connection, and keeps no other out: the owner’s next stream starts meanwhile', async () => {
    const tcp = ports().filter(({ protocol }) => protocol === 'tcp')
    const ways = tcp.map(({ address, port }) => ({ host: address, port }))
    const paths = ['http', 'https', 'web'].flatMap(linkSockets)
    await using eve = besiege(ways, paths, 200)
    const first = await eve.next()
    expect(first.got).toBe('')
    expect(first.errors.every((code) => ['EACCES', 'ECONNRESET', 'EPIPE'].includes(code))).toBe(true)
    expect(first.errors).toContain('EACCES')
    await vi.waitUntil(
      async () => {
        const { opened, ended, got } = await eve.next()
        expect(got).toBe('')
        // Those of the folder never opened.
        return opened >= 200 && ended >= opened
      },
      { timeout: 30_000, message: 'all 201 were ended' },
    )
    // The same login and tunnel: the library goes through the besieged port again.
    for (const { argv, pid } of descendantsOf(process.pid))
      if (argv.some((word) => word.includes('stream-process'))) process.kill(pid, 'SIGKILL')
    await connection.until(({ state }) => state === 'reconnecting')
    await connection.streaming()
  })

  test('datagrams to every port reach nothing: frames continue, no reconnection', async () => {
    await connection.streaming()
    const before = connection.snapshot.stream?.framesReceived ?? 0
    const states = connection.states.length
    const stranger = createSocket('udp4')
    const udp = await vi.waitUntil(
      () => {
        const found = ports().filter(({ protocol }) => protocol === 'udp')
        return found.length === 6 ? found : null
      },
      { timeout: 30_000, message: 'the ports of the link before are closed' },
    )
    // ENet's DISCONNECT for a client's only peer, in each of its four sessions.
    const disconnect = (session: number): Buffer =>
      Buffer.from([session << 4, 0, 0x44, 0xff, 0, 0, 0, 0, 0, 0])
    for (let round = 0; round < 20; round++) {
      for (const { port } of udp) {
        for (let session = 0; session < 4; session++) stranger.send(disconnect(session), port, '127.0.0.1')
        stranger.send(Buffer.alloc(1408, 0x90), port, '127.0.0.1')
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    stranger.close()
    await connection.until(({ stream }) => (stream?.framesReceived ?? 0) > before + 30)
    expect(connection.states.slice(states)).toEqual([])
    expect(connection.snapshot.stream?.framesDropped).toBe(0)
  })
})
