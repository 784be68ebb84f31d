/** `vizlink connect --host` as a program: its run report, its end when something is lost, and what it leaves behind. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunReport } from '../../../src-main/shared/model/run-report.ts'
import { descendants, signalProcess } from '../../site/support/processes.ts'
import { fewOf } from '../../support/long-run.ts'
import { outcome, startConnectCommand, type ConnectCommand } from './connect-command.ts'
import { takeBasePort } from '../../site/support/ports.ts'
import { startDesktopHost, type DesktopHost } from '../../support/desktop-host.ts'
import type { Run } from '../../support/running-program.ts'

let command: ConnectCommand
beforeAll(async () => {
  command = await startConnectCommand()
})
afterAll(() => command.dispose())

async function withHost<T>(work: (address: string, host: DesktopHost) => Promise<T>): Promise<T> {
  const running = await startDesktopHost()
  try {
    return await work(`127.0.0.1:${running.host.ports.http}`, running)
  } finally {
    await running.dispose()
  }
}

describe('a run that works', () => {
  const short = ['--seconds', '1', '--json', '--size', '640x360', '--fps', '30']

  /** Runs the command on a host; the report of a whole run. */
  async function works(address: string, ...args: string[]): Promise<RunReport | null> {
    const { code, report, stderr, stdout } = await command.run('--host', address, ...short, ...args)
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
    })
    expect(report?.framesReceived).toBeGreaterThan(1)
    expect(report?.clickToFirstFrameMs).toBeGreaterThan(0)
    expect(report).not.toHaveProperty('error')
    return report
  }
  const names = (report: RunReport | null) => report?.steps.map(({ name }) => name)

  test('directly: the host is claimed, the next run knows it, and so does one that forgot its certificate', async () => {
    await withHost(async (address) => {
      const report = await works(address)
      expect(report?.link).toBe('none')
      expect(names(report)).toEqual(['waiting-for-host', 'pairing', 'launching'])
      await works(address)
      await works(address, '--forget')
    })
  })

  test('over SSH, and to the same host through a jump host', async () => {
    await withHost(async (address) => {
      for (const jump of [[], ['--jump', command.at(command.servers.login)]]) {
        const report = await works(address, ...command.overSsh(), ...jump, ...command.keys())
        expect(report?.link).toBe('ssh')
        expect(names(report)).toEqual(['tunnelling', 'waiting-for-host', 'pairing', 'launching'])
      }
    })
    await vi.waitUntil(() => command.servers.remoteProcesses().length === 0, {
      timeout: 30_000,
      message: 'nothing is left',
    })
  })
})

test.each([
  ['a host in the place of a known one', false],
  ['a known host with its owner and a new certificate', true],
])('F8: %s is not gone on with, and the way out is said', async (_which, keepsState) => {
  const basePort = await takeBasePort()
  const address = `127.0.0.1:${basePort}`
  const stateFile = join(command.folder, `state-${basePort}.json`)
  const start = () => startDesktopHost({ basePort, ...(keepsState ? { stateFile } : {}) })
  const run = (...more: string[]) => command.run('--host', address, '--seconds', '1', '--json', ...more)
  const first = await start()
  const met = await run()
  await first.dispose()
  expect(met.code, met.stderr).toBe(0)
  const second = await start()
  try {
    const { code, report, stderr } = await run()
    expect({ code, kind: report?.error?.kind }).toEqual({ code: 1, kind: 'certificate-mismatch' })
    expect(stderr).toContain('--forget')
    expect(await run('--forget')).toMatchObject({ code: 0 })
  } finally {
    await second.dispose()
    rmSync(stateFile, { force: true })
  }
})

test('interrupted before there is a picture: said, as JSON too', async () => {
  // It takes connections and never answers.
  const host = createServer()
  const asked = new Promise<void>((resolve) => host.on('connection', () => resolve()))
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const running = command.connect('--host', `127.0.0.1:${(host.address() as AddressInfo).port}`, '--json')
  await asked
  running.kill('SIGINT')
  const { code, report } = await outcome(running)
  host.close()
  expect({ code, ok: report?.ok, kind: report?.error?.kind }).toEqual({
    code: 1,
    ok: false,
    kind: 'cancelled',
  })
})

describe('while it streams', () => {
  /** Starts a run for ten minutes and waits until the host sends it frames. */
  async function streaming<T>(work: (run: Run, host: DesktopHost) => Promise<T>): Promise<T> {
    return withHost(async (address, running) => {
      const started = command.connect(
        '--host',
        address,
        ...command.overSsh(),
        '--jump',
        command.at(command.servers.login),
        ...command.keys(),
        '--seconds',
        '600',
        '--json',
      )
      await vi.waitUntil(() => running.host.statistics.framesSent > 20, {
        timeout: 30_000,
        message: 'frames flow',
      })
      return work(started, running)
    })
  }

  test('a relay that is killed ends the run with a typed failure', async () => {
    await streaming(async (run) => {
      const relay = command.servers.relays()
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
    await vi.waitUntil(() => command.servers.remoteProcesses().length === 0, {
      timeout: 30_000,
      message: 'nothing is left',
    })
  })

  test.each(fewOf(['SIGKILL', 'SIGINT'] as const, 1))('%s leaves nothing behind', async (signal) => {
    await streaming(async (run) => {
      const children = descendants([run.pid])
      expect(children).toHaveLength(2)
      run.kill(signal)
      const { code, report } = await outcome(run)
      // Interrupted, it reports what it has received.
      if (signal === 'SIGINT') expect({ code, ok: report?.ok }).toEqual({ code: 0, ok: true })
      await vi.waitUntil(() => children.every((child) => !existsSync(`/proc/${child}`)), {
        timeout: 30_000,
        message: 'its children are gone',
      })
      await vi.waitUntil(() => command.servers.remoteProcesses().length === 0, {
        timeout: 30_000,
        message: 'the relay is gone',
      })
    })
    // What is known of hosts stays, and the log.
    const left = readdirSync(command.folder, { recursive: true, encoding: 'utf8' })
    expect(
      left.filter((name) => !/^vizlink(\/secrets(\/[0-9a-f]{64})?|\/vizlink\.log)?$/.test(name)),
    ).toEqual([])
    const onNode = readdirSync(command.servers.home, { recursive: true, encoding: 'utf8' })
    expect(onNode.filter((name) => !/^\.cache(\/vizlink(\/relay-[0-9a-f]{32})?)?$/.test(name))).toEqual([])
  })
})
