/** A program that a test drives: calls as lines of JSON on its standard input, answers on its output. */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Handlers = Record<string, (input: never) => unknown>
type Input<H extends Handlers, N extends keyof H> = Parameters<H[N]>[0]

interface Answer {
  id: number
  value?: unknown
  error?: string
}

/** Serves the calls of this program until its input ends. */
export function serveCommands(handlers: Handlers): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, name, input } = JSON.parse(line) as { id: number; name: string; input: never }
    const say = (answer: Omit<Answer, 'id'>): void =>
      void process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`)
    Promise.resolve()
      .then(() => handlers[name]?.(input))
      .then(
        (value) => say({ value: value ?? null }),
        (error: unknown) => say({ error: error instanceof Error ? String(error.stack) : String(error) }),
      )
  })
}

export class Commander<H extends Handlers> {
  private readonly child: ChildProcess
  private readonly open = new Map<number, (answer: Answer) => void>()
  private count = 0
  private said = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.said = (this.said + text).slice(-4000)))
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.answered(line))
    child.stdin?.on('error', () => undefined)
    child.once('exit', () => {
      for (const [id, settle] of this.open) settle({ id, error: `the program ended: ${this.said}` })
    })
  }

  /** Rejects with what the call threw, or with what the program said last when it ends. */
  async call<N extends keyof H & string>(
    name: N,
    ...[input]: Input<H, N> extends undefined ? [] : [Input<H, N>]
  ): Promise<Awaited<ReturnType<H[N]>>> {
    const id = ++this.count
    const { value, error } = await new Promise<Answer>((resolve) => {
      this.open.set(id, resolve)
      this.child.stdin?.write(`${JSON.stringify({ id, name, input: input ?? null })}\n`)
    })
    if (error !== undefined) throw new Error(error)
    return value as Awaited<ReturnType<H[N]>>
  }

  /** Kills it, for it may have been stopped under attack, and waits until it is gone. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await gone
  }

  private answered(line: string): void {
    if (!line.startsWith('{')) return
    const answer = JSON.parse(line) as Answer
    this.open.get(answer.id)?.(answer)
    this.open.delete(answer.id)
  }
}
