/** A login host and a node behind it (both real sshd on loopback), a user's key, and a home folder for what is put on the node. */
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Hop } from '../../src-main/link-process/messages.ts'
import { makeKeyPair, startSshServer, type SshServer } from '../site/ssh/index.ts'
import { markedProcesses, siteMark } from '../site/support/processes.ts'

export interface SshServers {
  login: SshServer
  node: SshServer
  /** Private key file that both servers accept. */
  identityFile: string
  /** Folder of everything here; the caller may put files of its own into it. */
  directory: string
  /** HOME of logins. */
  home: string
  /** Both hops, in order. */
  hops: Hop[]
  /** Programs that logins started and that still run. */
  remoteProcesses(): number[]
  /** Those of them that are relays: a login keeps a shell for its next command. */
  relays(): number[]
  dispose(): Promise<void>
}

export interface SshServersOptions {
  /** Options in front of the authorized key at the node, for instance `command="..."`. */
  keyOptions?: (directory: string) => string
  /** HOME of logins; a fresh folder without it. */
  home?: string
  /** Lines of sshd_config in front of all others, at both. */
  settings?: (directory: string) => string[]
}

/** One hop to a server, with the keys it is known by. */
export const hopTo = (server: Pick<SshServer, 'port' | 'hostKeys'>, hostKeys = server.hostKeys): Hop => ({
  label: `127.0.0.1:${server.port}`,
  address: '127.0.0.1',
  port: server.port,
  user: userInfo().username,
  hostKeys,
})

function isRelay(pid: number): boolean {
  try {
    return /\/relay-[0-9a-f]{32}\0$/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

/** The question about a server's key that is asked where none is known. */
export const hostKeyQuestion = (server: Pick<SshServer, 'port' | 'hostKeys'>) => ({
  name: 'verifyHostKey' as const,
  input: {
    hop: hopTo(server).label,
    publicKey: server.hostKeys[0],
    fingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/) as string,
  },
})

/** Starts both; the caller disposes of them. */
export async function startSshServers(options: SshServersOptions = {}): Promise<SshServers> {
  const directory = await mkdtemp(join(tmpdir(), 'vizlink-ssh-'))
  const identityFile = join(directory, 'id_ed25519')
  const key = await makeKeyPair(identityFile)
  const home = options.home ?? join(directory, 'home')
  if (options.home === undefined) await mkdir(home, { mode: 0o700 })
  const start = (name: string, keyOptions = ''): Promise<SshServer> =>
    startSshServer({
      directory: join(directory, name),
      authorizedKey: `${keyOptions}${keyOptions && ' '}${key}`,
      environment: process.env,
      loginEnvironment: { HOME: home, [siteMark]: directory },
      settings: options.settings?.(directory) ?? [],
    })
  const login = await start('login')
  const node = await start('node', options.keyOptions?.(directory)).catch(async (error: unknown) => {
    await login.dispose()
    throw error
  })
  return {
    login,
    node,
    identityFile,
    directory,
    home,
    hops: [hopTo(login), hopTo(node)],
    remoteProcesses: () => markedProcesses(directory),
    relays: () => markedProcesses(directory).filter(isRelay),
    async dispose() {
      await Promise.all([node.dispose(), login.dispose()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}
