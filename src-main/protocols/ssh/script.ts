/**
 * How a command runs on a host whose login shell and start-up files are unknown. The command line is one that every shell reads
 * alike and that starts `sh`; the script comes behind it by standard input, as one line of Base64. It prints what it has found out
 * and what the command says between delimiters that nothing else can print: whatever start-up files print stays outside of them.
 */

/** What runs on a host. */
export interface HostCommand {
  /** For `sh`. */
  script: string
  /** Programs without which it says nothing. Where PATH has them not, a login shell and `module` are asked. */
  needs?: readonly string[] | undefined
  /** Programs that are looked for likewise; the script runs without them, too. */
  wants?: readonly string[] | undefined
  /** Options that an older program may not know; the script finds those that are known in the named variables. */
  options?: readonly ProgramOption[] | undefined
  /** The user's own locale is kept: what is started here (a job) inherits it. */
  ownLocale?: boolean | undefined
}

/** An option, the program whose option it is, and the variable of the script that holds it (or nothing). */
export interface ProgramOption {
  variable: string
  program: string
  option: string
}

/** A program's folder and what else its `module` sets; empty where nothing. */
export interface ProgramPlace {
  folder: string
  slurmConfiguration: string
  libraries: string
}

/** What a host has said about itself and what later logins may know. */
export interface HostKnowledge {
  /** Programs that PATH alone does not have. */
  places: [program: string, place: ProgramPlace][]
  /** Whether `program option` is known. */
  options: [option: string, known: boolean][]
}

/** What a host has said about itself during a login. */
export interface HostMemory {
  /** The login shell's file, for instance `/bin/bash`; null before the first answer. */
  shell: string | null
  /** Programs that PATH alone does not have. */
  places: Map<string, ProgramPlace>
  /** Whether `program option` is known. */
  options: Map<string, boolean>
  /** Programs that were there. */
  found: Set<string>
  /** Programs that were nowhere, and when: ms of this process's clock. */
  missing: Map<string, number>
}

export const emptyMemory = (known: HostKnowledge | null = null): HostMemory => ({
  shell: null,
  places: new Map(known?.places),
  options: new Map(known?.options),
  found: new Set(),
  missing: new Map(),
})

export const knowledgeOf = ({ places, options }: HostMemory): HostKnowledge => ({
  places: [...places],
  options: [...options],
})

/** Quotes for `sh`: one word. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const readyWord = '@@vizlink:ready'
const elsewhereWord = '@@vizlink:elsewhere'
/** A line of input that `bootCommand` skips; another shell in its place answers it with `elsewhereAnswer`. */
export const probeLine = `: ; echo ${elsewhereWord}\n`
export const elsewhereAnswer = new RegExp(`^[ \\t]*${elsewhereWord}[ \\t\\r]*$`, 'm')

/** What `sh` prints once it reads its input. */
export const readyDelimiter = `\n${readyWord}\n`

/**
 * The command line. `sh`, csh, fish and zsh read it alike: there are no newlines, backslashes or exclamation marks in its quotes. It
 * prints `readyDelimiter`, then runs each line of its input but probes as a script of its own.
 */
export const bootCommand =
  "exec /bin/sh -c 'case :$PATH: in *:/usr/bin:*) ;; *) PATH=$PATH:/usr/bin:/bin ;; esac; export PATH; " +
  `unset TMOUT; echo; echo ${readyWord}; ` +
  'while IFS= read -r line; do case $line in :*) ;; *) eval "$(printf %s "$line" | base64 -d)" ;; esac; done\''

/** A script as the line of input that `bootCommand` reads. */
export const bootLine = (script: string): string => `${Buffer.from(script).toString('base64')}\n`

/** Bytes of errors that are kept: their end says most. */
export const mostErrors = 16 * 1024
/** A login shell that is asked for a program has so long, as start-up files may be slow; and so long have all of them together. */
const seekSeconds = 15
export const seekingMs = 3 * (seekSeconds + 1) * 1000

/** Delimiters of one run; `mark` is random. */
export const delimiters = (mark: string) => ({
  facts: `\n@@${mark}:facts\n`,
  begin: `\n@@${mark}:begin\n`,
  errors: `\n@@${mark}:errors\n`,
  end: `\n@@${mark}:end\n`,
})

/** What users set for themselves would change what Slurm's programs print, and how srun starts a step. */
const clean = [
  // A shell that is called `sh` takes options from an exported SHELLOPTS.
  'set +eux',
  'unset CDPATH GREP_OPTIONS POSIXLY_CORRECT SLURM_TIME_FORMAT SLURM_BITSTR_LEN SLURM_DEBUG',
  'unset SLURM_LABELIO SLURM_STDINMODE SLURM_STDOUTMODE SLURM_STDERRMODE SLURM_EXCLUSIVE SLURM_CPUS_PER_TASK',
  'unset SLURM_MEM_PER_CPU SLURM_MEM_PER_NODE SLURM_GRES SLURM_HINT',
  `for v_name in $(env | sed -n 's/^\\(S[A-Z]*_[A-Za-z0-9_]*\\)=.*/\\1/p'); do`,
  '  case $v_name in SQUEUE_*|SBATCH_*|SINFO_*|SACCT_*|SCONTROL_*|SCANCEL_*) unset "$v_name" ;; esac',
  'done',
].join('\n')

const programName = /^[a-z][\w-]{0,63}$/
const optionName = /^--[a-z][a-z-]{0,63}$/
const variableName = /^[a-z_]{1,40}$/

/** Where Slurm is often installed; looked at last. */
const usualFolders = [
  ...['/opt/slurm/bin', '/usr/local/slurm/bin', '/usr/slurm/bin', '/usr/local/bin'],
  '/cm/shared/apps/slurm/current/bin',
]

/** Looks for programs that PATH does not have, and notes where they are. */
const seek = (mark: string, programs: readonly string[]): string => `
for v_program in ${programs.join(' ')}; do
  command -v "$v_program" >/dev/null 2>&1 && continue
  v_found=
  v_seek="printf '\\n%s\\n' \\"@@${mark}:folder \\$(command -v $v_program)\\" \\"@@${mark}:configuration \\$SLURM_CONF\\" \\"@@${mark}:libraries \\$LD_LIBRARY_PATH\\""
  export v_seek
  for v_way in own bash module; do
    case $v_way in
      own) v_answer=$($v_timeout "\${SHELL:-/bin/sh}" -lc 'exec /bin/sh -c "$v_seek"' </dev/null 2>/dev/null) ;;
      bash) v_answer=$($v_timeout bash -lc 'exec /bin/sh -c "$v_seek"' </dev/null 2>/dev/null) ;;
      module) v_answer=$($v_timeout bash -lc 'module load slurm >/dev/null 2>&1; exec /bin/sh -c "$v_seek"' </dev/null 2>/dev/null) ;;
    esac
    v_found=$(printf '%s\\n' "$v_answer" | sed -n 's/^@@${mark}:folder \\(\\/.*\\)\\/[^/]*$/\\1/p' | head -n 1)
    [ -n "$v_found" ] && break
  done
  unset v_seek
  if [ -z "$v_found" ]; then
    v_answer=
    for v_folder in ${usualFolders.join(' ')}; do
      [ -x "$v_folder/$v_program" ] && v_found=$v_folder && break
    done
  fi
  if [ -z "$v_found" ]; then v_facts="$v_facts
missing $v_program"; continue; fi
  v_configuration=$(printf '%s\\n' "$v_answer" | sed -n 's/^@@${mark}:configuration \\(\\/.*\\)$/\\1/p' | head -n 1)
  v_libraries=$(printf '%s\\n' "$v_answer" | sed -n 's/^@@${mark}:libraries \\(.*\\)$/\\1/p' | head -n 1)
  PATH=$PATH:$v_found
  [ -z "$v_configuration" ] || { SLURM_CONF=$v_configuration; export SLURM_CONF; }
  [ -z "$v_libraries" ] || { LD_LIBRARY_PATH=$v_libraries; export LD_LIBRARY_PATH; }
  v_facts="$v_facts
program $v_program
folder $v_found
configuration $v_configuration
libraries $v_libraries"
done`

/** Where programs were found before. */
const places = ({ places }: HostMemory): string =>
  [...places.values()]
    .map(({ folder, slurmConfiguration, libraries }) =>
      [
        `PATH=$PATH:${shellWord(folder)}`,
        ...(slurmConfiguration === ''
          ? []
          : [`SLURM_CONF=${shellWord(slurmConfiguration)}; export SLURM_CONF`]),
        ...(libraries === '' ? [] : [`LD_LIBRARY_PATH=${shellWord(libraries)}; export LD_LIBRARY_PATH`]),
      ].join('\n'),
    )
    .join('\n')

/** Sets an option's variable. A program with an option that it does not know says so before it looks at the next one. */
function option({ variable, program, option }: ProgramOption, { options }: HostMemory): string {
  if (!variableName.test(variable) || !programName.test(program) || !optionName.test(option))
    throw new Error('no option of a program')
  const known = options.get(`${program} ${option}`)
  if (known !== undefined) return `${variable}=${known ? option : ''}; export ${variable}`
  return `
${variable}=${option}
if v_answer=$($v_timeout ${program} ${option} --version </dev/null 2>&1); then v_facts="$v_facts
option ${program} ${option} yes"
else case $v_answer in *nrecognized*|*nvalid\\ option*|*nknown\\ option*) ${variable}=; v_facts="$v_facts
option ${program} ${option} no" ;; esac; fi
export ${variable}`
}

/** What comes before the command itself. */
function preparation(mark: string, command: HostCommand, memory: HostMemory): string {
  const { needs = [], wants = [], options = [], ownLocale = false } = command
  const programs = [...needs, ...wants]
  if (programs.some((name) => !programName.test(name))) throw new Error('no name of a program')
  return [
    clean,
    ...(ownLocale ? [] : ['LC_ALL=C; export LC_ALL']),
    'v_facts="shell $SHELL"',
    `v_timeout=; command -v timeout >/dev/null 2>&1 && v_timeout="timeout -k 1 ${seekSeconds}"`,
    places(memory),
    ...(programs.length > 0 ? [seek(mark, programs)] : []),
    ...options.map((one) => option(one, memory)),
    'export PATH',
    `printf '\\n@@${mark}:facts\\n%s\\n@@${mark}:begin\\n' "$v_facts"`,
    // Without what it needs it does not run: the caller is notified by the facts.
    'v_gone=',
    ...(needs.length > 0
      ? [`for v_name in ${needs.join(' ')}; do command -v "$v_name" >/dev/null 2>&1 || v_gone=yes; done`]
      : []),
  ].join('\n')
}

export interface RunOptions {
  mark: string
  memory: HostMemory
  /** The command is ended where it runs after so many seconds: an SSH server ends no program whose channel is closed. */
  limitSeconds: number | null
  /** Standard input goes to the command, and nothing else is run afterwards. */
  input: boolean
}

/**
 * Script that runs a command and prints, each behind its delimiter: facts about the host, the command's output, the end of its errors
 * with its exit status on the last line.
 */
export function runScript(command: HostCommand, { mark, memory, limitSeconds, input }: RunOptions): string {
  const run = `$v_timeout /bin/sh -c ${shellWord(command.script)} 2>&1 >&3 3>&-${input ? '' : ' </dev/null'}`
  const limited =
    limitSeconds === null ? 'v_timeout=' : `[ -z "$v_timeout" ] || v_timeout="timeout -k 2 ${limitSeconds}"`
  const all = [
    '(',
    preparation(mark, command, memory),
    limited,
    'exec 3>&1',
    `if [ -n "$v_gone" ]; then v_errors=127`,
    `else v_errors=$( { ${run}; printf '\\n%s' "$?"; } | tail -c ${mostErrors} ); fi`,
    'exec 3>&-',
    `printf '\\n@@${mark}:errors\\n%s\\n@@${mark}:end\\n' "$v_errors"`,
    ')',
  ]
  return [...all, ...(input ? ['exit'] : [])].join('\n')
}

/** Script that becomes the command: behind the second delimiter the channel is the command's own, byte for byte. */
export const becomeScript = (command: HostCommand, mark: string, memory: HostMemory): string =>
  [
    preparation(mark, command, memory),
    '[ -z "$v_gone" ] || exit 127',
    `exec /bin/sh -c ${shellWord(command.script)}`,
  ].join('\n')

const folder = /^\/[^:\0\n]{0,500}$/

/** What is kept of programs, options: we ask for fewer. */
export const mostKnown = 32

/** Notes what a host has said about itself. @returns programs that are nowhere */
export function noteFacts(text: string, memory: HostMemory): string[] {
  const missing: string[] = []
  let program: string | null = null
  for (const line of text.split('\n').slice(0, 100)) {
    const [name = '', ...words] = line.split(' ')
    const value = words.join(' ')
    const place: ProgramPlace | undefined = program === null ? undefined : memory.places.get(program)
    const full = Math.max(memory.places.size, memory.options.size, memory.missing.size) >= mostKnown
    if (full) break
    if (name === 'shell') memory.shell = value.slice(0, 200) || null
    else if (name === 'missing' && programName.test(value)) {
      missing.push(value)
      memory.missing.set(value, performance.now())
    } else if (name === 'program') program = programName.test(value) ? value : null
    else if (name === 'folder' && program !== null && folder.test(value))
      memory.places.set(program, { folder: value, slurmConfiguration: '', libraries: '' })
    else if (name === 'configuration' && place && folder.test(value)) place.slurmConfiguration = value
    else if (name === 'libraries' && place) place.libraries = value.slice(0, 2000)
    else if (name === 'option' && words.length === 3 && value.length <= 200)
      memory.options.set(`${words[0]} ${words[1]}`, words[2] === 'yes')
  }
  return missing
}

/** Start-up files of a login shell, the likeliest first; of all of them where the shell is not known. */
export function startUpFiles(shell: string | null): string {
  const name = /(?:^|\/)(bash|zsh|t?csh|fish)$/.exec(shell ?? '')?.[1]
  const all = ['~/.bashrc', '~/.cshrc', '~/.zshenv', '~/.config/fish/config.fish']
  const files = { bash: all[0], tcsh: '~/.tcshrc, ~/.cshrc', csh: all[1], zsh: all[2], fish: all[3] }
  return (name && files[name as keyof typeof files]) || all.join(', ')
}
