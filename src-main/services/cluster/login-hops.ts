/**
 * How a login gets to a site: through which hosts, as whom and with which keys. The site profile decides; what it leaves open
 * is read from the user's own SSH configuration, known_hosts and the environment, at each login.
 */
import { lookup } from 'node:dns/promises'
import { readdir, readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fail } from '../../shared/errors.ts'
import type { OpensshReason } from '../../shared/model/desktop.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import { homeFolder } from '../../protocols/own-folders.ts'
import { knownKeys, type KnownKeys } from '../../protocols/ssh/known-hosts.ts'
import { matchesList } from '../../protocols/ssh/patterns.ts'
import {
  hostSettings,
  jumpOfCommand,
  parseJumps,
  type ConfigFiles,
  type HostSettings,
  type JumpHost,
} from '../../protocols/ssh/user-config.ts'
import { allProxyFor } from '../../protocols/portal/proxy.ts'
import { usualAgent } from './key-agent.ts'
import { selectionOf, type KeySelection } from './key-signer.ts'

/** One host on the way, before keys and questions. */
export interface LoginHop {
  /** As profile, configuration or user name it. */
  label: string
  address: string
  port: number
  user: string | null
  /** Keys that the profile lists. */
  listed: readonly string[]
  known: KnownKeys
  selection: KeySelection
  /** What the user's configuration asks for that ssh2 has not. */
  wants: OpensshReason[]
}

export interface LoginHops {
  /** Nearest first; the last one is the login host. */
  points: LoginHop[]
  /** In front of the first one. */
  proxy: string | null
  /** The user's SSH configuration and the computer's, where there are any. */
  configurationFiles: string[]
}

interface Named extends JumpHost {
  hostKeys: readonly string[]
}

const mostJumps = 8
const maximumFile = 4 * 1024 * 1024
/** As OpenSSH tries them. */
const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']

const readText = async (path: string): Promise<string | null> => {
  const information = await stat(path).catch(() => null)
  if (!information?.isFile() || information.size > maximumFile) return null
  return readFile(path, 'utf8').catch(() => null)
}

/** Files that a pattern means; each part of the path may be one. */
async function expand(pattern: string): Promise<string[]> {
  const folder = dirname(pattern)
  if (folder === pattern || !/[*?]/.test(pattern)) return [pattern]
  const name = pattern.slice(folder.length).replace(/^[/\\]/, '')
  const isPattern = /[*?]/.test(name)
  const found = (await expand(folder)).map(async (inside) => {
    if (!isPattern) return [join(inside, name)]
    const names = await readdir(inside).catch(() => [])
    return names
      .filter((one) => !one.startsWith('.') && matchesList([name], one))
      .toSorted()
      .map((one) => join(inside, one))
  })
  return (await Promise.all(found)).flat()
}

/** Folder of the whole computer's SSH settings. */
const systemFolder = (): string =>
  process.platform === 'win32' ? join(process.env.ProgramData ?? 'C:\\ProgramData', 'ssh') : '/etc/ssh'

function configFiles(home: string, environment: ConfigFiles['environment']): ConfigFiles {
  const [own, system] = [join(home, '.ssh'), systemFolder()]
  return {
    files: [
      { path: join(own, 'config'), folder: own },
      { path: join(system, 'ssh_config'), folder: system },
    ],
    home,
    localUser: localUser(environment),
    environment,
    read: readText,
    expand,
    // The system's resolver has bounds of its own.
    resolves: (name) =>
      lookup(name).then(
        () => true,
        () => false,
      ),
  }
}

function localUser({ USER, LOGNAME }: ConfigFiles['environment']): string {
  try {
    return USER || LOGNAME || userInfo().username
  } catch {
    // A user without a name: no user of the configuration is this one.
    return ''
  }
}

/** Whether a command leads there that means no jump host. */
const leadsByProgram = ({ proxyJump, proxyCommand }: HostSettings): boolean =>
  proxyJump === null && proxyCommand !== null && jumpOfCommand(proxyCommand) === null

/** What this computer and its user know of SSH hosts. */
export class SshConfiguration {
  private readonly files: ConfigFiles
  private readonly home: string

  constructor(home = homeFolder(), environment: ConfigFiles['environment'] = process.env) {
    this.home = home
    this.files = configFiles(home, environment)
  }

  /** @throws VizlinkError bad-profile: the jump hosts of the configuration cannot be used */
  async hopsTo({ ssh }: Pick<SiteProfile, 'ssh'>, identityFile: string | null): Promise<LoginHops> {
    const { loginHost, jumpHosts, proxy } = ssh
    const settings = await hostSettings(loginHost.address, ssh.user ?? null, this.files)
    const named: Named[] =
      jumpHosts.length > 0
        ? jumpHosts.map(({ user = null, port = null, ...host }) => ({ ...host, user, port }))
        : proxy === undefined
          ? await this.jumpsTo(loginHost.address, settings, [])
          : []
    const points = await Promise.all(named.map((host) => this.point(host, null, identityFile)))
    const target = { ...loginHost, port: loginHost.port ?? null, user: ssh.user ?? null }
    const last = await this.point(target, settings, identityFile)
    const first = points[0] ?? last
    const system = allProxyFor(first.address, first.port, this.files.environment)
    const { files } = this.files
    const there = await Promise.all(files.map(async ({ path }) => (await readText(path)) !== null))
    return {
      points: [...points, last].map((one, index) =>
        // Only the nearest one is reached from here.
        index === 0 && proxy === undefined
          ? one
          : { ...one, wants: one.wants.filter((want) => want !== 'proxy-command') },
      ),
      proxy: proxy === 'none' ? null : (proxy ?? system?.href ?? null),
      configurationFiles: files.map(({ path }) => path).filter((_path, index) => there[index]),
    }
  }

  /** Keys that known_hosts files have for a host. */
  async knownFor(name: string, port: number, files: readonly string[] | null = null): Promise<KnownKeys> {
    const own = files ?? [join(this.home, '.ssh', 'known_hosts'), join(this.home, '.ssh', 'known_hosts2')]
    const system = ['ssh_known_hosts', 'ssh_known_hosts2'].map((file) => join(systemFolder(), file))
    const texts = await Promise.all([...own, ...system].map(readText))
    return knownKeys(texts.filter((text) => text !== null).join('\n'), name, port)
  }

  /** The first jump host has jump hosts of its own; the others are reached through the one before. */
  private async jumpsTo(label: string, settings: HostSettings, before: readonly string[]): Promise<Named[]> {
    const { proxyCommand, proxyJump } = settings
    const written = proxyJump ?? (proxyCommand === null ? null : jumpOfCommand(proxyCommand))
    // Another command leads to this host: `ssh` runs it.
    if (written === null) return []
    const jumps = parseJumps(written)?.map((jump) => ({ ...jump, hostKeys: [] }))
    const [first] = jumps ?? []
    // `Host *` with a `ProxyJump` holds for the jump host as well.
    if (first && jumps?.length === 1 && first.address === label) return []
    if (!first || before.includes(first.address) || before.length + (jumps?.length ?? 0) > mostJumps)
      throw fail('bad-profile', 'jump-hosts', {
        facts: { hop: label },
        evidence: [{ label: 'setting', value: written }],
        retryable: false,
      })
    const own = await hostSettings(first.address, first.user, this.files)
    const nearer = await this.jumpsTo(first.address, own, [...before, first.address])
    return [...nearer, ...(jumps ?? [])]
  }

  private async point(
    { address, port, user, hostKeys }: Named,
    known: HostSettings | null,
    identityFile: string | null,
  ): Promise<LoginHop> {
    const settings = known ?? (await hostSettings(address, user, this.files))
    const at = { address: settings.hostName, port: port ?? settings.port ?? 22 }
    const { hostKeyAlias, userKnownHostsFiles } = settings
    return {
      ...at,
      label: address,
      user: user ?? settings.user,
      listed: hostKeys,
      known: await this.knownFor(
        hostKeyAlias ?? at.address,
        hostKeyAlias === null ? at.port : 22,
        userKnownHostsFiles,
      ),
      wants: [
        ...(leadsByProgram(settings) ? (['proxy-command'] as const) : []),
        ...(settings.wantsGssapi ? (['gssapi'] as const) : []),
        ...(settings.namesCertificate ? (['certificate'] as const) : []),
      ],
      // The profile's key is that of the login host; jump hosts may have one of their own.
      selection:
        identityFile !== null && (known !== null || settings.identityFiles.length === 0)
          ? selectionOf(identityFile, this.agentOf(settings))
          : this.selectionOf(settings),
    }
  }

  private selectionOf(settings: HostSettings): KeySelection {
    const { identityFiles, identitiesOnly, offersKeys } = settings
    if (!offersKeys) return { files: [], agentSocket: null, only: true, required: false }
    const usual = usualKeys.map((name) => join(this.home, '.ssh', name))
    return {
      files: identityFiles.length > 0 ? identityFiles : usual,
      agentSocket: this.agentOf(settings) || null,
      only: identitiesOnly,
      required: false,
    }
  }

  private agentOf({ identityAgent }: HostSettings): string {
    return identityAgent === undefined ? usualAgent(this.files.environment) : (identityAgent ?? '')
  }
}
