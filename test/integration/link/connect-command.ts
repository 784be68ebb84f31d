/** `vizlink connect --host` as a program, beside SSH servers of a site; for the tests of one file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { RunReport } from '../../../src-main/shared/model/run-report.ts'
import { start, type Run } from '../../support/running-program.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'

type Outcome = Omit<Awaited<Run['result']>, 'report'> & { report: RunReport | null }

export interface ConnectCommand {
  servers: SshServers
  /** The user's home folder in these runs. */
  folder: string
  /** Starts the command; what still runs at the end is ended. */
  connect(...args: string[]): Run
  /** Runs it to its end. */
  run(...args: string[]): Promise<Outcome>
  /** `USER@HOST:PORT` of a server. */
  at(server: { port: number }): string
  /** Options for the way to the node over SSH, by the user's key. */
  overSsh(): string[]
  /** Options that name both servers' host keys. */
  keys(): string[]
  dispose(): Promise<void>
}

/** What a run came to, with its report typed. */
export async function outcome({ result }: Run): Promise<Outcome> {
  const { report, ...rest } = await result
  return { ...rest, report: report as RunReport | null }
}

/** Starts the servers. */
export async function startConnectCommand(): Promise<ConnectCommand> {
  const servers = await startSshServers()
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-command-'))
  const runs: Run[] = []
  const command: ConnectCommand = {
    servers,
    folder,
    connect(...args) {
      const run = start('src-main/cli.ts', ['connect', ...args], folder)
      runs.push(run)
      return run
    },
    run: (...args) => outcome(command.connect(...args)),
    at: ({ port }) => `${userInfo().username}@127.0.0.1:${port}`,
    overSsh: () => ['--ssh', command.at(servers.node), '--identity', servers.identityFile],
    keys: () => [servers.login, servers.node].flatMap(({ hostKeys }) => ['--host-key', hostKeys[0] ?? '']),
    async dispose() {
      for (const run of runs) run.kill('SIGTERM')
      await Promise.all(runs.map(({ result }) => result))
      await servers.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return command
}
