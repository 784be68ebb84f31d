/**
 * Machines of the strange site: each has a network, mounts, processes, shared memory and a name of its own, and a cable to the
 * switch of the controller, in whose namespaces this runs. They end with the process that has started them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, startDaemon, waitUntil } from '../support/processes.ts'

export const root = join(import.meta.dirname, '..', '..', '..')
/** The checkout on the machines: its own folder may lie where their accounts may not go. */
export const checkout = '/mnt/checkout'
/** A path or a text with paths, as the machines know them. */
export const there = (text: string): string => text.replaceAll(root, checkout)

/** The controller's bridge, to which the others are connected. */
export const network = { bridge: 'cluster', controller: '10.77.0.1', prefix: 24 } as const

export interface MachinePlan {
  name: string
  address: string
  /** Shell lines that mount what is this machine's own. */
  mounts: readonly string[]
}

export interface Machine {
  readonly name: string
  readonly address: string
  /** Goes before the words of a program: it runs on the machine, and ends with what waits for it here. */
  readonly launcher: readonly string[]
  dispose(): Promise<void>
}

/** Each machine has its X servers, whose sockets lie in the file system, and the files that are made for them. */
const common = [
  'ip link set lo up',
  'mount -t tmpfs -o mode=1777 tmpfs /dev/shm',
  'mkdir -p -m 1777 /tmp/.X11-unix',
  'mount -t tmpfs -o mode=1777 tmpfs /tmp/.X11-unix',
  '[ ! -d /var/lib/xkb ] || mount -t tmpfs -o mode=1777 tmpfs /var/lib/xkb',
]

/** Process id, as it is known here, of the first process of the machine whose frame is `pid`. */
function firstOf(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')[0]) || null
  } catch {
    return null
  }
}

async function inside(...command: readonly string[]): Promise<void> {
  const [program = '', ...words] = command
  const done = await runCommand(program, words)
  if (done.code !== 0) throw new Error(`${command.join(' ')}: ${done.stderr.trim()}`)
}

/**
 * Starts a machine and connects it.
 * @param directory folder for what is noted of it, which all machines see
 * @param number among the machines, from 1
 */
export async function startMachine(plan: MachinePlan, directory: string, number: number): Promise<Machine> {
  const ready = join(directory, `${plan.name}.ready`)
  const script = [
    'set -e',
    'echo "$1" > /proc/sys/kernel/hostname',
    ...common,
    ...plan.mounts,
    ': > "$2"',
    // The first process: what has lost its parent is the shell's, which takes no notice of it.
    'sleep infinity & wait',
  ].join('\n')
  const logFile = join(directory, `${plan.name}.log`)
  const namespaces = ['--net', '--mount', '--uts', '--ipc', '--pid', '--mount-proc', '--fork', '--kill-child']
  const frame = startDaemon('unshare', [...namespaces, 'sh', '-c', script, 'sh', plan.name, ready], {
    logFile,
  })
  // It takes no SIGTERM while its machine runs.
  const dispose = (): Promise<void> => frame.stop(0)
  try {
    await waitUntil(`${plan.name} runs`, () => existsSync(ready), { gone: () => !frame.running() }).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${readFileSync(logFile, 'utf8').trim()}`)
      },
    )
    const first = firstOf(frame.pid)
    if (first === null) throw new Error(`${plan.name} has no first process`)
    const enter = ['nsenter', '--target', `${first}`, '--net', '--mount', '--uts', '--ipc', '--pid']
    const cable = `machine${number}`
    await inside('ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${first}`)
    await inside('ip', 'link', 'set', cable, 'master', network.bridge, 'up')
    const { address, name } = plan
    await inside(...enter, 'ip', 'address', 'add', `${address}/${network.prefix}`, 'dev', 'eth0')
    await inside(...enter, 'ip', 'link', 'set', 'eth0', 'up')
    return {
      name,
      address,
      // The program's own parent is `nsenter`, which only waits for it.
      launcher: [...enter, '--', 'setpriv', '--pdeathsig', 'TERM', '--'],
      dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}
