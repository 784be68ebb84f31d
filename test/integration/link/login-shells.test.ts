/** Commands by login shells and start-up files as people have them, on a real SSH server. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { HostCommand } from '../../../src-main/protocols/ssh/script.ts'
import { failureOf } from '../../support/failure-of.ts'
import { portsOfNoHost, startLink, type RunningLink } from '../../support/running-link.ts'
import { opensshInput } from './openssh-input.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'
import { strangeLogin, type StrangeLogin } from '../../site/ssh/login-shells.ts'

let servers: SshServers
let link: RunningLink
afterEach(async () => {
  await link.dispose()
  await servers.dispose()
})

/** @param options `direct`: not through the login host; `openssh`: by the system's `ssh` */
async function logIn(
  strange: StrangeLogin | ((directory: string) => StrangeLogin),
  { direct = false, openssh = false } = {},
): Promise<void> {
  servers = await startSshServers({
    settings: (directory) =>
      strangeLogin(typeof strange === 'function' ? strange(directory) : strange, {
        directory,
        home: join(directory, 'home'),
      }),
  })
  link = await startLink({ identityFile: servers.identityFile })
  const hops = direct ? servers.hops.slice(1) : servers.hops
  await link.client.request('login', {
    ...{ hops, keys: link.keys, deadlineMs: 30_000 },
    ...(openssh ? { openssh: opensshInput(servers.directory, servers.identityFile) } : {}),
  })
}

const exec = (command: string | HostCommand, more: { deadlineMs?: number; input?: string } = {}) =>
  link.client.request('exec', {
    hopId: null,
    command: typeof command === 'string' ? { script: command } : command,
    deadlineMs: 30_000,
    maximumBytes: 10_000,
    ...more,
  })

/** A folder with programs of that name that print their environment, or what is named here. */
function programs(folder: string, ...named: [name: string, script: string][]): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, script] of named)
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** Quotes, newlines, a variable, a loop: what csh and fish read in another way. */
const script = `name="it's"
for one in a 'b c'; do printf '%s!\n' "$name $one"; done
cat
exit 3`
const answer = { stdout: "it's a!\nit's b c!\nfor it\n", stderr: '', code: 3, truncated: false }

const prompt = 'printf "\\033]0;ada@node1\\007"'
const strangers: [string, StrangeLogin][] = [
  ['B01: fish', { shell: 'fish' }],
  ['B01: csh', { shell: 'tcsh' }],
  ['B01: zsh', { shell: 'zsh', files: { '.zshenv': 'echo "Welcome"\n' } }],
  ['B03: a title without a newline', { files: { '.bashrc': `${prompt}\n` } }],
  ['B03: a number without a newline', { files: { '.bashrc': 'printf 4711\n' } }],
  [
    'B04: lines, some of them numbers',
    { files: { '.bashrc': 'echo "Welcome to the cluster"\necho 1000\necho 0 >&2\n' } },
  ],
  ['B04: a fish that greets', { shell: 'fish', files: { '.config/fish/config.fish': 'echo Welcome\n' } }],
  ['B04: a csh that greets', { shell: 'tcsh', files: { '.cshrc': 'echo Welcome\n' } }],
  [
    'B04: a function in the place of a program',
    { files: { '.bashrc': 'cat() { echo cat; }; export -f cat\n' } },
  ],
  [
    'B04: an end in the middle of a line',
    { files: { '.bashrc': `printf '@@begin'\ntrap 'echo "Good bye"' EXIT\n` } },
  ],
  ['a program that takes all input that is there', { files: { '.bashrc': 'read -t 1 answer\n' } }],
]

describe('by a strange login shell a command gives what it gives by any other', () => {
  test.each(strangers)('%s', async (_name, strange) => {
    await logIn(strange)
    expect(await exec(script, { input: 'for it\n' })).toEqual(answer)
    // Once more, in a shell that has run something before.
    expect((await exec('echo "$0 $1"; id -u')).stdout).toBe(`/bin/sh \n${process.getuid?.()}\n`)
    expect((await exec('echo again')).stdout).toBe('again\n')
  })
})

describe('B07: start-up files that run something else', () => {
  test.each<[string, StrangeLogin, string, string]>([
    [
      'another shell',
      { files: { '.bashrc': 'echo "Starting zsh"\nexec zsh -f\n' } },
      '~/.bashrc',
      'Starting zsh',
    ],
    [
      'an end',
      { files: { '.bashrc': 'echo "No commands here."\nexit 1\n' } },
      '~/.bashrc',
      'No commands here.',
    ],
    [
      'a csh that runs another',
      { shell: 'tcsh', files: { '.cshrc': 'echo "Go away."\nexec zsh -f\n' } },
      '~/.cshrc',
      'Go away.',
    ],
  ])('%s: what came instead is shown, and the file is named', async (_name, strange, file, said) => {
    await logIn(strange)
    const failure = await failureOf(exec('echo out', { deadlineMs: 4000 }))
    expect(failure).toMatchObject({ kind: 'no-commands', reason: 'unheard' })
    expect(failure.facts.files).toContain(file)
    expect(failure.evidence.find(({ label }) => label === 'answer')?.value.split('\n')[0]).toBe(said)
  })

  test('a question that waits for an answer gets none', async () => {
    await logIn({ files: { '.bashrc': 'echo "Project?"\nread answer; exit 1\n' } })
    const failure = await failureOf(exec('echo out', { deadlineMs: 3000 }))
    expect(failure).toMatchObject({ kind: 'no-commands', evidence: [{}, { value: 'Project?' }, {}] })
  })
})

test('start-up files that take longer than a command may are waited for', async () => {
  await logIn({ files: { '.bashrc': 'sleep 3\n' } })
  expect((await exec('echo out', { deadlineMs: 1000 })).stdout).toBe('out\n')
})

test('B09: what users set for Slurm, and their language, does not reach a command', async () => {
  const set = [
    'SQUEUE_STATES=PENDING',
    'SBATCH_PARTITION=x',
    'SINFO_FORMAT=%n',
    'SACCT_FORMAT=x',
    'SCONTROL_ALL=1',
    'SLURM_LABELIO=1',
    'SLURM_EXCLUSIVE=1',
  ]
  const files = {
    '.bashrc': [...set, 'SLURM_TIME_FORMAT=relative', 'LC_ALL=de_DE.UTF-8', 'SLURM_CONF=/etc/own.conf']
      .map((one) => `export ${one}\n`)
      .join(''),
  }
  await logIn({ files })
  const { stdout } = await exec('env | grep -E "^(S[A-Z]+_|LC_ALL)" | sort | grep -v "^SSH_"')
  expect(stdout).toBe('LC_ALL=C\nSLURM_CONF=/etc/own.conf\n')
  const own = await exec({ script: 'echo "$LC_ALL"', ownLocale: true })
  expect(own.stdout).toBe('de_DE.UTF-8\n')
})

describe('B10: a program that PATH alone does not have', () => {
  const command: HostCommand = { script: 'viz-squeue', needs: ['viz-squeue'] }
  const slurm = (folder: string): void => programs(folder, ['viz-squeue', 'echo "there, $SLURM_CONF"'])

  test.each<[string, (directory: string) => StrangeLogin, string]>([
    [
      'a login shell finds it',
      (directory) => ({
        files: { '.bash_profile': `PATH=$PATH:${directory}/slurm; export SLURM_CONF=/etc/s.conf\n` },
      }),
      'there, /etc/s.conf\n',
    ],
    [
      'fish finds it',
      (directory) => ({
        shell: 'fish',
        files: {
          '.config/fish/config.fish': `if status is-login\n set PATH $PATH ${directory}/slurm\nend\n`,
        },
      }),
      'there, \n',
    ],
    [
      'module finds it',
      (directory) => ({
        files: {
          '.bash_profile': `module() { [ "$*" = "load slurm" ] && PATH=$PATH:${directory}/slurm; }\n`,
        },
      }),
      'there, \n',
    ],
  ])('%s', async (_name, strange, said) => {
    await logIn((directory) => (slurm(join(directory, 'slurm')), strange(directory)))
    expect(await exec(command)).toMatchObject({ stdout: said, code: 0 })
    // It is remembered: what has found it is not asked again.
    for (const file of ['.bash_profile', '.config/fish/config.fish'])
      mkdirSync(join(servers.home, file, '..'), { recursive: true })
    writeFileSync(join(servers.home, '.bash_profile'), '')
    writeFileSync(join(servers.home, '.config/fish/config.fish'), '')
    expect(await exec(command)).toMatchObject({ stdout: said, code: 0 })
  })

  test('one that is nowhere is named, with the host', async () => {
    await logIn({})
    const failure = await failureOf(exec(command))
    expect(failure).toMatchObject({
      kind: 'no-commands',
      reason: 'program-missing',
      facts: { program: 'viz-squeue' },
    })
    // What it only wants does not keep it.
    expect(await exec({ script: 'echo without', wants: ['viz-squeue'] })).toMatchObject({
      stdout: 'without\n',
    })
  })
})

test('B10: what one login has learned the next one knows', async () => {
  await logIn((directory) => {
    programs(join(directory, 'slurm'), ['viz-squeue', 'echo there'])
    return { files: { '.bash_profile': `echo asked >> "$HOME/asked"; PATH=$PATH:${directory}/slurm\n` } }
  })
  const command: HostCommand = { script: 'viz-squeue', needs: ['viz-squeue'] }
  const { learned } = await exec(command)
  expect(learned?.places.map(([program]) => program)).toEqual(['viz-squeue'])
  expect((await exec(command)).learned).toBeUndefined()
  const other = await startLink({ identityFile: servers.identityFile })
  try {
    await other.client.request('login', {
      ...{ hops: servers.hops, keys: other.keys, deadlineMs: 30_000 },
      ...(learned ? { known: learned } : {}),
    })
    const run = { hopId: null, command, deadlineMs: 30_000, maximumBytes: 1000 }
    expect((await other.client.request('exec', run)).stdout).toBe('there\n')
    expect(readFileSync(join(servers.home, 'asked'), 'utf8')).toBe('asked\n')
  } finally {
    await other.dispose()
  }
})

test('B33: an option that an older program does not know is left out, and that is remembered', async () => {
  const old =
    'echo "$*" >> "$HOME/asked"; case "$*" in *--overlap*) echo "srun: unrecognized option" >&2; exit 1 ;; esac'
  await logIn({ programs: { 'viz-srun': `${old}; echo "ran $*"`, 'viz-new': 'echo "ran $*"' } })
  const command = (program: string): HostCommand => ({
    script: `${program} $v_overlap --nodes=1`,
    needs: [program],
    options: [{ variable: 'v_overlap', program, option: '--overlap' }],
  })
  expect((await exec(command('viz-srun'))).stdout).toBe('ran --nodes=1\n')
  expect((await exec(command('viz-srun'))).stdout).toBe('ran --nodes=1\n')
  expect((await exec('cat "$HOME/asked"')).stdout).toBe('--overlap --version\n--nodes=1\n--nodes=1\n')
  expect((await exec(command('viz-new'))).stdout).toBe('ran --overlap --nodes=1\n')
})

describe('B21: a server that allows one session', () => {
  const log = (): string => readFileSync(join(servers.directory, 'node', 'sshd.log'), 'utf8')
  const sessions = (): number => log().split('Starting session: ').length - 1
  const logins = (): number => log().split('Accepted publickey ').length - 1
  const numbers = (most: number) =>
    Promise.all(Array.from({ length: most }, (_, index) => exec(`sleep 0.1; echo ${index}`)))
  const openRelay = () =>
    link.client.request('open-relay', {
      hopId: null,
      ports: portsOfNoHost,
      maximumUnacknowledgedBytes: 1 << 20,
      deadlineMs: 30_000,
    })
  /** Names of processes that logins have started. */
  const left = (): string[] =>
    servers
      .remoteProcesses()
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2).join(' '))
  const ownFolder = { files: { '.bashrc': 'mkdir -p "$HOME/t"; export TMPDIR="$HOME/t"\n' } }

  test('runs commands one after the other, in one channel of one login', async () => {
    await logIn({ settings: ['MaxSessions 1'] })
    const all = await numbers(5)
    expect(all.map(({ stdout }) => stdout)).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n'])
    expect([logins(), sessions()]).toEqual([1, 1])
  })

  test.each([
    ['ssh2', false],
    ['the system’s ssh', true],
  ])('has the relay beside them, by a socket (%s): one login from first to last', async (_name, openssh) => {
    await logIn({ settings: ['MaxSessions 1'], ...ownFolder }, { openssh })
    await numbers(2)
    const { relayId, place } = await openRelay()
    expect(place).not.toHaveProperty('whyNoSocket')
    expect((await numbers(3)).map(({ stdout }) => stdout)).toEqual(['0\n', '1\n', '2\n'])
    await vi.waitUntil(
      async () => (await link.client.request('link-facts', { relayId })).roundTripMs !== null,
      { timeout: 30_000, message: 'the relay answers' },
    )
    expect(readdirSync(join(servers.home, 't'))).toEqual([])
    await link.client.request('close-relay', { relayId })
    expect((await exec('echo after')).stdout).toBe('after\n')
    // Another one: the program is there already.
    await openRelay()
    expect((await exec('echo beside')).stdout).toBe('beside\n')
    // Putting the relay there has taken one, which ended before the next.
    expect([logins(), sessions()]).toEqual([1, 2])
  })

  test('the relay ends with its channel, and with its login', async () => {
    await logIn({ settings: ['MaxSessions 1'] })
    const { relayId } = await openRelay()
    expect(left().filter((line) => line.includes('/relay-'))).not.toEqual([])
    await link.client.request('close-relay', { relayId })
    await vi.waitUntil(() => left().every((line) => !line.includes('/relay-')), {
      timeout: 30_000,
      message: 'the relay has ended',
    })
    await openRelay()
    await servers.node.setRunning(false)
    await vi.waitUntil(() => servers.remoteProcesses().length === 0, {
      timeout: 30_000,
      message: 'nothing has outlived its login',
    })
  })

  test('how a relay on a socket ended is reported', async () => {
    await logIn({ settings: ['MaxSessions 1'] })
    const { relayId } = await openRelay()
    const [pid] = servers.relays()
    process.kill(pid!, 'SIGKILL')
    const { relayId: lostId, failure } = await link.lost
    expect(lostId).toBe(relayId)
    expect(JSON.stringify(failure.evidence)).toContain('the relay ended with SIGKILL')
  })

  test.each([
    ['AllowStreamLocalForwarding no', false],
    ['DisableForwarding yes', false],
    ['AllowStreamLocalForwarding no', true],
  ])(
    'and with %s: commands have a second login while the relay has the channel (by ssh: %s)',
    async (setting, openssh) => {
      await logIn({ settings: ['MaxSessions 1', setting] }, { direct: true, openssh })
      const { relayId, place } = await openRelay()
      expect(place.whyNoSocket).toMatch(/open failed/i)
      expect((await numbers(3)).map(({ stdout }) => stdout)).toEqual(['0\n', '1\n', '2\n'])
      expect(logins()).toBe(2)
      expect(await link.client.request('link-facts', { relayId })).toMatchObject({ droppedFrames: 0 })
    },
  )

  test('any other: the relay has a channel, and the next command one that was opened before', async () => {
    await logIn({})
    await openRelay()
    expect((await exec('echo beside')).stdout).toBe('beside\n')
    expect([logins(), left().filter((line) => line.includes('--on-socket'))]).toEqual([1, []])
  })

  test('any other: many commands at once run in four channels of one login', async () => {
    await logIn({})
    expect(await numbers(12)).toHaveLength(12)
    await numbers(12)
    expect([logins(), sessions()]).toEqual([1, 4])
  })
})
