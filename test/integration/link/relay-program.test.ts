/** The relay alone: what it makes of its input, and how it treats a slow reader. */
import { createSocket, type Socket } from 'node:dgram'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket as TcpSocket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  encodeAck,
  encodeFrame,
  encodeStart,
  startPadding,
  type StartOptions,
} from '../../support/relay-frames.ts'
import { relayProgram, startRelayProgram, type RelayProgram } from './relay-program.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function relay(options?: { listen?: boolean }): RelayProgram {
  const program = startRelayProgram(options)
  ends.push(() => program.kill())
  return program
}

/** A UDP port of the "host" that knows where the relay sends from once it has sent something. */
async function hostPort(): Promise<{ port: number; socket: Socket; relayPort(): Promise<number> }> {
  const socket = createSocket('udp4')
  ends.push(() => socket.close())
  let from: number | null = null
  socket.on('message', (_data, sender) => (from = sender.port))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    port: socket.address().port,
    socket,
    relayPort: () => vi.waitUntil(() => from, { timeout: 30_000, message: 'the relay sent' }),
  }
}

/** One clear video datagram as a host sends it (moonlight-common-c Video.h). */
function shard(frame: number, index: number, dataShards: number, size = 1000): Buffer {
  const datagram = Buffer.alloc(size, 'v')
  datagram.fill(0, 0, 32)
  datagram[0] = 0x90
  datagram.writeUInt32LE(frame, 20)
  datagram.writeUInt32LE(((index << 12) | (dataShards << 22)) >>> 0, 28)
  return datagram
}

const bound = 64 * 1024
const shardsPerFrame = 8
const ping = encodeFrame('ping', Buffer.alloc(8, 1))
const openFrame = (port: number, stream = 1): Buffer => {
  const payload = Buffer.alloc(2)
  payload.writeUInt16LE(port)
  return encodeFrame('open', payload, { stream })
}
/** Why a stream was refused. */
const refusal = async (program: RelayProgram, stream: number): Promise<string> =>
  String((await program.frame('refused', (frame) => frame.stream === stream)).payload)

describe('a relay', () => {
  test('says its version and build at once, and ends with its input', async () => {
    const program = relay()
    const { payload } = await program.frame('hello')
    expect({ version: payload.readUInt16LE(0), build: payload.subarray(2).toString() }).toEqual({
      version: 2,
      build: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    })
    program.child.stdin?.end()
    expect(await program.exited).toEqual({ code: 0, signal: null })
  })

  test('takes its input in any portions', async () => {
    const program = relay()
    const bytes = Buffer.concat([encodeStart({ maximumUnacknowledged: bound }), ping])
    for (const byte of bytes) program.send(Buffer.from([byte]))
    await program.frame('started')
    expect((await program.frame('pong')).payload.subarray(0, 8)).toEqual(Buffer.alloc(8, 1))
  })

  test('connects to the ports of START alone: others are refused without a look, whatever listens there', async () => {
    let visits = 0
    const server = await tcpServer((socket) => socket.end('hello'))
    const secret = await tcpServer((socket) => {
      visits++
      socket.end('secret')
    })
    const [port, other] = [server, secret].map((each) => (each.address() as AddressInfo).port) as [
      number,
      number,
    ]
    const program = relay()
    const options = { http: port, video: other, control: other, audio: other }
    program.send(encodeStart({ maximumUnacknowledged: bound, ...options }))
    program.send(
      openFrame(port, 1),
      openFrame(other, 2),
      openFrame(0, 3),
      encodeFrame('open', Buffer.alloc(1), { stream: 4 }),
      encodeFrame('open', Buffer.concat([openFrame(port).subarray(8), Buffer.alloc(1)]), { stream: 5 }),
      // Without a listener, and one of START's.
      openFrame(9, 6),
    )
    expect((await program.frame('data', ({ stream }) => stream === 1)).payload.toString()).toBe('hello')
    for (const stream of [2, 3, 4, 5]) expect(await refusal(program, stream)).toBe('not allowed')
    expect(await refusal(program, 6)).toBe('connection refused')
    expect(visits).toBe(0)
  })

  test('keeps 64 streams at a time, each under a number of its own; one that ends makes room', async () => {
    const server = await tcpServer((socket) => socket.on('error', () => undefined))
    const { port } = server.address() as AddressInfo
    const program = relay()
    program.send(encodeStart({ maximumUnacknowledged: bound, http: port }))
    for (let stream = 1; stream <= 65; stream++) program.send(openFrame(port, stream))
    expect(await refusal(program, 65)).toBe('not allowed')
    for (const stream of [1, 64]) await program.frame('opened', (frame) => frame.stream === stream)
    expect(program.frames.filter(({ type }) => type === 'refused')).toHaveLength(1)
    program.send(encodeFrame('reset', undefined, { stream: 7 }), openFrame(port, 7), openFrame(port, 8))
    expect(await refusal(program, 8)).toBe('not allowed')
    const again = (): number =>
      program.frames.filter(({ type, stream }) => type === 'opened' && stream === 7).length
    await vi.waitUntil(() => again() === 2, { timeout: 30_000, message: '7 is open again' })
  })

  test('refuses a number that is in use; the stream that has it continues', async () => {
    const server = await tcpServer((socket) => socket.on('data', () => socket.end('mine')))
    const { port } = server.address() as AddressInfo
    const program = relay()
    program.send(encodeStart({ maximumUnacknowledged: bound, http: port }), openFrame(port, 5))
    await program.frame('opened')
    program.send(openFrame(port, 5))
    expect(await refusal(program, 5)).toBe('not allowed')
    program.send(encodeFrame('data', Buffer.from('x'), { stream: 5 }))
    expect((await program.frame('data')).payload.toString()).toBe('mine')
    expect(program.frames.filter(({ type }) => type === 'opened')).toHaveLength(1)
  })

  test('resets a stream whose far end takes nothing before it holds more than a megabyte of it', async () => {
    const server = await tcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.pause()
    })
    const { port } = server.address() as AddressInfo
    const program = relay()
    program.send(encodeStart({ maximumUnacknowledged: bound, http: port }), openFrame(port))
    await program.frame('opened')
    const before = program.memory()
    // Far more than the system's own buffers between the two take.
    const piece = encodeFrame('data', Buffer.alloc(32 * 1024), { stream: 1 })
    const pieces = Buffer.concat(Array.from({ length: 32 }, () => piece))
    for (let megabyte = 0; megabyte < 24; megabyte++) program.send(pieces)
    await program.frame('reset', ({ stream }) => stream === 1)
    program.send(ping)
    await program.frame('pong')
    expect(program.memory() - before).toBeLessThan(8 << 20)
  })

  test('keeps nothing of connections that are over', async () => {
    const server = await tcpServer((socket) => socket.end('hello'))
    const { port } = server.address() as AddressInfo
    const program = relay()
    program.send(encodeStart({ maximumUnacknowledged: bound, http: port }), ping)
    await program.frame('pong')
    const descriptors = (): number => readdirSync(`/proc/${program.child.pid}/fd`).length
    const before = descriptors()
    // More than may be open at a time, one after the other.
    for (let stream = 1; stream <= 70; stream++) {
      program.send(openFrame(port, stream))
      await program.frame('fin', (frame) => frame.stream === stream)
      program.send(encodeFrame('fin', undefined, { stream }))
    }
    expect(program.frames.filter(({ type }) => type === 'opened')).toHaveLength(70)
    await vi.waitUntil(() => descriptors() === before, {
      timeout: 30_000,
      message: 'their sockets are closed',
    })
  })

  test('passes bytes on to a host that has nothing more to say', async () => {
    const got = Promise.withResolvers<string>()
    const server = await tcpServer(
      (socket) => {
        let text = ''
        socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
        socket.on('end', () => got.resolve(text))
        socket.end()
      },
      { allowHalfOpen: true },
    )
    const { port } = server.address() as AddressInfo
    const program = relay()
    program.send(encodeStart({ maximumUnacknowledged: bound, http: port }), openFrame(port))
    await program.frame('fin')
    program.send(
      encodeFrame('data', Buffer.from('still here'), { stream: 1 }),
      encodeFrame('fin', undefined, { stream: 1 }),
    )
    expect(await got.promise).toBe('still here')
  })

  test('takes its input while its output is not read, and holds the host back meanwhile', async () => {
    let written = 0
    const got = Promise.withResolvers<void>()
    const server = await tcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => got.resolve())
      const chunk = Buffer.alloc(64 * 1024)
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length
        socket.once('drain', more)
      }
      more()
    })
    const { port } = server.address() as AddressInfo
    const program = relay({ listen: false })
    program.send(encodeStart({ maximumUnacknowledged: bound, http: port }), openFrame(port))
    await vi.waitUntil(
      async () => {
        const before = written
        await new Promise((resolve) => setTimeout(resolve, 300))
        return written > 0 && written === before
      },
      { timeout: 30_000, message: 'the host is held back' },
    )
    expect(written).toBeLessThan(16 << 20)
    expect(program.memory()).toBeLessThan(16 << 20)
    program.send(encodeFrame('data', Buffer.from('x'), { stream: 1 }))
    await got.promise
  })

  test('ends when its output has no reader any more', async () => {
    const program = relay()
    await program.frame('hello')
    program.child.stdout?.destroy()
    program.send(ping)
    expect(await program.exited).toEqual({ code: 0, signal: null })
  })

  test('that is started by hand says what it is and does nothing', () => {
    const { status, stderr, stdout } = spawnSync(relayProgram, ['--help'], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' })
    expect(stderr).toContain('started by Vizlink over SSH')
  })

  test('takes datagrams of the host’s own port alone', async () => {
    const video = await hostPort()
    const stranger = await hostPort()
    const program = relay()
    program.send(encodeStart({ maximumUnacknowledged: bound, control: video.port }))
    program.send(encodeFrame('datagram', Buffer.from('hi'), { flow: 1 }))
    const target = await video.relayPort()
    stranger.socket.send('from a stranger', target, '127.0.0.1')
    video.socket.send('from the host', target, '127.0.0.1')
    await program.frame('datagram')
    expect(
      program.frames.filter(({ type }) => type === 'datagram').map(({ payload }) => String(payload)),
    ).toEqual(['from the host'])
  })
})

async function tcpServer(
  onConnection: (socket: TcpSocket) => void,
  { allowHalfOpen = false } = {},
): Promise<Server> {
  const sockets = new Set<TcpSocket>()
  const server = createServer({ allowHalfOpen }, (socket) => {
    sockets.add(socket)
    onConnection(socket)
  })
  ends.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

describe('without acknowledgements', () => {
  async function video(
    ports: Partial<StartOptions> = {},
  ): Promise<{ program: RelayProgram; send: (frame: number) => void }> {
    const host = await hostPort()
    const program = relay()
    program.send(encodeStart({ maximumUnacknowledged: bound, video: host.port, ...ports }))
    program.send(encodeFrame('datagram', Buffer.from('PING'), { flow: 0 }))
    const target = await host.relayPort()
    return {
      program,
      send(frame) {
        for (let index = 0; index < shardsPerFrame; index++)
          host.socket.send(shard(frame, index, shardsPerFrame), target, '127.0.0.1')
      },
    }
  }
  const videoFrames = (program: RelayProgram): number[] =>
    program.frames.filter(({ type }) => type === 'datagram').map(({ payload }) => payload.readUInt32LE(20))
  let clock = 0
  /** Bytes of video under way, and waiting in the relay. */
  const figures = async (program: RelayProgram): Promise<[number, number]> => {
    const mine = Buffer.alloc(8)
    mine.writeUInt32LE(++clock)
    program.send(encodeFrame('ping', mine))
    const { payload } = await program.frame('pong', (frame) => frame.payload.subarray(0, 8).equals(mine))
    return [payload.readUInt32LE(8), payload.readUInt32LE(12)]
  }

  test('video under way stays bounded, whole frames are dropped, and later ones pass whole', async () => {
    const { program, send } = await video()
    let frame = 0
    // One frame at a time, so that the kernel drops nothing on this side.
    const sendOne = async (): Promise<void> => {
      send(++frame)
      await figures(program)
    }
    const dropped = (): number =>
      program.frames.findLast(({ type }) => type === 'dropped')?.payload.readUInt32LE(0) ?? 0
    while (dropped() < 20 && frame < 500) await sendOne()
    expect(dropped()).toBe(20)
    const [underWay, waiting] = await figures(program)
    expect(underWay).toBeLessThan(bound + 1000)
    expect(underWay + waiting).toBeLessThan(2 * bound + shardsPerFrame * 1000)
    expect(videoFrames(program).length * 1000 + startPadding).toBe(underWay)

    // The reader comes back: everything that waits passes, then new frames do.
    const acknowledge = (): void => program.send(encodeAck(startPadding + videoFrames(program).length * 1000))
    const last = frame + 10
    while (frame < last) {
      acknowledge()
      await sendOne()
    }
    await vi.waitUntil(
      () => {
        acknowledge()
        return videoFrames(program).filter((number) => number === last).length === shardsPerFrame
      },
      { timeout: 30_000, message: 'the last frame arrived whole' },
    )
    const seen = videoFrames(program)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const counts = Map.groupBy(seen, (number) => number)
    expect([...counts.values()].every((shards) => shards.length === shardsPerFrame)).toBe(true)
    expect(counts.size + dropped()).toBe(last)
  })

  test('what control and TCP carry passes all the same', async () => {
    const control = await hostPort()
    const server = await tcpServer((socket) => socket.end('hello'))
    const { port } = server.address() as AddressInfo
    const { program, send } = await video({ control: control.port, http: port })
    program.send(encodeFrame('datagram', Buffer.from('connect'), { flow: 1 }))
    const target = await control.relayPort()
    for (let frame = 1; (await figures(program))[1] === 0; frame++) send(frame)
    control.socket.send('control', target, '127.0.0.1')
    expect(String((await program.frame('datagram', ({ flow }) => flow === 1)).payload)).toBe('control')
    program.send(openFrame(port))
    expect(String((await program.frame('data')).payload)).toBe('hello')
  })
})
