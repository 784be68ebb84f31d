/** Commands on the site's hosts by the system's ssh with the profile's key. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Site } from '../../site/types.ts'

const run = promisify(execFile)

interface Host {
  port: number
  hostKeys: string[]
}

/** Runs a command on the login host, or on a node; gives its output, or rejects with ssh's and the command's own words. */
export async function overSsh(site: Site, command: string, node?: string): Promise<string> {
  const profile = JSON.parse(await readFile(site.ready.profile, 'utf8')) as {
    ssh: { loginHost: Host; nodes: { byName: Record<string, Host> } }
  }
  const host = node === undefined ? profile.ssh.loginHost : profile.ssh.nodes.byName[node]
  if (!host) throw new Error(`no node ${node}`)
  const known = join(site.directory, `known_hosts-${host.port}`)
  await writeFile(known, `[127.0.0.1]:${host.port} ${host.hostKeys[0]}\n`)
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${known}`,
    'IdentitiesOnly=yes',
  ]
  const { stdout } = await run('ssh', [
    '-F',
    'none',
    ...options.flatMap((option) => ['-o', option]),
    '-i',
    site.ready.identityFile,
    '-p',
    String(host.port),
    `${site.ready.sshUser}@127.0.0.1`,
    command,
  ])
  return stdout
}
