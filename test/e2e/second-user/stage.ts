/**
 * A small machine with two ordinary users who share nothing: namespaces of its own, so that an attacker there meets
 * nothing else, and everything ends with it. Root only. Homes are open to be looked into, as on most systems.
 */
import { vi } from 'vitest'
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { descendantsOf } from '../../support/process-table.ts'

/** Ids of the two users; the names are in the stage's own user list. */
export const users = {
  root: { id: 0, name: 'root', home: '/root' },
  owner: { id: 64_123, name: 'olive', home: '/mnt/olive' },
  attacker: { id: 64_124, name: 'mallory', home: '/mnt/mallory' },
} as const
export type StageUser = keyof typeof users

export interface Stage {
  /**
   * Starts a TypeScript program of the checkout as one of the users, its standard input and output as pipes.
   * @param niceness below 0: it is served before the others
   */
  start(user: StageUser, program: string, niceness?: number): ChildProcess
  /** Ends everything that runs on it. */
  dispose(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')
/** Where the stage has it: its own folder may lie where users may not go. */
const checkout = '/mnt/checkout'
const there = (text = ''): string => text.replaceAll(root, checkout)

const script = `set -e
ip link set lo up
# Names are looked up only where there is an address beside loopback's own.
ip address add 192.0.2.1/32 dev lo
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir ${checkout}
mount -c --bind . ${checkout}
for entry in "$@"; do
  id=\${entry%%:*} name=\${entry#*:}
  { [ -e /mnt/passwd ] || cp /etc/passwd /etc/group /mnt; } 2> /dev/null
  echo "$name:x:$id:$id::/mnt/$name:/bin/sh" >> /mnt/passwd
  echo "$name:x:$id:" >> /mnt/group
  mkdir -m 755 "/mnt/$name"
  chown "$id:$id" "/mnt/$name"
done
mount --bind /mnt/passwd /etc/passwd
mount --bind /mnt/group /etc/group
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -m 1777 /tmp/.X11-unix
touch /mnt/ready
exec sleep infinity`

export async function startStage(): Promise<Stage> {
  const { owner, attacker } = users
  const namespaces = ['--mount', '--net', '--ipc', '--pid', '--mount-proc', '--propagation', 'private']
  const people = [owner, attacker].map(({ id, name }) => `${id}:${name}`)
  const frame = spawn(
    'setpriv',
    // All of it ends when this process is killed.
    [
      '--pdeathsig',
      'KILL',
      'unshare',
      ...namespaces,
      '--fork',
      '--kill-child',
      'sh',
      '-c',
      script,
      'stage',
      ...people,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  frame.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  let ended = false
  const exited = new Promise<void>((resolve) => {
    frame.once('exit', resolve)
    frame.once('error', resolve)
  }).then(() => void (ended = true))
  const first = await vi.waitUntil(
    () => {
      if (ended) throw new Error(`the stage could not be made: ${said}`)
      const [init] = descendantsOf(frame.pid ?? 0)
      return init?.argv[0] === 'sleep' ? init.pid : null
    },
    { timeout: 30_000, message: 'the stage is ready' },
  )
  return {
    start(user, program, niceness = 0) {
      const { id, name, home } = users[user]
      return spawn(
        'nsenter',
        [
          ...['--target', String(first), '--mount', '--net', '--ipc', '--pid'],
          ...['nice', '-n', `${niceness}`],
          // Stops with what started it, also when that is killed.
          ...['setpriv', '--reuid', `${id}`, '--regid', `${id}`, '--clear-groups', '--pdeathsig', 'KILL'],
          ...['--', there(process.execPath), join(checkout, program)],
        ],
        {
          stdio: ['pipe', 'pipe', 'pipe'],
          // A session of its own, as a login has: within one some signals are for everybody.
          detached: true,
          env: {
            PATH: there(process.env.PATH),
            HOME: home,
            USER: name,
            LOGNAME: name,
            LANG: 'C.UTF-8',
            NODE_COMPILE_CACHE: join(checkout, '.cache', 'compiled'),
          },
        },
      )
    },
    async dispose() {
      frame.kill('SIGKILL')
      await exited
    },
  }
}
