/** The demo site as an object and as a program: comes up, two side by side, and leaves nothing on the machine. */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { siteProfileSchema } from '../../../src-main/shared/model/site-profile.ts'
import { faults, stranger } from '../../site/faults.ts'
import { startSite } from '../../site/index.ts'
import { markedProcesses, signalProcess } from '../../site/support/processes.ts'
import type { SiteReady } from '../../site/types.ts'
import { noStranger, onStranger } from '../../support/strange-site.ts'
import { ask, createSession, processesOf, sessionWithStatus } from './support.ts'

const addressesOf = (ready: SiteReady): string[] => [
  new URL(ready.portal).host,
  ready.login,
  ready.redis,
  ...Object.values(ready.nodes),
]

const accepts = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(address.split(':')[1]), address.split(':')[0])
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

test('comes up with a profile that clients can read, goes with a job running, and leaves nothing', async () => {
  const site = await startSite({ desktop: 'plain', faults: ['host-not-ready'] })
  const addresses = addressesOf(site.ready)
  expect(addresses).toHaveLength(5)
  for (const address of addresses) expect(await accepts(address), address).toBe(true)
  const profile = siteProfileSchema.parse(JSON.parse(await readFile(site.ready.profile, 'utf8')))
  expect(profile.portal!.origin).toBe(site.ready.portal)
  expect(Object.keys(profile.ssh.nodes.byName)).toEqual(['viz-node001', 'viz-node002'])
  expect((await stat(site.ready.identityFile)).mode & 0o777).toBe(0o600)
  const session = await createSession(site)
  await sessionWithStatus(site, session.session_id, ['running'])

  await Promise.all([site.dispose(), site.dispose()])
  await site.dispose()
  expect(processesOf(site.directory)).toEqual([])
  expect(existsSync(site.directory)).toBe(false)
  for (const address of addresses) expect(await accepts(address), address).toBe(false)
})

test('two sites run side by side and know nothing of each other', async () => {
  const sites = await Promise.all([
    startSite({ desktop: 'plain', faults: ['host-not-ready'] }),
    startSite({ nodes: 1 }),
  ])
  const [one, two] = sites
  try {
    const all = sites.flatMap(({ ready }) => addressesOf(ready))
    expect(new Set(all).size).toBe(all.length)
    const session = await createSession(one)
    await sessionWithStatus(one, session.session_id, ['running'])
    expect(await two.activeJobs()).toEqual([])
    expect(
      (await ask(two, 'GET', '/api/moonlight/sessions', { headers: { 'x-username': '*' } })).json,
    ).toEqual({
      sessions: [],
    })
    await one.dispose()
    expect((await ask(two, 'GET', '/api/moonlight/images')).status).toBe(200)
  } finally {
    await Promise.all(sites.map((site) => site.dispose()))
  }
  for (const { directory } of sites) expect(processesOf(directory)).toEqual([])
})

test('the faults are listed, each with its sentence', async () => {
  const program = join(import.meta.dirname, '../../site/main.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--list-faults'])
  const listed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => /^(\S+) +(.+)$/.exec(line)?.slice(1))
  const all = [...Object.entries(faults), [stranger.name, stranger] as const]
  expect(listed).toEqual(all.map(([name, { sentence }]) => [name, sentence]))
  for (const [, { sentence }] of all) expect(sentence).toMatch(/^\w.{15,}\.$/)
})

/** Starts `test/site/main.ts`, waits for its ready file and gives what it says. */
async function runProgram(folder: string, args: string[] = []) {
  const readyFile = join(folder, 'ready.json')
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../site/main.ts'), '--ready-file', readyFile, ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = await vi.waitUntil(
    async () => {
      const text = await readFile(readyFile, 'utf8').catch(() => null)
      return text === null ? null : (JSON.parse(text) as SiteReady)
    },
    { timeout: 30_000, message: 'the ready file' },
  )
  // The line comes after the file, and through a pipe.
  await vi.waitUntil(() => output.endsWith('\n'), { timeout: 30_000, message: 'the line of JSON' })
  return { child, exited, ready, output: () => output }
}

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  'the program goes by %s with a job running and leaves nothing',
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
    try {
      const program = await runProgram(folder, ['--plain', '--fault', 'host-not-ready'])
      expect(JSON.parse(program.output())).toEqual(program.ready)
      const directory = dirname(program.ready.profile)
      const session = await createSession(program)
      await sessionWithStatus(program, session.session_id, ['running'])
      program.child.kill(signal)
      // As a machine without memory does it: the job goes too, and its step daemon finds no receiver for its report.
      if (signal === 'SIGKILL')
        for (const pid of markedProcesses(directory, /^(?!slurmstepd)/)) signalProcess(pid, signal)
      expect(await program.exited).toBe(signal === 'SIGKILL' ? null : 0)
      await vi.waitUntil(() => !existsSync(directory), { timeout: 30_000, message: 'the folder is gone' })
      await vi.waitUntil(() => processesOf(directory).length === 0, {
        timeout: 30_000,
        message: 'the processes are gone',
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)

test.skipIf(noStranger).each([
  ['the program', (_directory: string, pid: number) => [pid]],
  ['its site', (directory: string) => markedProcesses(directory, /main\.ts .*--inside /)],
])(`${onStranger}: when %s is killed with a job running, nothing is left`, async (what, struck) => {
  const folder = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
  try {
    const program = await runProgram(folder, ['--plain', '--fault', 'stranger', '--fault', 'host-not-ready'])
    const directory = dirname(program.ready.profile)
    const session = await createSession(program)
    await sessionWithStatus(program, session.session_id, ['running'])
    const pids = struck(directory, program.child.pid ?? -1)
    expect(pids).toHaveLength(1)
    for (const pid of pids) signalProcess(pid, 'SIGKILL')
    expect(await program.exited).toBe(what === 'the program' ? null : 137)
    await vi.waitUntil(() => !existsSync(directory), { timeout: 30_000, message: 'the folder is gone' })
    await vi.waitUntil(() => processesOf(directory).length === 0, {
      timeout: 30_000,
      message: 'the processes are gone',
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a start that fails leaves nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vizlink-test-'))
  const usual = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    // A partition without nodes: everything else starts, Slurm never becomes ready.
    await expect(startSite({ nodes: 0 })).rejects.toThrow(/Slurm/)
    expect(await readdir(folder)).toEqual([])
    expect(processesOf(folder)).toEqual([])
  } finally {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
    await rm(folder, { recursive: true, force: true })
  }
})
