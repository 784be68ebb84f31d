/** `vizlink connect --host` as a program: its run report, its end when something is lost, and what it leaves behind. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunReport } from '../../../src-main/shared/model/run-report.ts'
import { descendants, signalProcess } from '../../site/support/processes.ts'
import { eventually } from '../../support/eventually.ts'
import { startRunningHost, type RunningHost } from '../../support/running-host.ts'
import { start, type Run } from '../../support/running-program.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

let servers: SshServers
let folder: string
beforeAll(async () => {
  servers = await startSshServers()
  folder = mkdtempSync(join(tmpdir(), 'vizlink-command-'))
})
afterAll(async () => {
  for (const run of runs) run.kill('SIGTERM')
  await Promise.all(runs.map(({ result }) => result))
  await servers.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const runs: Run[] = []
/** Starts `vizlink connect`; what still runs at the end is ended. */
function connect(...args: string[]): Run {
  const run = start('src-main/cli.ts', ['connect', ...args], folder)
  runs.push(run)
  return run
}
/** What a run came to, with its report typed. */
async function outcome({ result }: Run) {
  const { report, ...rest } = await result
  return { ...rest, report: report as RunReport | null }
}
const run = (...args: string[]) => outcome(connect(...args))

const at = (server: { port: number }): string => `${userInfo().username}@127.0.0.1:${server.port}`
const overSsh = (): string[] => ['--ssh', at(servers.node), '--identity', servers.identityFile]
const keys = (): string[] =>
  [servers.login, servers.node].flatMap(({ hostKeys }) => ['--host-key', hostKeys[0] ?? ''])
async function withHost<T>(work: (address: string, host: RunningHost) => Promise<T>): Promise<T> {
  const running = await startRunningHost()
  try {
    return await work(`127.0.0.1:${running.host.ports.http}`, running)
  } finally {
    await running.dispose()
  }
}

describe('a run that works', () => {
  const ways: [string, () => string[], object, string[]][] = [
    ['directly', () => [], { channel: 'none', kind: 'none' }, []],
    ['over SSH', () => [...overSsh(), ...keys()], { channel: 'ssh2', kind: 'single' }, ['tunnelling']],
    [
      'over SSH through a jump host',
      () => [...overSsh(), '--jump', at(servers.login), ...keys()],
      { channel: 'ssh2', kind: 'single' },
      ['tunnelling'],
    ],
  ]
  test.each(ways)('%s counts whole frames and says so', async (_name, args, link, steps) => {
    await withHost(async (address) => {
      const { code, report, stderr, stdout } = await run(
        ...['--host', address, '--seconds', '3', '--json', '--size', '640x360', '--fps', '30'],
        ...args(),
      )
      expect({ code, stderr: stderr.replace(/\d+/g, 'N') }).toEqual({
        code: 0,
        stderr: 'N frames arrived (H.N, N kbit/s).\n',
      })
      expect(stdout.trim().split('\n')).toHaveLength(1)
      expect(report).toMatchObject({
        ok: true,
        requested: { width: 640, height: 360, fps: 30 },
        framesDropped: 0,
        framesShown: null,
        codec: 'H.264',
        link,
      })
      expect(report?.framesReceived).toBeGreaterThan(10)
      expect(report?.clickToFirstFrameMs).toBeGreaterThan(0)
      expect(report?.steps.map(({ name }) => name)).toEqual([
        ...steps,
        'waiting-for-host',
        'pairing',
        'launching',
      ])
      expect(report).not.toHaveProperty('error')
    })
    await eventually('nothing is left', () => (servers.remoteProcesses().length === 0 ? true : null))
  })
})

describe('while it streams', () => {
  /** Starts a run for ten minutes and waits until the host sends it frames. */
  async function streaming<T>(work: (run: Run, host: RunningHost) => Promise<T>): Promise<T> {
    return withHost(async (address, running) => {
      const started = connect(
        '--host',
        address,
        ...overSsh(),
        '--jump',
        at(servers.login),
        ...keys(),
        '--seconds',
        '600',
        '--json',
      )
      await eventually('frames flow', () => (running.host.statistics.framesSent > 20 ? true : null))
      return work(started, running)
    })
  }

  test('a relay that is killed ends the run with a typed failure', async () => {
    await streaming(async (run) => {
      const relay = servers.remoteProcesses()
      expect(relay).toHaveLength(1)
      signalProcess(relay[0] ?? 0, 'SIGKILL')
      const { code, report } = await outcome(run)
      expect({ code, kind: report?.error?.kind, ok: report?.ok }).toEqual({
        code: 1,
        kind: 'link-lost',
        ok: false,
      })
      expect(report?.framesReceived).toBeGreaterThan(0)
    })
  })

  test.each(['link', 'stream'] as const)('a %s process that is killed ends the run', async (name) => {
    await streaming(async (run) => {
      const [child] = descendants([run.pid], new RegExp(`${name}-process`))
      signalProcess(child ?? 0, 'SIGKILL')
      const { code, report } = await outcome(run)
      const kind = name === 'link' ? 'link-lost' : 'stream-process-died'
      expect({ code, kind: report?.error?.kind }).toEqual({ code: 1, kind })
    })
    await eventually('nothing is left', () => (servers.remoteProcesses().length === 0 ? true : null))
  })

  test.each(['SIGKILL', 'SIGTERM'] as const)('%s leaves nothing behind', async (signal) => {
    await streaming(async (run) => {
      const children = descendants([run.pid])
      expect(children).toHaveLength(2)
      run.kill(signal)
      await run.result
      await eventually('its children are gone', () =>
        children.every((child) => !existsSync(`/proc/${child}`)) ? true : null,
      )
      await eventually('the relay is gone', () => (servers.remoteProcesses().length === 0 ? true : null))
    })
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(left.filter((name) => name !== 'vizlink')).toEqual([])
    const onNode = readdirSync(servers.home, { recursive: true, encoding: 'utf8' })
    expect(onNode.filter((name) => !/^\.cache(\/vizlink(\/relay-[0-9a-f]{32})?)?$/.test(name))).toEqual([])
  })
})
