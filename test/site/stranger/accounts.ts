/** Unix accounts of the strange site, which are on its machines alone, and what belongs to whom there. */
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../support/processes.ts'
import type { Slurm } from '../slurm/index.ts'

export interface Account {
  name: string
  id: number
  shell: string
}

export const accounts = {
  /** The portal's: its jobs run under it, whatever user has asked for them. */
  portal: { name: 'svc-portal', id: 64_201, shell: '/usr/sbin/nologin' },
  /** A user, with a name that only newer tools take. */
  user: { name: 'ada.lovelace', id: 64_202, shell: '/bin/bash' },
  /** An administrator, whom the nodes let in. */
  operator: { name: 'operator1', id: 64_203, shell: '/usr/bin/tcsh' },
} as const satisfies Record<string, Account>

const all: readonly Account[] = Object.values(accounts)
export const homeOf = ({ name }: Account): string => `/home/${name}`

/** Start-up files as people have them; each of them has broken clients. */
const startUpFiles: Readonly<Record<keyof typeof accounts, Readonly<Record<string, string>>>> = {
  portal: {},
  user: {
    '.bashrc': [
      `printf '\\033]0;%s\\007' "ada@login"`,
      'echo "Welcome | to the cluster"',
      'echo 1000',
      'export SQUEUE_STATES=PENDING SQUEUE_FORMAT=%i SINFO_FORMAT=%n SLURM_TIME_FORMAT=relative',
    ].join('\n'),
  },
  operator: { '.cshrc': 'echo "Quota: 93 % of 100 GB"\nsetenv SQUEUE_FORMAT %i' },
}

/** Writes the machines' lists of users and groups into a folder: this machine's own, and those accounts. */
export async function writeAccounts(folder: string): Promise<void> {
  const [passwd, group] = await Promise.all([readFile('/etc/passwd', 'utf8'), readFile('/etc/group', 'utf8')])
  const users = all.map((one) => `${one.name}:x:${one.id}:${one.id}::${homeOf(one)}:${one.shell}\n`)
  await writeFile(join(folder, 'passwd'), passwd + users.join(''), { mode: 0o644 })
  const groups = all.map(({ name, id }) => `${name}:x:${id}:\n`)
  await writeFile(join(folder, 'group'), group + groups.join(''), { mode: 0o644 })
}

/** Makes the accounts' home folders below `folder`, with what shells read there. */
export async function makeHomes(folder: string): Promise<void> {
  for (const [role, account] of Object.entries(accounts)) {
    const home = join(folder, account.name)
    await mkdir(home, { recursive: true, mode: 0o700 })
    for (const [name, text] of Object.entries(startUpFiles[role as keyof typeof accounts]))
      await writeFile(join(home, name), `${text}\n`)
    give(home, account)
  }
}

/** Makes a file or folder, with all in it, an account's own. */
export const give = (path: string, { id }: Account): void =>
  void execFileSync('chown', ['--recursive', '--no-dereference', `${id}:${id}`, path])

/** The administrator's profile: the user's with another account. */
export function asOperator(profile: Record<string, unknown>): object {
  return {
    ...profile,
    id: 'demo-operator',
    ssh: { ...(profile.ssh as object), user: accounts.operator.name },
  }
}

/** Slurm as an account uses it: what it submits runs under that account. */
export function asAccount(slurm: Slurm, account: Account, environment: NodeJS.ProcessEnv): Slurm {
  const ids = ['--reuid', `${account.id}`, '--regid', `${account.id}`, '--clear-groups', '--']
  const own = { HOME: homeOf(account), USER: account.name, LOGNAME: account.name }
  return {
    ...slurm,
    run: (program, args, deadlineMs = 20_000) =>
      runCommand('setpriv', [...ids, program, ...args], {
        environment: { ...slurm.environment, ...environment, ...own },
        deadlineMs,
      }),
  }
}
