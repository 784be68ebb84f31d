/** The default job template, untouched: with a real Slurm and a real X server, from submission to nothing that is left. */
import { createHash, X509Certificate } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { markedProcesses } from '../../site/support/processes.ts'
import { withBatchSource } from './batch-source.ts'
import { makeTemplateNode, type TemplateNode } from './template-node.ts'
import { isOver, startTestClient, type TestClient } from '../../support/test-client.ts'
import { startTestSite, type TestSite } from '../../support/test-site.ts'

let here: TestSite
let node: TemplateNode
beforeAll(async () => {
  here = await startTestSite({ nodes: 2 })
  node = makeTemplateNode(here.site)
})
afterAll(() => here.dispose())

const folderOf = (session: string): string =>
  join(here.site.ready.home, '.cache', 'vizlink', 'sessions', session)
const textOf = (session: string, file: string): string => readFileSync(join(folderOf(session), file), 'utf8')

/** All that is in the home folder, but the relay and what programs of the desktop keep there. */
const home = (): string[] =>
  readdirSync(here.site.ready.home, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/relay-|^\.config$|^\.cache(\/vizlink|\/openbox.*)?$/.test(name))
    .sort()

/** A session's X server: its pid, and whether its socket is there still (another server's may follow at the same path). */
function serverOf(session: string): { pid: number; socketIsThere: () => boolean } {
  const [pid] = markedProcesses(here.site.directory, new RegExp(`^/usr/bin/Xvfb .*${session}/xauthority`))
  const path = `/tmp/.X11-unix/X${textOf(session, 'display').trim()}`
  const inode = statSync(path).ino
  if (pid === undefined) throw new Error('an X server')
  return { pid, socketIsThere: () => statSync(path, { throwIfNoEntry: false })?.ino === inode }
}

/** Does it, then waits until the machine is as it was before. */
async function leavesNothing(work: () => Promise<void>): Promise<void> {
  const before = home()
  await here.leavesNothing(work)
  expect(home()).toEqual(before)
}

async function withClient(work: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await startTestClient(node.profile, { dataFolder: join(here.home, 'template') })
  try {
    await work(client)
  } finally {
    await client.dispose()
  }
}

/** The certificate that the program at a port shows. */
const shownAt = (port: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // Only looked at: the hash of what is shown is what this is about.
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().raw)
      socket.destroy()
    })
    socket.once('error', reject)
  })

/** Takes a port of the block that the next job begins with. */
async function takeFirstBlock(lastJob: number): Promise<{ base: number; close(): void }> {
  const base = 47_989 + 30 * ((lastJob + 1) % 20)
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(base + 11, '127.0.0.1', resolve)
  })
  return { base, close: () => socket.close() }
}

test('a desktop from the default template: GPU, ports, certificate, and no secret in a command line', async () => {
  // Jobs are numbered from 1 by a fresh Slurm.
  const taken = await takeFirstBlock(0)
  try {
    await leavesNothing(() =>
      withClient(async (client) => {
        const attempt = await client.connect()
        const { session } = await attempt.streaming()
        const id = session?.id ?? ''
        const [jobId] = await here.site.activeJobs()
        expect(jobId).toBe('1')

        const { basePort, certificateSha256 } = JSON.parse(textOf(id, 'ready.json')) as {
          basePort: number
          certificateSha256: string
        }
        expect((basePort - 47_989) % 30).toBe(0)
        expect(basePort).not.toBe(taken.base)
        const certificate = new X509Certificate(textOf(id, 'host.pem')).raw
        expect(createHash('sha256').update(certificate).digest('hex')).toBe(certificateSha256)
        expect(await shownAt(basePort - 5)).toEqual(certificate)
        for (const file of readdirSync(folderOf(id)))
          expect.soft(statSync(join(folderOf(id), file)).mode & 0o077, file).toBe(0)

        // The desktop is on the X server of the job: it was let in with the cookie.
        const desktop = await vi.waitUntil(
          () => {
            const [pid] = markedProcesses(here.site.directory, /xterm -T desktop-of-the-template/)
            return pid ?? null
          },
          { timeout: 30_000, message: 'the desktop' },
        )
        const display = `DISPLAY=:${textOf(id, 'display').trim()}`
        expect(readFileSync(`/proc/${desktop}/environ`, 'latin1').split('\0')).toContain(display)
        const server = serverOf(id)

        const relay = readFileSync(
          join(import.meta.dirname, '../../../resources/relay/linux-x64/vizlink-relay'),
        )
        const relayHash = createHash('sha256').update(relay).digest('hex')
        // Cookies, hashes, passwords and keys are long hexadecimal numbers, or PEM; the relay's file is no secret.
        const lines = node.commandLines()
        for (const program of ['xauth', 'Xorg', 'openssl', 'sunshine'])
          expect(lines.some((line) => line.startsWith(`${program} `))).toBe(true)
        expect(
          lines.filter((line) =>
            /[0-9a-f]{32}|PRIVATE KEY/i.test(
              line.replaceAll(relayHash, '').replace(/relay-[0-9a-f]{32}/g, ''),
            ),
          ),
        ).toEqual([])

        await attempt.leave('END')
        await vi.waitUntil(() => !server.socketIsThere(), {
          timeout: 30_000,
          message: 'the X server’s socket is gone',
        })
      }),
    )
  } finally {
    taken.close()
  }
})

test('a host that comes back on other ports while pictures come: the connection follows it', async () => {
  await leavesNothing(() =>
    withClient(async (client) => {
      const attempt = await client.connect()
      const id = (await attempt.streaming()).session?.id ?? ''
      const basePort = (): unknown => (JSON.parse(textOf(id, 'ready.json')) as { basePort: unknown }).basePort
      const first = basePort()
      appendFileSync(
        join(folderOf(id), 'sunshine.log'),
        "[2026:11:29:12:00:00]: Fatal: Couldn't bind Video server to port [9]: Address already in use\n",
      )
      await attempt.until(({ state }) => state === 'reconnecting')
      await attempt.streaming()
      expect(basePort()).not.toBe(first)
      await attempt.leave('END')
    }),
  )
})

/** The process that Sunshine's command line became. */
const sunshineOf = (session: string): number => {
  const [pid] = markedProcesses(here.site.directory, new RegExp(`node .*${session}/sunshine.conf`))
  if (pid === undefined) throw new Error('a Sunshine')
  return pid
}

test('F4: the user logs out of the desktop: its job ends', async () => {
  const loggedOut = join(here.site.directory, 'logged-out')
  const session = `while [ ! -e '${loggedOut}' ]; do /usr/bin/sleep 0.2; done\n`
  await leavesNothing(() =>
    node.withProgram('startxfce4', session, () =>
      withClient(async (client) => {
        const attempt = await client.connect()
        await attempt.streaming()
        writeFileSync(loggedOut, '')
        const { failure } = await attempt.until(isOver)
        expect([failure?.kind, failure?.reason]).toEqual(['job-ended-early', 'ended'])
        expect(JSON.stringify(failure?.evidence)).toContain('COMPLETED')
      }),
    ),
  )
})

test('F4: the X server of the desktop is gone: its job ends, and says so', async () => {
  await leavesNothing(() =>
    withClient(async (client) => {
      const attempt = await client.connect()
      const { session } = await attempt.streaming()
      process.kill(serverOf(session?.id ?? '').pid, 'SIGKILL')
      const { failure } = await attempt.until(isOver)
      expect([failure?.kind, failure?.reason]).toEqual(['job-ended-early', 'failed'])
      expect(JSON.stringify(failure?.evidence)).toMatch(/ERROR: the desktop ended with status \d+/)
    }),
  )
})

test('F4: host and X server are stopped for a moment: the job runs on', async () => {
  await leavesNothing(() =>
    withClient(async (client) => {
      const attempt = await client.connect()
      const { session } = await attempt.streaming()
      const looks = (): number => node.commandLines().filter((line) => line === 'sleep 1').length
      const stopped = [sunshineOf(session?.id ?? ''), serverOf(session?.id ?? '').pid]
      for (const pid of stopped) process.kill(pid, 'SIGSTOP')
      const before = looks()
      await vi.waitUntil(() => looks() > before + 2, { timeout: 30_000, message: 'the job has looked twice' })
      for (const pid of stopped) process.kill(pid, 'SIGCONT')
      expect(await here.site.activeJobs()).toEqual([session?.jobId])
      await attempt.leave('END')
    }),
  )
})

test('two jobs at once: a GPU and a block of ports for each; one ends by itself, one is cancelled while its X server hangs', async () => {
  await leavesNothing(() =>
    withBatchSource(node.profile, join(here.home, 'template'), async (source, cluster) => {
      const never = new AbortController().signal
      const sessions = await Promise.all([source.create(never), source.create(never)])
      const bases = await Promise.all(
        sessions.map(({ id }) =>
          vi.waitUntil(
            async () => {
              const place = await source.place(id)
              return place && { id, base: place.basePort }
            },
            { timeout: 30_000, message: 'the job says where its host is' },
          ),
        ),
      )
      const [first, second] = bases
      if (!first || !second) throw new Error('two sessions')
      expect(Math.abs(first.base - second.base)).toBeGreaterThanOrEqual(30)
      const asked = await cluster.onLogin({ script: "squeue --me --noheader --format='%b'" }, 4096)
      expect(asked.stdout.trim().split('\n')).toEqual(['gres:gpu:1', 'gres:gpu:1'])
      const servers = bases.map(({ id }) => serverOf(id))

      process.kill(sunshineOf(first.id), 'SIGTERM')
      process.kill(servers[1]?.pid ?? 0, 'SIGSTOP')
      await cluster.cancelJob(sessions[1] ?? { id: '', jobId: '' })
      // The jobs alone remove anything.
      for (const { id } of bases)
        await vi.waitUntil(() => !existsSync(folderOf(id)), {
          timeout: 30_000,
          message: 'its folder is gone',
        })
      for (const server of servers)
        await vi.waitUntil(() => !server.socketIsThere(), { timeout: 30_000, message: 'its socket is gone' })
    }),
  )
})

test.each([
  [
    'a Sunshine that ends at once',
    ['sunshine', "echo 'Fatal: Unable to find display or encoder during startup.'\nexit 0\n"],
    [
      /Fatal: Unable to find display or encoder during startup\./,
      /ERROR: the host ended: see the lines before/,
    ],
  ],
  [
    'a program that is not there',
    ['startxfce4', null],
    [/ERROR: the program startxfce4 is not there on the node/],
  ],
  [
    'an X server that does not start',
    ['Xorg', "echo '(EE) no screens found' >&2\nexit 1\n"],
    [/\(EE\) no screens found/, /ERROR: the desktop did not start/],
  ],
] as [string, [string, string | null], RegExp[]][])('%s', async (_name, [program, text], sentences) => {
  await leavesNothing(() =>
    node.withProgram(program, text, () =>
      withClient(async (client) => {
        const { failure } = await (await client.connect()).until(isOver)
        expect(failure?.kind).toBe('job-ended-early')
        for (const sentence of sentences) expect(JSON.stringify(failure?.evidence)).toMatch(sentence)
      }),
    ),
  )
})
