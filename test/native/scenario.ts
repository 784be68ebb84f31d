/**
 * One scenario with the addon in a process of its own: `node scenario.ts NAME [JSON of StreamStart]`. Prints one line
 * of JSON at its end; the tests look at it and at how the process ended (sanitizers end it with a report).
 */
import { createSocket } from 'node:dgram'
import { fstatSync, readdirSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import {
  loadNative,
  type StreamSession,
  type StreamSessionEvent,
  type StreamStart,
} from '../../src-main/protocols/native.ts'
import { decodeHeader, flagKeyFrame, messageType } from '../../src-main/shared/stream-port.ts'
import { encodeFrame, FrameReader } from '../support/relay-frames.ts'

const [name, options] = process.argv.slice(2)
const start = JSON.parse(options ?? 'null') as StreamStart
const addon = loadNative()
const events: StreamSessionEvent[] = []
let messages = 0
const collect = (globalThis as { gc?: () => void }).gc ?? (() => undefined)

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket()
  } catch {
    return false
  }
}

const create = (): StreamSession =>
  new addon.StreamSession({
    onMessage: () => void messages++,
    onEvent: (event) => void events.push(event),
  })

async function frames(session: StreamSession, count: number): Promise<void> {
  while (session.statistics().framesReceived < count) {
    if (events.some(({ type }) => type === 'terminated')) throw new Error('the stream ended')
    await delay(20)
  }
}

const scenarios: Record<string, () => Promise<object | null>> = {
  'create-and-destroy': async () => {
    for (let index = 0; index < 200; index++) {
      create()
      if (index % 20 === 0) {
        collect()
        await delay(1)
      }
    }
    return {}
  },
  endpoints: async () => {
    const count = () => ({
      threads: readdirSync('/proc/self/task').length,
      sockets: readdirSync('/proc/self/fd').filter((fd) => isSocket(Number(fd))).length,
    })
    new addon.Endpoint(() => undefined).close()
    collect()
    const before = count()
    for (let index = 0; index < 200; index++) {
      const endpoint = new addon.Endpoint(() => undefined)
      endpoint.expect({ pingPayload: 'A1B2C3D4E5F60718' })
      endpoint.close()
    }
    const more = () => {
      const now = count()
      return {
        threads: Math.max(0, now.threads - before.threads),
        sockets: Math.max(0, now.sockets - before.sockets),
      }
    }
    for (let turn = 0; turn < 100 && more().threads + more().sockets > 0; turn++) {
      collect()
      await delay(20)
    }
    return more()
  },
  /** Datagrams both ways through an endpoint, until every byte is acknowledged. */
  'endpoint-traffic': async () => {
    const reader = new FrameReader()
    let acknowledged = 0
    let passedOn = 0
    const endpoint = new addon.Endpoint((chunk) => {
      for (const { type, payload } of reader.read(chunk)) {
        if (type === 'ack') acknowledged = Number(payload.readBigUInt64LE())
        else passedOn++
      }
    })
    const secret = 'A1B2C3D4E5F60718'
    endpoint.expect({ pingPayload: secret })
    const library = createSocket('udp4')
    const say = (): void => library.send(secret, endpoint.ports().video, '127.0.0.1')
    say()
    while (passedOn === 0) await delay(1)
    const datagram = encodeFrame('datagram', Buffer.alloc(1000))
    let sent = 0
    for (let turn = 0; turn < 50; turn++) {
      for (let index = 0; index < 40; index++, sent += 1000) endpoint.receive(datagram)
      endpoint.statistics()
      say()
      await delay(1)
    }
    while (acknowledged < sent) await delay(1)
    endpoint.close()
    library.close()
    return { unacknowledged: sent - acknowledged }
  },
  stream: async () => {
    const session = create()
    const code = await session.start(start)
    await frames(session, 20)
    const before = session.statistics()
    await session.stop()
    return { code, messages, framesReceived: before.framesReceived, keyFrames: before.keyFrames }
  },
  /** JavaScript is busy until pictures are dropped; then it looks at what waited, and at what comes after the gap. */
  stall: async () => {
    const seen: { number: number; keyFrame: boolean }[] = []
    const session = new addon.StreamSession({
      onMessage: (bytes) => {
        const header = decodeHeader(bytes)
        if (typeof header === 'string') throw new Error(header)
        if (header.type === messageType.video)
          seen.push({ number: header.frameNumber, keyFrame: (header.flags & flagKeyFrame) !== 0 })
      },
      onEvent: (event) => void events.push(event),
    })
    const code = await session.start(start)
    await frames(session, 5)
    const clock = new Int32Array(new SharedArrayBuffer(4))
    const enough = session.statistics().framesReceived + 60
    const before = seen.length
    while (session.statistics().framesReceived < enough && session.statistics().framesDropped < 5)
      Atomics.wait(clock, 0, 0, 10)
    const { framesReceived, framesDropped } = session.statistics()
    const later = (): typeof seen => seen.slice(before)
    const gap = (): number =>
      later().findIndex(({ number }, at) => at > 0 && number !== later()[at - 1]!.number + 1)
    // No client asks for a key frame here.
    while (gap() < 0 && session.statistics().framesReceived < framesReceived + 60) await delay(10)
    await session.stop()
    const at = gap()
    return {
      code,
      framesDropped,
      waited: at < 0 ? later().length : at,
      afterGap: at < 0 ? null : later()[at],
    }
  },
  /** JavaScript is busy while much sound comes and few pictures; then it looks at what waited. */
  sound: async () => {
    const seen: number[] = []
    const session = new addon.StreamSession({
      onMessage: (bytes) => void seen.push(bytes[1] ?? 0),
      onEvent: (event) => void events.push(event),
    })
    const code = await session.start(start)
    await frames(session, 5)
    // The library passes over the first half second of sound.
    while (session.statistics().audioPackets === 0) await delay(10)
    const clock = new Int32Array(new SharedArrayBuffer(4))
    const before = session.statistics()
    const waiting = seen.length
    const packets = (): number => session.statistics().audioPackets - before.audioPackets
    while (packets() < 64) Atomics.wait(clock, 0, 0, 10)
    const { framesDropped, framesReceived } = session.statistics()
    await delay(0)
    const waited = seen.slice(waiting)
    await session.stop()
    return {
      code,
      // More pictures than the queue holds are lost in any case.
      lostToSound: Math.max(0, framesDropped - Math.max(0, framesReceived - before.framesReceived - 32)),
      kinds: [...new Set(waited)],
    }
  },
  'stop-while-connecting': async () => {
    // A host that takes the connection and says nothing: it cannot be done before the stop. The library would read on for
    // 15 s (RTSP_RECEIVE_TIMEOUT_SEC of its RtspConnection.c): the host breaks off.
    const taken = Promise.withResolvers<Socket>()
    const silent = createServer(taken.resolve)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const session = create()
    const started = session.start({ ...start, rtspSessionUrl: `rtsp://127.0.0.1:${port}` })
    const socket = await taken.promise
    const stopped = session.stop()
    await delay(50)
    socket.destroy()
    await stopped
    silent.close()
    return { interrupted: (await started) !== 0 }
  },
  'forget-while-streaming': async () => {
    await (async () => {
      const session = create()
      await session.start(start)
      await frames(session, 5)
    })()
    for (let index = 0; index < 5; index++) {
      collect()
      await delay(20)
    }
    return {}
  },
  'exit-while-streaming': async () => {
    const session = create()
    await session.start(start)
    await frames(session, 5)
    process.stdout.write(`${JSON.stringify({ framesReceived: session.statistics().framesReceived })}\n`)
    process.exit(0)
  },
  'end-of-the-loop-while-connecting': async () => {
    void create().start(start)
    return null
  },
}

const scenario = scenarios[name ?? '']
if (!scenario) throw new Error(`no scenario ${name}`)
const result = await scenario()
if (result) process.stdout.write(`${JSON.stringify(result)}\n`)
