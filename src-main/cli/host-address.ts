/** The way to a single host, as the options of `vizlink connect --host` say it. */
import { fail } from '../shared/errors.ts'
import type { Hop } from '../link-process/messages.ts'
import { hostKeySchema } from '../shared/model/site-profile.ts'
import { sshUserSchema } from '../shared/model/user-name.ts'

export interface HostAddressOptions {
  host: string
  ssh?: string
  jump?: string
  identity?: string
  hostKey?: string[]
}

const usage = (option: 'host' | 'user-at-host' | 'ssh-options' | 'not-this-computer'): Error =>
  fail('bad-request', `option-${option}`, { retryable: false })

function parseAddress(text: string): { address: string; port: number } {
  const match = /^([\d.]{7,15}):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (!match?.[1] || port < 1024 || port > 65_000) throw usage('host')
  return { address: match[1], port }
}

function parseHop(text: string, hostKeys: string[]): Hop {
  const match = /^(.+)@([\w.-]{1,253})(?::(\d{1,5}))?$/.exec(text)
  const port = Number(match?.[3] ?? 22)
  if (!match?.[2] || !sshUserSchema.safeParse(match[1]).success || port < 1 || port > 65_535)
    throw usage('user-at-host')
  return { label: text, address: match[2], port, user: match[1]!, hostKeys }
}

export interface HostAddress {
  address: string
  port: number
  /** Empty: the host is on this computer. */
  hops: Hop[]
}

/** What the options say. @throws VizlinkError bad-request */
export function parseHostAddress(options: HostAddressOptions): HostAddress {
  const { ssh, jump, identity, hostKey = [] } = options
  const hostKeys = hostKey.map((line) => hostKeySchema.safeParse(line).data ?? line)
  const { address, port } = parseAddress(options.host)
  if (ssh === undefined) {
    if (jump !== undefined || identity !== undefined || hostKey.length > 0) throw usage('ssh-options')
    if (address !== '127.0.0.1') throw usage('not-this-computer')
    return { address, port, hops: [] }
  }
  const names = jump === undefined ? [ssh] : [jump, ssh]
  return { address, port, hops: names.map((name) => parseHop(name, hostKeys)) }
}
