/**
 * A line to the demo site's login host that carries so much and no more: real TCP through a router with a token bucket and a
 * short queue, in network namespaces of its own. Only the line's far end is there: what listens gives its sockets to programs
 * that run beside everything else of the site, so that the login host finds Slurm and its nodes as ever.
 */
import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { FarSocketArguments } from './far-socket.ts'
import type { SiteOptions } from '../site/types.ts'
import { runCommand, startDaemon, waitUntil } from '../site/support/processes.ts'

/** A router's queue, ms at the rate that the line has. */
const queueMs = 50
/** Of the token bucket; a packet must fit. */
const burstBytes = 4096
const addresses = { here: '10.78.1.1', router: '10.78.1.2', routerBehind: '10.78.2.2', far: '10.78.2.1' }
const sshPort = 22
/** Seldom the kernel's preset on clusters, which mostly have this one. */
const congestionControl = 'cubic'

export interface NarrowLine {
  /** The login host at the far end. */
  readonly loginHost: NonNullable<SiteOptions['loginHost']>
  /** How much the line carries from the login host to here from now on, Mbit/s; null: as much as the machine can. */
  carry(megabits: number | null): Promise<void>
  /** Bytes that came through the bucket, and packets that found its queue full, since the line was narrowed. */
  counts(): Promise<{ bytes: number; droppedPackets: number }>
  dispose(): Promise<void>
}

/** Why there can be no such line here, or null. */
export function narrowLineImpossible(): string | null {
  if (process.getuid?.() !== 0) return 'only root may make namespaces'
  const tried = spawnSync(
    'unshare',
    [
      '--net',
      'sh',
      '-ec',
      'ip link add name near type veth peer name far; tc qdisc add dev near root tbf ' + bucket(1),
    ],
    { encoding: 'utf8' },
  )
  return tried.status === 0
    ? null
    : `no line with a token bucket: ${tried.error?.message ?? tried.stderr.trim()}`
}

const bucket = (megabits: number): string =>
  `rate ${Math.round(megabits * 1e6)}bit burst ${burstBytes} latency ${queueMs}ms`

/**
 * Lays the line. Its near end is in this process's own network.
 * @param directory for logs; the caller removes it
 */
export async function layNarrowLine(directory: string): Promise<NarrowLine> {
  await using undo = new AsyncDisposableStack()
  const namespace = async (name: string): Promise<string> => {
    const daemon = startDaemon('unshare', ['--net', 'sleep', 'infinity'], {
      logFile: join(directory, `${name}.log`),
    })
    undo.defer(() => daemon.stop(0))
    const own = readlinkSync('/proc/self/ns/net')
    const file = `/proc/${daemon.pid}/ns/net`
    await waitUntil(`the ${name} has a network`, () => readlinkSync(file) !== own, {
      gone: () => !daemon.running(),
    })
    return file
  }
  const [router, far] = [await namespace('router'), await namespace('far end')]
  const inside = (file: string): string[] => ['nsenter', `--net=${file}`, '--']
  const { here, router: nearRouter, routerBehind, far: farAddress } = addresses
  await shell(
    [],
    `ip link add name line type veth peer name toward netns ${pidOf(router)}`,
    `ip address add ${here}/30 dev line`,
    'ip link set line up',
  )
  // The interface of this end goes with the router's.
  await shell(
    inside(router),
    `ip link add name behind type veth peer name line netns ${pidOf(far)}`,
    `ip address add ${nearRouter}/30 dev toward`,
    `ip address add ${routerBehind}/30 dev behind`,
    'ip link set toward up',
    'ip link set behind up',
    'echo 1 > /proc/sys/net/ipv4/ip_forward',
  )
  await shell(
    inside(far),
    'ip link set lo up',
    `ip address add ${farAddress}/30 dev line`,
    'ip link set line up',
    // A namespace may not choose it for all its connections, but a route may.
    `ip route add default via ${routerBehind} congctl ${congestionControl}`,
  )
  await shell([], `ip route add ${farAddress}/32 via ${nearRouter}`)
  const kept = undo.move()
  const socket: FarSocketArguments = [`/proc/${process.pid}/ns/net`, farAddress, `${sshPort}`]
  let narrow = false
  return {
    loginHost: {
      launcher: [
        ...inside(far),
        ...[process.execPath, join(import.meta.dirname, 'far-socket.ts')],
        ...socket,
      ],
      listen: { address: farAddress, port: sshPort },
    },
    async carry(megabits) {
      // A bucket that is there is changed: what waits in its queue waits as before.
      if (megabits !== null)
        await shell(inside(router), `tc qdisc replace dev toward root tbf ${bucket(megabits)}`)
      else if (narrow) await shell(inside(router), 'tc qdisc del dev toward root')
      narrow = megabits !== null
    },
    async counts() {
      const said = await shell(inside(router), 'tc -s qdisc show dev toward')
      const [, bytes = 0, droppedPackets = 0] =
        /Sent (\d+) bytes .*dropped (\d+)/.exec(said)?.map(Number) ?? []
      return { bytes, droppedPackets }
    },
    dispose: () => kept.disposeAsync(),
  }
}

const pidOf = (namespace: string): string => namespace.split('/')[2]!

async function shell(inside: readonly string[], ...lines: string[]): Promise<string> {
  const [program = '', ...words] = [...inside, 'sh', '-ec', lines.join('\n')]
  const done = await runCommand(program, words)
  if (done.code !== 0) throw new Error(`${lines.join('; ')}: ${done.stderr.trim()}`)
  return done.stdout
}
