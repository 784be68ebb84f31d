/** Attacks on a user's processes, through /proc, signals and the debugger's interface. */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { setPriority } from 'node:os'
import { attempt, type Attack } from './attack-kit.ts'
import type { World } from './world.ts'

type Process = World['processes'][number]
const named = ({ pid, part }: Process): string => `${part} ${pid}`

/** The site's own processes stand for other machines. */
const targets = ({ processes }: World): Process[] => processes.filter(({ part }) => part !== 'site')

/** Each must give a byte at least. */
const readingOf =
  (...names: string[]): Attack =>
  (world) =>
    attempt(targets(world), named, ({ pid }) => {
      const open = names.filter((name) => {
        try {
          const descriptor = openSync(`/proc/${pid}/${name}`, 'r')
          try {
            return readSync(descriptor, Buffer.alloc(16)) > 0
          } finally {
            closeSync(descriptor)
          }
        } catch {
          return false
        }
      })
      return open.length > 0 && open.join(' ')
    })

/** Perl is on every Debian, and calls the kernel by number. */
function perl(script: string, ...words: string[]): string | false {
  const { status, stdout } = spawnSync('perl', ['-e', script, ...words], { encoding: 'utf8', timeout: 5000 })
  return status === 0 && stdout
}

/** PTRACE_SEIZE, which stops nothing, of all of them at once; prints the ids that it got. */
const seize = `my ($call, @pids) = @ARGV; for my $pid (@pids) { print "$pid " if syscall($call, 0x4206, $pid + 0, 0, 0) == 0 }`
/** process_vm_readv of one byte wherever: EPERM comes before EFAULT. */
const readRemote = `my ($call, @pids) = @ARGV; for my $pid (@pids) { my $byte = "x"; my $local = pack("pQ", $byte, 1);
my $remote = pack("QQ", 4096, 1); syscall($call, $pid + 0, $local, 1, $remote, 1, 0); print "$pid " if $!{EFAULT} }`
const callNumbers = process.arch === 'arm64' ? { ptrace: 117, read: 270 } : { ptrace: 101, read: 310 }

const byPerl =
  (script: string, call: number): Attack =>
  (world) => {
    const pids = targets(world).map(({ pid }) => String(pid))
    const got = perl(script, String(call), ...pids)
    return { tried: pids.length, gained: got === false || got.trim() === '' ? [] : [got] }
  }

const signalling =
  (...signals: NodeJS.Signals[]): Attack =>
  (world) =>
    attempt(targets(world), named, ({ pid }) => {
      const sent = signals.filter((signal) => {
        try {
          return process.kill(pid, signal)
        } catch {
          return false
        }
      })
      return sent.length > 0 && sent.join(' ')
    })

export const processAttacks: Record<string, Attack> = {
  'proc.environment': readingOf('environ'),
  'proc.memory': readingOf('mem', 'maps', 'smaps', 'pagemap', 'numa_maps'),
  'proc.execution': readingOf('auxv', 'syscall', 'stack', 'io', 'personality'),
  'proc.folders': (world) =>
    attempt(targets(world), named, ({ pid }) =>
      ['root', 'cwd'].map((name) => readdirSync(`/proc/${pid}/${name}/`).length).join(),
    ),
  'proc.descriptors': (world) =>
    attempt(targets(world), named, ({ pid }) => {
      const names = readdirSync(`/proc/${pid}/fd`)
      return `${names.length} descriptors`
    }),
  'proc.command-lines': (world) => {
    const seen = world.processes.map(({ pid }) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
    return { tried: seen.length, gained: [], seen }
  },
  'proc.debugger': byPerl(seize, callNumbers.ptrace),
  'proc.read-memory-call': byPerl(readRemote, callNumbers.read),
  'signals.inspector': signalling('SIGUSR1'),
  'signals.priority': (world) => attempt(targets(world), named, ({ pid }) => (setPriority(pid, 19), true)),
  'signals.limits': (world) =>
    attempt(targets(world).slice(0, 12), named, ({ pid }) => {
      const { status } = spawnSync('prlimit', ['--pid', String(pid), '--nofile=3:3'], {
        stdio: 'ignore',
        timeout: 5000,
      })
      return status === 0
    }),
  'signals.stop': signalling('SIGSTOP', 'SIGCONT'),
  'signals.end': signalling('SIGTERM', 'SIGKILL'),
}
