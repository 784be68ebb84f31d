/**
 * The strange site from outside: this process keeps the caller's network, and has of the site no more than two doors, ports of
 * loopback that lead to the portal and to the login host. Everything else runs in namespaces that are made here and that end with
 * their first process.
 */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { startCleaner } from '../cleaner.ts'
import { siteMark } from '../support/processes.ts'
import { makeHomes, writeAccounts } from './accounts.ts'
import { loginAddress, nodeAddress, nodeName } from './cluster.ts'
import { doorAddresses, doorNames } from './doors.ts'
import type { DoorName } from './doors.ts'
import { checkout, network, root } from './machines.ts'

const namespaces = [
  ...['--net', '--mount', '--uts', '--ipc', '--pid', '--mount-proc', '--propagation', 'private'],
  ...['--fork', '--kill-child'],
]

/** Why there can be no strange site here, or null. */
export function strangerImpossible(): string | null {
  if (process.getuid?.() !== 0) return 'only root may make machines in namespaces'
  const bridge = 'ip link add name cluster type bridge && ip link add name cable type veth peer name eth0'
  const tried = spawnSync('unshare', [...namespaces, 'sh', '-c', bridge], { encoding: 'utf8' })
  return tried.status === 0 ? null : `no namespaces with a network: ${String(tried.stderr).trim()}`
}

/** The controller, in whose namespaces the site's own program runs. Its mounts are the other machines', too. */
const controller = (ports: string): string => `set -e
directory=$1
# Its web server listens at the doors' ports: no connection that goes out gets them.
echo "$2" > /proc/sys/net/ipv4/ip_local_reserved_ports
shift 2
echo controller > /proc/sys/kernel/hostname
ip link set lo up
ip link add ${network.bridge} type bridge
ip address add ${network.controller}/${network.prefix} dev ${network.bridge}
ip link set ${network.bridge} up
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir ${checkout}
mount -c --bind . ${checkout}
for name in passwd group hosts; do mount --bind "$directory/etc/$name" /etc/$name; done
mount --bind "$directory/home" /home
# Process ids and ports are this site's alone.
mkdir -p -m 700 ${ports}
mount -t tmpfs -o mode=700 tmpfs ${ports}
# The shell stays the first process: what has lost its parent is its own. The mark is not for the shell, which cannot be ended.
env "${siteMark}=$directory" "$@"
exit`

async function listening(name: DoorName): Promise<Server> {
  const server = createServer()
  server.listen(0, doorAddresses[name])
  await once(server, 'listening')
  return server
}

/** Gives the doors away: the site inside then takes every connection. */
async function handOver(child: ChildProcess, doors: readonly Server[]): Promise<void> {
  for (const [index, door] of doors.entries()) {
    await new Promise<void>((resolve, reject) => {
      child.send(doorNames[index]!, door, (error) => (error ? reject(error) : resolve()))
    })
    const [answer] = (await once(child, 'message')) as [unknown]
    if (answer !== doorNames[index]) throw new Error('the strange site has not taken its door')
    door.close()
  }
}

const hostsFile = (nodes: number): string =>
  [
    '127.0.0.1 localhost',
    `${network.controller} controller`,
    `${loginAddress} login`,
    ...Array.from({ length: nodes }, (_, index) => `${nodeAddress(index)} ${nodeName(index)}`),
  ].join('\n')

/**
 * Runs the site's program inside until `ended` resolves or it ends by itself.
 * @param args of `test/site/main.ts`, without those that make the site strange
 * @returns its exit code
 */
export async function runStranger(args: string[], nodes: number, ended: Promise<void>): Promise<number> {
  const why = strangerImpossible()
  if (why !== null) throw new Error(`The fault stranger: ${why}.`)
  // Accounts of the site go through it: not the caller's folder of temporary files, which may be closed to them.
  const directory = await mkdtemp('/tmp/vizlink-site-')
  const cleaner = startCleaner(directory)
  const doors: Server[] = []
  try {
    await chmod(directory, 0o711)
    const etc = join(directory, 'etc')
    await mkdir(etc, { mode: 0o755 })
    await Promise.all([
      writeAccounts(etc),
      writeFile(join(etc, 'hosts'), `${hostsFile(nodes)}\n`),
      makeHomes(join(directory, 'home')),
    ])
    await chmod(join(directory, 'home'), 0o755)
    doors.push(...(await Promise.all(doorNames.map(listening))))
    const program = [process.execPath, join(import.meta.dirname, '..', 'main.ts'), ...args]
    const script = controller(`/tmp/vizlink-ports-${userInfo().uid}`)
    const inner = ['--inside', directory, '--with-stdin']
    const taken = doors.map((door) => (door.address() as AddressInfo).port).join(',')
    const child = spawn(
      'unshare',
      [...namespaces, 'sh', '-c', script, 'sh', directory, taken, ...program, ...inner],
      // It ends with its input, that is also when this process is killed.
      { cwd: root, detached: true, stdio: ['pipe', 'inherit', 'inherit', 'ipc'] },
    )
    child.stdin?.on('error', () => undefined)
    const exited = once(child, 'exit').then(([code]) => (code as number | null) ?? 1)
    void ended.then(() => child.stdin?.end())
    await Promise.race([handOver(child, doors), exited])
    return await exited
  } finally {
    for (const door of doors) door.close()
    await cleaner.clean()
  }
}
