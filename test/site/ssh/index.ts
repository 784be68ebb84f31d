/** A real OpenSSH server on loopback, as a login host or a node: key login for the current user, exec, SFTP, forwards. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { outside } from '../support/addresses.ts'
import { freePorts, listens } from '../support/ports.ts'
import { frozenTree, runCommand, signalProcess, startDaemon, waitUntil } from '../support/processes.ts'
import type { Daemon } from '../support/processes.ts'

export interface SshServer {
  readonly port: number
  /** Public host keys as clients should know them: `ssh-ed25519 AAAA...`. They stay the same over every change. */
  readonly hostKeys: string[]
  /** Process id of the listening server, null while it is stopped. */
  pid(): number | null
  /** Accepts the user's key, or none. Logins that are open stay. */
  setKeyAccepted(accepted: boolean): Promise<void>
  /** Shows another host key than `hostKeys` to connections from now on. */
  setOtherHostKey(other: boolean): Promise<void>
  /** Stops the server and cuts its connections, or starts it again. */
  setRunning(running: boolean): Promise<void>
  dispose(): Promise<void>
}

export interface SshServerOptions {
  directory: string
  /** Lines that may log in. */
  authorizedKey: string
  /** Environment of the server's process. */
  environment: NodeJS.ProcessEnv
  /** Variables that logins see beside the usual ones. */
  loginEnvironment: Record<string, string>
  /** Lines of sshd_config that hold in the place of these. */
  settings?: readonly string[]
  /** A program with its arguments that executes the server's command line, for instance in a namespace of its own. */
  launcher?: readonly string[]
  /** Where it listens; at a free port of loopback where absent. */
  listen?: { address: string; port: number }
}

/** Makes an ed25519 key pair without passphrase: `file` (0600) and `file.pub`. Gives the public line without comment. */
export async function makeKeyPair(file: string): Promise<string> {
  const made = await runCommand('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file])
  if (made.code !== 0) throw new Error(`ssh-keygen: ${made.stderr.trim()}`)
  return (await readFile(`${file}.pub`, 'utf8')).trim().split(' ').slice(0, 2).join(' ')
}

function configuration(
  options: SshServerOptions,
  { address, port }: { address: string; port: number },
  hostKeyFile: string,
): string {
  const variables = Object.entries(options.loginEnvironment).map(([name, value]) => `"${name}=${value}"`)
  const { settings = [] } = options
  const named = new Set(settings.map((line) => line.split(' ')[0]))
  const preset = `Port ${port}
ListenAddress ${address}
HostKey ${hostKeyFile}
AuthorizedKeysFile ${join(options.directory, 'authorized_keys')}
PidFile none
StrictModes no
UsePAM no
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding yes
AllowStreamLocalForwarding yes
MaxSessions 64
MaxStartups 100
UseDNS no
PrintMotd no
PrintLastLog no
LogLevel VERBOSE
Subsystem sftp internal-sftp`
  // sshd takes the last line of some keywords, and the first of others.
  const others = preset.split('\n').filter((line) => !named.has(line.split(' ')[0]))
  return `${[...settings, ...others].join('\n')}
${variables.length > 0 ? `SetEnv ${variables.join(' ')}\n` : ''}`
}

export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const { directory } = options
  // Where servers know several accounts, each reads the list of keys.
  await mkdir(directory, { recursive: true, mode: 0o711 })
  // As root sshd wants its empty privilege separation folder, which Debian's service makes at boot.
  if (process.getuid?.() === 0 && !existsSync('/run/sshd'))
    await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const hostKeyFile = join(directory, 'host_key')
  const otherHostKeyFile = join(directory, 'other_host_key')
  const authorizedKeysFile = join(directory, 'authorized_keys')
  const [listen, hostKey] = await Promise.all([
    options.listen ?? freePorts(1).then(([port]) => ({ address: outside, port: port! })),
    makeKeyPair(hostKeyFile),
    makeKeyPair(otherHostKeyFile),
    writeFile(authorizedKeysFile, `${options.authorizedKey}\n`, { mode: 0o644 }),
  ])
  const configurationFile = join(directory, 'sshd_config')
  let keyFile = hostKeyFile
  let daemon: Daemon | null = null

  const start = async (): Promise<void> => {
    await writeFile(configurationFile, configuration(options, listen, keyFile), { mode: 0o600 })
    const line = [...(options.launcher ?? []), '/usr/sbin/sshd', '-D', '-e', '-f', configurationFile]
    const starting = startDaemon(line[0]!, line.slice(1), {
      environment: options.environment,
      directory,
      logFile: join(directory, 'sshd.log'),
    })
    daemon = starting
    await waitUntil('sshd listens', () => listens(listen.port, listen.address), {
      gone: () => !starting.running(),
    })
  }
  const stop = async (cutConnections: boolean): Promise<void> => {
    if (!daemon) return
    const stopping = daemon
    daemon = null
    if (!cutConnections) return stopping.stop()
    for (const pid of frozenTree(stopping.pid)) signalProcess(pid, 'SIGKILL')
    await stopping.exited
  }
  try {
    await start()
  } catch (error) {
    await stop(true)
    throw error
  }
  return {
    port: listen.port,
    hostKeys: [hostKey],
    pid: () => daemon?.pid ?? null,
    setKeyAccepted: (accepted) =>
      writeFile(authorizedKeysFile, accepted ? `${options.authorizedKey}\n` : '# none\n', { mode: 0o600 }),
    async setOtherHostKey(other) {
      const wanted = other ? otherHostKeyFile : hostKeyFile
      if (wanted === keyFile) return
      keyFile = wanted
      if (!daemon) return
      await stop(false)
      await start()
    },
    async setRunning(running) {
      if (running && !daemon) await start()
      else if (!running) await stop(true)
    },
    dispose: () => stop(true),
  }
}
