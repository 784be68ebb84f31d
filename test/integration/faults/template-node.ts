/**
 * Programs that the default job template calls, on the PATH of a demo site's nodes: real ones where this machine has them,
 * each noting the words that it was called with, and small stand-ins for the X server, the desktop and Sunshine.
 */
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Site } from '../../site/types.ts'

const template = join(import.meta.dirname, '../../../resources/job-template.sh')
const sunshineProgram = join(import.meta.dirname, 'sunshine-program.ts')

/** Xvfb is a real X server; what only Xorg knows is left out of its command line. It fails where others could see its picture. */
const xServer = `file=''; for word in "$@"; do [ "$file" = -auth ] && auth=$word; file=$word; done
[ -s "$auth" ] || { echo 'no cookie: this server would let in everybody' >&2; exit 1; }
case "$*" in *'-extension MIT-SHM'*) ;; *) echo 'pictures in memory that everybody may read' >&2; exit 1 ;; esac
exec /usr/bin/Xvfb "$1" "$2" -auth "$auth" -screen 0 64x64x24 -nolisten tcp -extension MIT-SHM
`

export interface TemplateNode {
  /** The profile of a site that names no job template. */
  profile: string
  /** Every command line since the start, one on a line. */
  commandLines(): string[]
  /** Puts another text in the place of a program until `work` is done; null: the program is not there. */
  withProgram<T>(name: string, text: string | null, work: () => Promise<T>): Promise<T>
  /** Lets `text` run first in a program until `work` is done. */
  beforeProgram<T>(name: string, text: string, work: () => Promise<T>): Promise<T>
  /** The profile of a site whose template is a copy that finds all programs but those. */
  profileWithout(programs: RegExp): string
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Makes them in the folders of the site, which removes them. */
export function makeTemplateNode(site: Site): TemplateNode {
  const folder = join(site.directory, 'nodes', 'bin')
  const notes = join(site.directory, 'command-lines')
  const put = (name: string, text: string): void =>
    writeFileSync(
      join(folder, name),
      // Builtins alone: a program that is called here would be one that notes itself.
      `#!/bin/sh\necho "${name} $*" >> '${notes}'\n${text}`,
      { mode: 0o755 },
    )
  const words = readFileSync(template, 'utf8')
    .replace(/^\s*#.*$/gm, '')
    .match(/[\w-]+/g)
  for (const name of new Set(words))
    if (isProgram(`/usr/bin/${name}`)) put(name, `exec '/usr/bin/${name}' "$@"\n`)
  put('Xorg', xServer)
  put('startxfce4', 'exec /usr/bin/xterm -T desktop-of-the-template\n')
  put('sunshine', `TMPDIR='${site.directory}' exec '${process.execPath}' '${sunshineProgram}' "$@"\n`)

  const profile = join(site.directory, 'profile-default-template.json')
  const { slurm: _named, ...rest } = JSON.parse(readFileSync(site.ready.batchProfile, 'utf8')) as {
    slurm: object
  }
  writeFileSync(profile, JSON.stringify(rest), { mode: 0o600 })
  const withProgram: TemplateNode['withProgram'] = async (name, text, work) => {
    const [path, kept] = [join(folder, name), join(site.directory, `kept-${name}`)]
    renameSync(path, kept)
    if (text !== null) put(name, text)
    try {
      return await work()
    } finally {
      rmSync(path, { force: true })
      renameSync(kept, path)
    }
  }
  let copies = 0
  return {
    profile,
    profileWithout(programs) {
      const there = join(site.directory, `programs-${++copies}`)
      mkdirSync(there)
      const files = [folder, '/usr/bin', '/usr/sbin'].flatMap((from) =>
        readdirSync(from).map((name) => [name, join(from, name)] as const),
      )
      // The first of a name is the one that a PATH of these folders would find.
      for (const [name, path] of new Map(files.reverse()))
        if (!programs.test(name)) symlinkSync(path, join(there, name))
      const text = readFileSync(template, 'utf8')
      writeFileSync(
        `${there}.sh`,
        text.replace(/^# ---- site part: begin/m, (line) => `PATH='${there}'\n${line}`),
      )
      const copy = { ...rest, slurm: { jobTemplate: `${there}.sh` } }
      writeFileSync(`${there}.json`, JSON.stringify(copy), { mode: 0o600 })
      return `${there}.json`
    },
    commandLines: () => readFileSync(notes, 'utf8').split('\n').filter(Boolean),
    withProgram,
    beforeProgram(name, text, work) {
      const words = readFileSync(join(folder, name), 'utf8').split('\n').slice(2).join('\n')
      return withProgram(name, text + words, work)
    },
  }
}
