/** Command lines and configuration of the system's `ssh`, as a login starts it (ssh(1), ssh_config(5); OpenSSH 8.5 and later). */
import { shellWord } from '../ssh/script.ts'

/** The host that a process leads to. */
export interface OpensshTarget {
  /** Name by which the user's configuration knows it. */
  label: string
  address: string
  port: number
  user: string
}

/** How a process of `ssh` asks: absolute paths of the program that it starts, and of the socket by which that asks the app. */
export interface Asking {
  askpass: string
  socket: string
}

/** What a process of `ssh` is started with. */
export interface OpensshStart extends Asking {
  /** Absolute path of `ssh`. */
  program: string
  /** File with `configurationText`. */
  configuration: string
  /** Key file in the place of all others; null: those that the configuration and the agent name. */
  identityFile: string | null
  /** Socket for further channels; null: each channel has a login of its own. */
  controlPath: string | null
  /** Leads to the host, in the place of what the configuration says; null: the configuration decides. */
  proxyCommand: string | null
}

/** `%` begins a token in most values. */
const plain = (text: string): string => text.replaceAll('%', '%%')

/** One value of a configuration line. */
const quoted = (text: string): string => `"${plain(text).replace(/(["\\])/g, '\\$1')}"`

/** The socket is named here, too: `ssh` that leads to another host runs in the environment of that one's. */
const knownHostsCommand = ({ askpass, socket }: Asking, role: 'target' | 'jump'): string =>
  `${quoted(askpass)} --host-key ${quoted(socket)} ${role} %I %H %t %K`

/**
 * Configuration that is in front of the user's own: the first value of a keyword holds. Hosts are known by our answers alone, and
 * nothing is forwarded, started or shown here that the user wants of `ssh` in a terminal.
 * @param files the user's configuration and the computer's
 */
export function configurationText(asking: Asking, files: readonly string[]): string {
  return `${[
    'Host *',
    'StrictHostKeyChecking yes',
    'UserKnownHostsFile none',
    'GlobalKnownHostsFile none',
    `KnownHostsCommand ${knownHostsCommand(asking, 'jump')}`,
    'NoHostAuthenticationForLocalhost no',
    'CheckHostIP no',
    'UpdateHostKeys no',
    'VerifyHostKeyDNS no',
    'VisualHostKey no',
    'BatchMode no',
    'ControlMaster no',
    'ControlPath none',
    'ControlPersist no',
    'ClearAllForwardings yes',
    'ForwardAgent no',
    'ForwardX11 no',
    'Tunnel no',
    'PermitLocalCommand no',
    'RemoteCommand none',
    'RequestTTY no',
    'EscapeChar none',
    'ServerAliveInterval 3',
    'ServerAliveCountMax 3',
    ...files.map((file) => `Include "${file}"`),
  ].join('\n')}\n`
}

/** A name that `ssh` takes for a host's and for nothing else. */
const hostArgument = ({ label, address }: OpensshTarget): string =>
  /^[A-Za-z0-9_][\w.:-]*$/.test(label) ? label : address

function ofLogin(target: OpensshTarget, start: OpensshStart): string[] {
  const { identityFile, proxyCommand } = start
  return [
    ...['-F', start.configuration, '-T'],
    ...['-o', `HostName=${plain(target.address)}`, '-p', String(target.port), '-l', target.user],
    ...['-o', `KnownHostsCommand=${knownHostsCommand(start, 'target')}`],
    ...(proxyCommand === null ? [] : ['-o', `ProxyCommand=${proxyCommand}`]),
    ...(identityFile === null
      ? []
      : ['-o', `IdentityFile=${quoted(identityFile)}`, '-o', 'IdentitiesOnly=yes']),
  ]
}

/** Logs in and stays, without a session. It reports its steps on standard error. */
export const loginArguments = (target: OpensshTarget, start: OpensshStart): string[] => [
  ...ofLogin(target, start),
  ...(start.controlPath === null ? [] : ['-M', '-S', plain(start.controlPath)]),
  ...['-v', '-N', '--', hostArgument(target)],
]

/** In a login that exists where there is a socket: without it `ssh` logs in by itself, and a refused channel would do so, too. */
const ofChannel = (target: OpensshTarget, start: OpensshStart): string[] =>
  start.controlPath === null
    ? ofLogin(target, start)
    : ['-F', 'none', '-S', plain(start.controlPath), '-o', 'ProxyCommand=false', '-T']

/** A channel for a command. */
export const commandArguments = (target: OpensshTarget, start: OpensshStart, command: string): string[] => [
  ...ofChannel(target, start),
  ...['-vv', '--', hostArgument(target), command],
]

/** A channel to a port, as the host reaches it. */
export const forwardArguments = (
  target: OpensshTarget,
  start: OpensshStart,
  to: { address: string; port: number },
): string[] => [
  ...ofChannel(target, start),
  ...['-vv', '-W', `[${to.address}]:${to.port}`, '--', hostArgument(target)],
]

/**
 * Lets a login lead from a socket of this computer to one of the host; the process ends at once.
 * @param own path of the new one, in a folder of the app alone
 */
export const socketArguments = (
  target: OpensshTarget,
  start: OpensshStart,
  { own, path }: { own: string; path: string },
): string[] => [
  ...ofChannel(target, start),
  ...['-O', 'forward', '-L', `${plain(own)}:${plain(path)}`, '--', hostArgument(target)],
]

/** `ProxyCommand` of a host that is reached through this one. */
export function proxyCommandThrough(target: OpensshTarget, start: OpensshStart): string {
  const words = [start.program, ...ofChannel(target, start)].map((word) => plain(shellWord(word)))
  return [...words, '-W', "'[%h]:%p'", '--', plain(shellWord(hostArgument(target)))].join(' ')
}
