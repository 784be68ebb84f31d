/** The built relay as a child of the test, which speaks the endpoint's part itself. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { FrameReader, type FrameName, type WireFrame } from './relay-frames.ts'

export const relayProgram = join(
  import.meta.dirname,
  `../../resources/relay/linux-${process.arch}/vizlink-relay`,
)

export interface RelayProgram {
  child: ChildProcess
  /** Everything it said, in order. */
  frames: WireFrame[]
  exited: Promise<{ code: number | null; signal: string | null }>
  send(...bytes: Buffer[]): void
  /** The first frame of this type that fits. */
  frame(type: FrameName, fits?: (frame: WireFrame) => boolean): Promise<WireFrame>
  /** Bytes of memory that it holds. */
  memory(): number
  /** Ends it, whatever it does. */
  kill(): Promise<void>
}

/** @param listen false: its output is not read until `child.stdout.resume()` */
export function startRelayProgram({ listen = true } = {}): RelayProgram {
  const child = spawn(relayProgram, [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const frames: WireFrame[] = []
  const reader = new FrameReader()
  child.stdin.on('error', () => undefined)
  if (listen) child.stdout.on('data', (chunk: Buffer) => frames.push(...reader.read(chunk)))
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  return {
    child,
    frames,
    exited,
    send: (...bytes) => void child.stdin.write(Buffer.concat(bytes)),
    frame: (type, fits = () => true) =>
      eventually(`a frame ${type}`, () => frames.find((frame) => frame.type === type && fits(frame)) ?? null),
    memory: () =>
      1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
