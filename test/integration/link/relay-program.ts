/** The built relay as a child of the test, which speaks the endpoint's part itself. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FrameReader, type FrameName, type WireFrame } from '../../support/relay-frames.ts'

export const relayProgram = join(
  import.meta.dirname,
  `../../../resources/relay/linux-${process.arch}/vizlink-relay`,
)

const frameLimitMs = 30_000

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
  const waiting = new Set<() => void>()
  if (listen)
    child.stdout.on('data', (chunk: Buffer) => {
      frames.push(...reader.read(chunk))
      for (const look of waiting) look()
    })
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  return {
    child,
    frames,
    exited,
    send: (...bytes) => void child.stdin.write(Buffer.concat(bytes)),
    frame: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = frames.find((frame) => frame.type === type && fits(frame))
          if (!found) return
          end()
          resolve(found)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`a frame ${type}: not within ${frameLimitMs / 1000} s`))
        }, frameLimitMs)
        const end = (): void => {
          clearTimeout(timer)
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
    memory: () =>
      1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
