/** The default job template on a node where others take ports: before it looks, between its look and the host's start, later. */
import { spawn, type ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { markedProcesses } from '../../site/support/processes.ts'
import { fewOf } from '../../support/long-run.ts'
import { withBatchSource } from './batch-source.ts'
import { makeTemplateNode, type TemplateNode } from './template-node.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
let node: TemplateNode
/** Where outgoing connections go. */
const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume())

/** Whether this file has a network of its own (test/own-network.ts), whose settings are its alone. */
const alone = readlinkSync('/proc/self/ns/net') !== readlinkSync(`/proc/${process.ppid}/ns/net`)

const holders: ChildProcess[] = []

/** Sockets as other programs have them: Node.js would set SO_REUSEADDR on each, beside which a listener may still come up. */
const uses = {
  'a connection that goes out': 's.bind(here); s.connect(there)',
  'TIME_WAIT that such a connection left':
    's.bind(here); s.connect(there); s.shutdown(socket.SHUT_WR); s.recv(1); s.close()',
  'a UDP socket that goes out': 'u.bind(here); u.connect(there)',
  'a TCP socket that is bound and does no more': 's.bind(here)',
  'a TCP server': 's.bind(here); s.listen()',
  'a UDP server': 'u.bind(here)',
}

/** Has a port in one of these ways until the test ends. */
async function take(use: keyof typeof uses, port: number): Promise<void> {
  const { port: there } = server.address() as { port: number }
  const program = `import socket, time
here, there = ("127.0.0.1", ${port}), ("127.0.0.1", ${there})
s, u = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
${uses[use]}
print("taken", flush=True)
time.sleep(600)`
  const holder = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  holders.push(holder)
  const [line] = await Promise.race([
    new Promise<string[]>((resolve) =>
      createInterface(holder.stdout).once('line', (text) => resolve([text])),
    ),
    new Promise<string[]>((resolve) => holder.once('exit', () => resolve([]))),
  ])
  if (line !== 'taken') throw new Error(`port ${port} could not be taken`)
}

/** Base port of the block at which a job looks after `skipped` others. */
const baseOf = (job: number, skipped: number): number => 47_989 + 30 * ((job + skipped) % 20)

let lastJob = 0
interface Job {
  number: number
  folder: string
  file: (name: string) => string | null
  basePort: () => Promise<number | null>
}

/** Submits a job after `prepare`, which learns its number: a fresh Slurm counts from 1. */
async function withJob(
  profile: string,
  prepare: (number: number) => Promise<void>,
  work: (job: Job) => Promise<void>,
): Promise<void> {
  const number = ++lastJob
  await prepare(number)
  await withBatchSource(profile, join(here.home, 'ports'), async (source) => {
    const { id, jobId } = await source.create(new AbortController().signal)
    const folder = join(here.site.ready.home, '.cache', 'vizlink', 'sessions', id)
    const file = (name: string): string | null => {
      const path = join(folder, name)
      return existsSync(path) ? readFileSync(path, 'utf8') : null
    }
    try {
      expect(jobId).toBe(String(number))
      await work({
        number,
        folder,
        file,
        basePort: async () => (await source.place(id))?.basePort ?? null,
      })
    } finally {
      await source.remove(id)
      await vi.waitUntil(async () => (await here.site.activeJobs()).length === 0, {
        timeout: 30_000,
        message: 'the job is gone',
      })
    }
  })
}

/** Puts a shell script before Sunshine's start; where the host was to listen each time is in the file `notes`. */
async function withSunshine(
  script: (notes: string) => string,
  work: (notes: string) => Promise<void>,
): Promise<void> {
  const notes = join(here.site.directory, `sunshine-${lastJob}`)
  await node.beforeProgram('sunshine', script(notes), () => work(notes))
}
const notesItself = (notes: string): string => `echo "$VIZLINK_BASE_PORT" >> '${notes}'\n`
/** Each start waits until the test has had its turn. */
const waits = (notes: string): string =>
  `${notesItself(notes)}until grep -qx "$VIZLINK_BASE_PORT" '${notes}-go'; do sleep 0.05; done\n`
const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []

/** What looks for free ports, and what is hidden from the job for that. */
const everyInterpreter: [string, RegExp][] = [
  ['python3', /^perl/],
  ['perl', /^python/],
  ['neither python3 nor perl', /^(perl|python)/],
]

/** What Sunshine writes when it could not bind, and what it does then. */
const everyWord: [string, string][] = [
  ["Couldn't bind RTSP server to port [31510], Address already in use", 'exit 0'],
  ["Couldn't start http server on ports [31489, 31484]: bind: Address already in use", 'exit 0'],
  ["Couldn't start Configuration HTTPS server on port [31490]: bind: Address already in use", 'exit 0'],
  [
    "Couldn't bind Control server to port [31499], likely another process already bound to the port",
    'sleep 600',
  ],
]

beforeAll(async () => {
  here = await startTestSite()
  node = makeTemplateNode(here.site)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.close()
  await here.dispose()
})
afterEach(() => holders.splice(0).forEach((holder) => holder.kill('SIGKILL')))

test.runIf(alone).each(fewOf(everyInterpreter, 1))(
  'with %s: taken ports are seen, and one that is taken after the look costs a block, not the session',
  async (name, without) => {
    const shown = [
      ['a connection that goes out', 1],
      ['TIME_WAIT that such a connection left', 21],
      ['a UDP socket that goes out', 9],
    ] as const
    const hidden = ['a TCP socket that is bound and does no more', 0] as const
    // What the host cannot bind is taken when it has been started, but before its first instruction.
    const late = [
      ['a TCP server', 21],
      ['a UDP server', 10],
    ] as const
    await withSunshine(waits, (notes) =>
      withJob(
        node.profileWithout(without),
        async (number) => {
          writeFileSync(`${notes}-go`, '')
          for (const [index, [use, offset]] of [...shown, hidden].entries())
            await take(use, baseOf(number, index) + offset)
        },
        async ({ number, basePort, file }) => {
          const first = name.startsWith('neither') ? shown.length : shown.length + 1
          const last = shown.length + 1 + late.length
          const lateAt = new Map(late.map((what, index) => [baseOf(number, shown.length + 1 + index), what]))
          const order = Array.from({ length: last - first + 1 }, (_, index) => baseOf(number, first + index))
          for (const [index, base] of order.entries()) {
            const starts = await vi.waitUntil(
              () => {
                const lines = linesOf(notes)
                return lines.length > index ? lines.map(Number) : null
              },
              { timeout: 30_000, message: `start ${index + 1}` },
            )
            expect(starts).toEqual(order.slice(0, index + 1))
            const use = lateAt.get(base)
            if (use) await take(use[0], base + use[1])
            appendFileSync(`${notes}-go`, `${base}\n`)
          }
          expect(await vi.waitUntil(basePort, { timeout: 30_000, message: 'the host is there' })).toBe(
            order.at(-1),
          )
          expect(file('job.log')?.match(/Somebody else got a port/g)).toHaveLength(order.length - 1)
        },
      ),
    )
  },
)

/** Sunshine binds its UDP ports when a client streams, and continues without them. */
test('a host that says later that it lost a port, and lives on: it comes back on another block, and says where', async () => {
  await withSunshine(notesItself, (notes) =>
    withJob(
      node.profile,
      async () => undefined,
      async ({ folder, basePort }) => {
        const first = await vi.waitUntil(basePort, { timeout: 30_000, message: 'the host is there' })
        expect(linesOf(notes)).toEqual([String(first)])
        const [pid] = markedProcesses(here.site.directory, /sunshine-program\.ts/)
        if (pid === undefined) throw new Error('a host')
        appendFileSync(
          join(folder, 'sunshine.log'),
          `[2026:11:29:12:00:00]: Fatal: Couldn't bind Video server to port [${(first ?? 0) + 9}]: Address already in use\n`,
        )
        const second = await vi.waitUntil(
          async () => {
            const base = await basePort()
            return base === first ? null : base
          },
          { timeout: 30_000, message: 'the host is at another place' },
        )
        expect(linesOf(notes)).toEqual([String(first), String(second)])
        expect(() => process.kill(pid, 0)).toThrow('ESRCH')
      },
    ),
  )
})

test.each(fewOf(everyWord, 1))('Sunshine’s own words: %s, then %s', async (words, then) => {
  const failsOnce = (notes: string): string =>
    `${notesItself(notes)}[ "$(wc -l < '${notes}')" -gt 1 ] || { echo "Fatal: ${words}"; ${then}; }\n`
  await withSunshine(failsOnce, (notes) =>
    withJob(
      node.profile,
      async () => undefined,
      async ({ basePort }) => {
        const place = await vi.waitUntil(basePort, { timeout: 30_000, message: 'the host is there' })
        const [first, ...more] = linesOf(notes)
        expect(more).toEqual([String(place)])
        expect(first).not.toBe(String(place))
      },
    ),
  )
})

test.runIf(alone)('twenty blocks of which each has a port taken: the job ends and says so', async () => {
  await withJob(
    node.profile,
    async (number) => {
      for (let block = 0; block < 20; block++) await take('a UDP server', baseOf(number, block) + 11)
    },
    async ({ file }) => {
      const log = await vi.waitUntil(
        () => {
          const text = file('job.log')
          return text?.includes('ERROR') ? text : null
        },
        { timeout: 30_000, message: 'the job has ended' },
      )
      expect(log).toMatch(/ERROR: no seven free ports on this node/)
    },
  )
})
