/**
 * One scenario with the addon in a process of its own: `node scenario.ts NAME [JSON of StreamStart]`. Prints one line
 * of JSON at its end; the tests look at it and at how the process ended (sanitizers end it with a report).
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  loadNative,
  type StreamSession,
  type StreamSessionEvent,
  type StreamStart,
} from '../../src-main/protocols/native.ts'

const [name, options] = process.argv.slice(2)
const start = JSON.parse(options ?? 'null') as StreamStart
const addon = loadNative()
const events: StreamSessionEvent[] = []
let messages = 0
const collect = (globalThis as { gc?: () => void }).gc ?? (() => undefined)

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
  stream: async () => {
    const session = create()
    const code = await session.start(start)
    await frames(session, 20)
    const before = session.statistics()
    await session.stop()
    return { code, messages, framesReceived: before.framesReceived, keyFrames: before.keyFrames }
  },
  'stop-while-connecting': async () => {
    const session = create()
    const started = session.start(start)
    await delay(1)
    await session.stop()
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
