/**
 * What the endpoint costs, and how long a datagram takes through it: pictures at a steady pace from the channel to a socket in
 * another process, as the library has one. `--against FILE` measures another build of the addon (or `node:dgram` in place of one) in
 * turn with ours, and gives the ratios. `--seconds N` for each measurement (default 5), `--rounds N` of each (default 3).
 */
import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { nativeFile, type Endpoint, type NativeAddon } from '../../src-main/protocols/native.ts'
import { encodeFrame, FrameReader } from '../../test/support/relay-frames.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    against: { type: 'string' },
    child: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const payload = 'A1B2C3D4E5F60718'
/** 60 pictures a second of 28 datagrams: 19 Mbit/s. */
const picturesPerSecond = 60
const datagramsOfPicture = 28
const datagramSize = 1400

/** The library's end, in a process of its own: notes how old each datagram is, and sends as many as it is asked for. */
function receive(): void {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
  let ages: number[] = []
  socket.on('message', (bytes) => ages.push(Number(process.hrtime.bigint() - bytes.readBigUInt64LE(0)) / 1e6))
  process.on('message', (message: { connect?: number; report?: boolean }) => {
    if (message.connect) socket.send(payload, message.connect, '127.0.0.1')
    if (message.report) {
      process.send?.(ages)
      ages = []
    }
  })
  process.on('disconnect', () => process.exit(0))
  socket.bind(0, '127.0.0.1', () => process.send?.('ready'))
}

/** The endpoint as it would be without native code: the thread of JavaScript reads and writes the sockets. */
class DgramEndpoint {
  private readonly socket = createSocket({ type: 'udp4', sendBufferSize: 4 << 20 })
  private readonly reader = new FrameReader()
  private target = 0
  private handedOn = 0
  readonly ready = new Promise<void>((resolve) => this.socket.bind(0, '127.0.0.1', resolve))

  constructor(onSend: (chunk: Buffer) => void) {
    this.socket.on('message', (bytes, { port }) => {
      this.target = port
      onSend(encodeFrame('datagram', bytes))
    })
  }
  receive(chunk: Buffer): void {
    for (const { payload: bytes } of this.reader.read(chunk)) {
      if (this.target) this.socket.send(bytes, this.target, '127.0.0.1')
      this.handedOn += bytes.length
    }
  }
  ports = (): { video: number } => ({ video: this.socket.address().port })
  close = (): void => void this.socket.close()
}

interface Figures {
  cpuMicrosecondsPerDatagram: number
  lost: number
  ageP50Ms: number
  ageP99Ms: number
}

async function measure(file: string, busy: boolean): Promise<Figures> {
  const child = fork(import.meta.filename, ['--child'])
  await new Promise((resolve) => child.once('message', resolve))
  const latched = Promise.withResolvers<void>()
  const onSend = (): void => latched.resolve()
  let endpoint: Pick<Endpoint, 'close'> & { receive(chunk: Buffer): unknown; ports(): { video: number } }
  if (file === 'node:dgram') {
    const own = new DgramEndpoint(onSend)
    await own.ready
    endpoint = own
  } else {
    const addon = createRequire(import.meta.url)(file) as NativeAddon
    const own = new addon.Endpoint(onSend)
    own.expect({ pingPayload: payload })
    endpoint = own
  }
  child.send({ connect: endpoint.ports().video })
  await latched.promise
  const clock = new Int32Array(new SharedArrayBuffer(4))
  const started = performance.now()
  const before = process.cpuUsage()
  let sent = 0
  for (let picture = 0; picture < seconds * picturesPerSecond; picture++) {
    await delay(Math.max(0, started + (picture * 1000) / picturesPerSecond - performance.now()))
    const frames = Array.from({ length: datagramsOfPicture }, () => {
      const bytes = Buffer.alloc(datagramSize)
      bytes.writeBigUInt64LE(process.hrtime.bigint())
      return encodeFrame('datagram', bytes)
    })
    endpoint.receive(Buffer.concat(frames))
    sent += datagramsOfPicture
    // As where it decrypts what comes, or collects garbage.
    if (busy) Atomics.wait(clock, 0, 0, 10)
  }
  const { user, system } = process.cpuUsage(before)
  await delay(200)
  const answer = new Promise<number[]>((resolve) =>
    child.once('message', (ages) => resolve(ages as number[])),
  )
  child.send({ report: true })
  const ages = (await answer).toSorted((a, b) => a - b)
  endpoint.close()
  child.disconnect()
  const at = (share: number): number => ages[Math.floor(share * (ages.length - 1))] ?? Number.NaN
  return {
    cpuMicrosecondsPerDatagram: (user + system) / sent,
    lost: sent - ages.length,
    ageP50Ms: at(0.5),
    ageP99Ms: at(0.99),
  }
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
const names = ['cpuMicrosecondsPerDatagram', 'lost', 'ageP50Ms', 'ageP99Ms'] as const
const summary = (rounds: Figures[]): Figures =>
  Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))])) as Record<
    (typeof names)[number],
    number
  >

async function compare(busy: boolean): Promise<object> {
  const files = [nativeFile(), ...(values.against ? [values.against] : [])]
  const rounds = new Map(files.map((file) => [file, [] as Figures[]]))
  for (let round = 0; round < Number(values.rounds); round++)
    for (const file of files) rounds.get(file)?.push(await measure(file, busy))
  const [ours, other] = files.map((file) => summary(rounds.get(file) ?? []))
  if (!ours || !other) return { ours }
  const ratio = Object.fromEntries(names.map((name) => [name, ours[name] / other[name]]))
  return { ours, other, ratio }
}

if (values.child) receive()
else
  console.log(
    JSON.stringify({
      bench: 'endpoint',
      against: values.against ?? null,
      idle: await compare(false),
      busy: await compare(true),
    }),
  )
