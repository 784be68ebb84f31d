/** Login shells and start-up files as people have them, on a server whose own accounts stay as they are. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface StrangeLogin {
  /** The login shell; `bash` where absent. */
  shell?: 'bash' | 'zsh' | 'fish' | 'tcsh'
  /** Files of the home folder, for instance `.bashrc`. */
  files?: Readonly<Record<string, string>>
  /** Programs in front of those that the host has: their scripts for `sh`. */
  programs?: Readonly<Record<string, string>>
  /** Further lines of sshd_config. */
  settings?: readonly string[]
  /** Shell lines that run before the login shell; `$HOME` is the home folder. */
  before?: string
}

/** Writes what a strange login needs. Gives the lines of sshd_config that make it one. */
export function strangeLogin(
  { shell = 'bash', files = {}, programs = {}, settings = [], before = '' }: StrangeLogin,
  { directory, home }: { directory: string; home: string },
): string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
  const folder = join(directory, 'own-programs')
  mkdirSync(folder, { recursive: true })
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const program = join(directory, `login-${shell}`)
  // SHLVL: bash reads ~/.bashrc for an SSH server's command only where no other shell has started it.
  const lines = [
    '#!/bin/sh',
    `PATH=${folder}:$PATH`,
    'export PATH',
    before,
    'unset SHLVL',
    `SHELL=$(command -v ${shell})`,
    'export SHELL',
  ]
  writeFileSync(program, `${[...lines, 'exec "$SHELL" -c "$SSH_ORIGINAL_COMMAND"'].join('\n')}\n`, {
    mode: 0o755,
  })
  return [...settings, `ForceCommand ${program}`]
}
