/**
 * What the user's SSH configuration says of one host (ssh_config(5)). ssh-config reads the grammar; which sections hold is
 * decided here, for that library runs programs for it (`Match exec`, `CanonicalizeHostName`).
 */
import { isIP } from 'node:net'
import { LineType, parse, type Line } from 'ssh-config'
import { fail } from '../../shared/errors.ts'
import { unreachable } from './failures.ts'
import { matchesList } from './patterns.ts'

/** Settings of one host; null: not set. */
export interface HostSettings {
  hostName: string
  user: string | null
  port: number | null
  /** Absolute, best first. */
  identityFiles: string[]
  identitiesOnly: boolean
  /** Whether keys are offered to it at all. */
  offersKeys: boolean
  /** Socket of the agent; null: none; undefined: the usual one. */
  identityAgent: string | null | undefined
  /** As written, for instance `ada@gate:2222,other`. */
  proxyJump: string | null
  proxyCommand: string | null
  /** A certificate of the user's is named. */
  namesCertificate: boolean
  /** The first file asks for GSSAPI: distributions set it for everybody, and a user's own wish is one. */
  wantsGssapi: boolean
  /** Name for known_hosts. */
  hostKeyAlias: string | null
  /** Absolute; null: the usual ones. */
  userKnownHostsFiles: string[] | null
}

export interface ConfigFiles {
  /** The files, first one first, with the folder in which relative names of their `Include` are. */
  files: readonly { path: string; folder: string }[]
  home: string
  localUser: string
  environment: Readonly<Record<string, string | undefined>>
  /** Null: there is no such file. */
  read(path: string): Promise<string | null>
  /** Files whose names match a pattern of `Include`, in order. */
  expand(pattern: string): Promise<string[]>
  /** Whether a complete name, with the dot at its end, has an address. */
  resolves(name: string): Promise<boolean>
}

/** As OpenSSH bounds them. */
const deepestInclude = 16
/** Keywords that hold more than once. */
const repeated = new Set(['identityfile'])
/** Of these the first one that is set makes the other one void. */
const rivals: Readonly<Record<string, string>> = { proxyjump: 'proxycommand', proxycommand: 'proxyjump' }

interface Value {
  val: string
  quoted?: boolean
}

/** What ssh-config leaves as it is written: single quotes, and backslashes outside of quotes. */
const unquoted = ({ val, quoted }: Value): string =>
  (quoted ? val : val.replace(/^'(.*)'$/s, '$1').replace(/\\([\\"' ])/g, '$1')).replaceAll(hash, '#')

const valuesOf = ({ value, quoted = false }: { value: unknown; quoted?: boolean }): string[] =>
  (Array.isArray(value) ? (value as Value[]) : [{ val: String(value), quoted }])
    .map(unquoted)
    .filter((text) => text !== filler)

/** Takes the place of a `#` that begins no comment; the library would take it for one. */
const hash = '\uE000'

/** Behind a negated criterion without a value, for which the library wants one. */
const filler = '\uE001'

/** What the library reads as OpenSSH reads the line. */
const readable = (line: string): string =>
  withoutFalseComments(line).replace(/^\s*match\b.*/i, (match) =>
    match.replace(/(\s)(!(?:all|final|canonical))(?=\s|$)/gi, `$1$2 ${filler}`),
  )

/** Hides each `#` inside a word and in quotes: only in front of a word it begins a comment (misc.c, argv_split). */
function withoutFalseComments(line: string): string {
  // The rest of such a line is a command as it is written.
  if (/^\s*proxycommand[\s=]/i.test(line)) return line.replaceAll('#', hash)
  let quote = ''
  let inWord = false
  let made = ''
  for (let index = 0; index < line.length; index++) {
    const letter = line[index] ?? ''
    if (letter === '#' && !inWord && quote === '') return made + line.slice(index)
    if (letter === '\\' && (quote === '' ? /["'\\ ]/ : /["'\\]/).test(line[index + 1] ?? ''))
      made += letter + line[++index]
    else {
      if (quote === letter) quote = ''
      else if (quote === '' && (letter === '"' || letter === "'")) quote = letter
      made += letter === '#' ? hash : letter
    }
    inWord = !/\s/.test(letter)
  }
  return made
}

const withHome = (path: string, home: string): string => path.replace(/^~(?=\/|$)/, home)

function readLines(text: string, path: string): readonly Line[] {
  try {
    return parse(text.split('\n').map(readable).join('\n'))
  } catch (error) {
    throw fail('bad-profile', 'ssh-configuration', {
      facts: { file: path },
      evidence: [{ label: 'reason', value: error instanceof Error ? error.message : String(error) }],
      retryable: false,
    })
  }
}

class Settings {
  private readonly values = new Map<string, string[]>()
  private isFinal = false
  /** Keywords that the first file has set, with those that it includes. */
  private readonly own = new Set<string>()
  private isPastOwn = false
  /** What `Host` looks at. */
  private matched: string
  private wantsFinal = false
  private readonly host: string
  private readonly user: string | null
  private readonly from: ConfigFiles

  constructor(host: string, user: string | null, from: ConfigFiles) {
    this.host = host
    this.matched = host
    this.user = user
    this.from = from
  }

  async readAll(): Promise<void> {
    const pass = async (): Promise<void> => {
      this.isPastOwn = false
      for (const { path, folder } of this.from.files) {
        await this.readFile(path, folder, 0)
        this.isPastOwn = true
      }
    }
    await pass()
    const host = this.hostName.toLowerCase()
    const name = await this.canonicalName(host)
    this.values.set('hostname', [(name ?? host).replaceAll('%', '%%')])
    if (!this.wantsFinal && this.canonicalizes === 'no') return
    this.isFinal = true
    this.matched = name ?? host
    await pass()
  }

  private get canonicalizes(): 'no' | 'yes' | 'always' {
    const text = this.first('canonicalizehostname')?.toLowerCase() ?? 'no'
    return text === 'always' ? text : saysYes(text) ? 'yes' : 'no'
  }

  /**
   * The complete name of a host (CanonicalizeHostname of ssh_config(5)).
   * @returns null: it is left as it is
   * @throws VizlinkError login-unreachable: there is none, and it must have one; bad-profile: aliases of the name system are followed
   */
  private async canonicalName(host: string): Promise<string | null> {
    const isDirect = unlessNone(this.first('proxycommand')) === null && this.first('proxyjump') === null
    if (isIP(host) !== 0 || (!isDirect && this.canonicalizes !== 'always')) return null
    if (unlessNone(this.first('canonicalizepermittedcnames')) !== null)
      throw fail('bad-profile', 'canonical-names', { facts: { hop: this.host }, retryable: false })
    if (this.canonicalizes === 'no') return null
    const words = this.all('canonicaldomains').flatMap((value) => value.split(/\s+/))
    const none = words.findIndex((word) => word.toLowerCase() === 'none')
    const domains = none < 0 ? words : words.slice(0, none)
    const mostDots = Number(this.first('canonicalizemaxdots') ?? 1)
    if (!host.endsWith('.') && host.split('.').length - 1 > mostDots) return null
    const names = host.endsWith('.') ? [host] : domains.map((domain) => `${host}.${domain}.`)
    for (const name of names) if (await this.from.resolves(name)) return name.slice(0, -1)
    if (!saysNo(this.first('canonicalizefallbacklocal'))) return null
    throw unreachable(this.host, Object.assign(new Error(`no address of ${host}`), { code: 'ENOTFOUND' }))
  }

  first(keyword: string): string | null {
    return this.values.get(keyword)?.[0] ?? null
  }

  isOwn(keyword: string): boolean {
    return this.own.has(keyword)
  }

  all(keyword: string): string[] {
    return this.values.get(keyword) ?? []
  }

  get hostName(): string {
    return this.filled(this.first('hostname') ?? this.host, { h: this.host, n: this.host })
  }

  get userName(): string | null {
    return this.user ?? this.first('user')
  }

  /** A path with its tokens, variables and `~`. */
  path(text: string): string {
    const { home, localUser, environment } = this.from
    const tokens = { ...this.tokens, d: home, k: this.first('hostkeyalias') ?? this.host, u: localUser }
    const filled = this.filled(withHome(text, home), tokens)
    return filled.replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '')
  }

  /** As written, with its tokens. */
  get proxyJump(): string | null {
    const written = unlessNone(this.first('proxyjump'))
    return written && this.filled(written, this.tokens)
  }

  private get tokens(): Readonly<Record<string, string>> {
    const { localUser } = this.from
    const port = this.first('port') ?? '22'
    return { h: this.hostName, n: this.host, r: this.userName ?? localUser, p: port }
  }

  private filled(text: string, tokens: Readonly<Record<string, string>>): string {
    return text.replace(/%(.)/g, (whole, name: string) => (name === '%' ? '%' : (tokens[name] ?? whole)))
  }

  private async readFile(path: string, folder: string, depth: number): Promise<void> {
    const text = depth > deepestInclude ? null : await this.from.read(path)
    if (text !== null) await this.take(readLines(text, path), folder, depth)
  }

  private async take(lines: readonly Line[], folder: string, depth: number): Promise<void> {
    for (const line of lines) {
      if (line.type !== LineType.DIRECTIVE) continue
      const keyword = line.param.toLowerCase()
      const values = valuesOf(line)
      if (keyword === 'host' || keyword === 'match') {
        const holds = keyword === 'host' ? matchesList(values, this.matched) : this.matches(values)
        if (holds && 'config' in line) await this.take(line.config, folder, depth)
      } else if (keyword === 'include') {
        for (const pattern of values) {
          const path = this.path(pattern)
          const patterns = /^(\/|[A-Za-z]:)/.test(path) ? path : `${folder}/${path}`
          for (const file of await this.from.expand(patterns)) await this.readFile(file, folder, depth + 1)
        }
      } else this.set(keyword, values)
    }
  }

  private set(keyword: string, values: string[]): void {
    const known = this.values.get(keyword)
    if (repeated.has(keyword)) {
      const fresh = values.filter((value) => !known?.includes(value))
      this.values.set(keyword, [...(known ?? []), ...fresh])
    } else if (!known && !this.values.has(rivals[keyword] ?? '')) {
      this.values.set(keyword, values)
      if (!this.isPastOwn) this.own.add(keyword)
    }
  }

  /** Criteria that would run a program, or that are not known here, do not hold. */
  private matches(values: readonly string[]): boolean {
    let index = 0
    while (index < values.length) {
      const criterion = values[index++] ?? ''
      const name = criterion.replace(/^!/, '').toLowerCase()
      let holds = name === 'all'
      if (name === 'final' || name === 'canonical') {
        this.wantsFinal ||= name === 'final'
        holds = this.isFinal
      } else if (name !== 'all') {
        const subject = this.subjectOf(name)
        const patterns = (values[index++] ?? '').split(',')
        if (subject === null) return false
        holds = matchesList(patterns, subject)
      }
      if (holds === criterion.startsWith('!')) return false
    }
    return true
  }

  private subjectOf(criterion: string): string | null {
    if (criterion === 'host') return this.hostName
    if (criterion === 'originalhost') return this.host
    if (criterion === 'localuser') return this.from.localUser
    return criterion === 'user' ? (this.userName ?? this.from.localUser) : null
  }
}

const saysYes = (text: string | null): boolean => /^(yes|true)$/i.test(text ?? '')
const saysNo = (text: string | null): boolean => /^(no|false)$/i.test(text ?? '')
const unlessNone = (text: string | null): string | null => (text?.toLowerCase() === 'none' ? null : text)

/**
 * @param host as the user or the site profile names it: an alias, a name or an address
 * @param user who logs in, where this is known without the configuration
 * @throws VizlinkError bad-profile: a file cannot be read as one, nor could ssh, or it follows aliases of the name system;
 *   login-unreachable: it wants complete names alone, and the host has none
 */
export async function hostSettings(
  host: string,
  user: string | null,
  from: ConfigFiles,
): Promise<HostSettings> {
  const settings = new Settings(host, user, from)
  await settings.readAll()
  const port = Number(settings.first('port'))
  const agent = settings.first('identityagent')
  const knownHosts = settings.all('userknownhostsfile').flatMap((value) => unlessNone(value) ?? [])
  return {
    hostName: settings.hostName,
    user: settings.userName,
    port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : null,
    identityFiles: settings
      .all('identityfile')
      .flatMap((value) => unlessNone(value) ?? [])
      .map((value) => settings.path(value)),
    identitiesOnly: saysYes(settings.first('identitiesonly')),
    offersKeys: !saysNo(settings.first('pubkeyauthentication')),
    identityAgent: agentOf(agent, settings, from),
    proxyJump: settings.proxyJump,
    proxyCommand: unlessNone(settings.all('proxycommand').join(' ') || null),
    namesCertificate: unlessNone(settings.first('certificatefile')) !== null,
    wantsGssapi: settings.isOwn('gssapiauthentication') && saysYes(settings.first('gssapiauthentication')),
    hostKeyAlias: settings.first('hostkeyalias'),
    userKnownHostsFiles:
      settings.first('userknownhostsfile') === null ? null : knownHosts.map((value) => settings.path(value)),
  }
}

function agentOf(
  text: string | null,
  settings: Settings,
  { environment }: ConfigFiles,
): HostSettings['identityAgent'] {
  if (text === null || text === 'SSH_AUTH_SOCK') return undefined
  if (text.toLowerCase() === 'none') return null
  return text.startsWith('$') && !text.startsWith('${')
    ? (environment[text.slice(1)] ?? null)
    : settings.path(text)
}

export interface JumpHost {
  address: string
  user: string | null
  port: number | null
}

/** The hosts of a `ProxyJump`, nearest first. @returns null: it cannot be read */
export function parseJumps(text: string): JumpHost[] | null {
  const hosts = text.split(',').map((one) => {
    const match = /^(?:ssh:\/\/)?(?:(.+)@)?(\[[\da-f:.]+\]|[^@:\s/]+)(?::(\d{1,5}))?\/?$/i.exec(one.trim())
    const port = match?.[3] === undefined ? null : Number(match[3])
    if (!match?.[2] || port === 0 || (port ?? 0) > 65_535) return null
    return { address: match[2].replace(/^\[(.*)\]$/, '$1'), user: match[1] ?? null, port }
  })
  return hosts.every((host) => host !== null) ? hosts : null
}

/** The host of `ssh -W %h:%p host`, which is how jump hosts were written before `ProxyJump`; null: another command. */
export const jumpOfCommand = (command: string): string | null =>
  /^(?:\S*\/)?ssh(?: -[qaxT]+)* -W "?(?:%h:%p|\[%h\]:%p)"?(?: -[qaxT]+)* ([^\s-]\S*)$/.exec(command)?.[1] ??
  /^(?:\S*\/)?ssh(?: -[qaxT]+)* ([^\s-]\S*) -W "?(?:%h:%p|\[%h\]:%p)"?$/.exec(command)?.[1] ??
  null
