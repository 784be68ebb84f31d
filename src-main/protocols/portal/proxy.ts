/** Which proxy leads to an address: the profile's, else that of the usual environment variables, else the system's. */
import { BlockList, isIP } from 'node:net'
import { fail } from '../../shared/errors.ts'
import { unbracketed } from '../tcp.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const hostOf = (name: string): string => unbracketed(name).toLowerCase()
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === 'https:' ? 443 : 80))

/** The variable in small letters wins, as with other programs. */
const read = (environment: Environment, name: string): string =>
  environment[name] || environment[name.toUpperCase()] || ''

/** Whether an address lies in a network such as 10.0.0.0/8. Names are not looked up: the proxy may be the only one that knows them. */
function isInNetwork(host: string, address: string, prefix: number): boolean {
  if (isIP(host) === 0 || isIP(address) === 0 || prefix > (isIP(address) === 6 ? 128 : 32)) return false
  const network = new BlockList()
  network.addSubnet(address, prefix, familyOf(address))
  return network.check(host, familyOf(host))
}

/** Whether a pattern with `*` for any characters fits all of a host's name or address. */
const fits = (host: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[^\w*]/g, '\\$&').replace(/\*+/g, '.*')}$`).test(host)

/**
 * Whether NO_PROXY names this host: itself, a domain above it, its network, or by a pattern with `*`; an entry may be limited to
 * one port.
 */
function isExempt(list: string, host: string, port: number): boolean {
  return list
    .toLowerCase()
    .split(/[,;\s]+/)
    .filter(Boolean)
    .some((entry) => {
      const network = /^\[?([\d.a-f:]+)\]?\/(\d{1,3})$/.exec(entry)
      if (network) return isInNetwork(host, network[1]!, Number(network[2]))
      const [, name = '', only] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (only !== undefined && Number(only) !== port) return false
      const domain = hostOf(name).replace(/^\*?\.(?!\*?$)/, '')
      if (domain === '') return false
      return fits(host, domain) || fits(host, `*.${domain}`)
    })
}

const schemes = ['http:', 'https:', 'socks5:', 'socks5h:', 'socks:']

/**
 * The proxy that the first of these variables names which is set; null: none is.
 * @returns direct: the host is this computer or excepted
 * @throws VizlinkError bad-profile: it is no address
 */
function variableFor(
  names: readonly string[],
  name: string,
  port: number,
  environment: Environment,
): URL | 'direct' | null {
  const host = hostOf(name)
  if (isLoopback(host) || isExempt(read(environment, 'no_proxy'), host, port)) return 'direct'
  const variable = names.find((one) => read(environment, one) !== '')
  if (variable === undefined) return null
  const text = read(environment, variable)
  const address = text.includes('://') ? text : `http://${text}`
  const proxy = URL.canParse(address) ? new URL(address) : null
  if (proxy && proxy.hostname !== '' && schemes.includes(proxy.protocol)) return proxy
  throw fail('bad-profile', 'proxy-variable', { facts: { name: variable }, retryable: false })
}

/** The proxy that ALL_PROXY names for a host that is no web server, or null. @throws VizlinkError bad-profile: it is no address */
export function allProxyFor(host: string, port: number, environment: Environment): URL | null {
  const proxy = variableFor(['all_proxy'], host, port, environment)
  return proxy === 'direct' ? null : proxy
}

/**
 * The proxy for `url` by the profile and the environment; null: neither names one. This computer's own addresses have none but
 * the profile's.
 * @returns direct: the address is excepted, also from the system's proxy
 * @throws VizlinkError bad-profile: a variable that is no address
 */
export function proxyFor(
  url: URL,
  configured: string | null,
  environment: Environment,
): URL | 'direct' | null {
  if (configured !== null) return new URL(configured)
  const own = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  return variableFor([own, 'all_proxy'], url.hostname, portOf(url), environment)
}

const schemeOf: Record<string, string> = { proxy: 'http', https: 'https', socks: 'socks5', socks5: 'socks5' }

/**
 * The first proxy of an answer such as "PROXY proxy.example:3128; DIRECT", which a proxy configuration script (PAC) gives.
 * @returns null: directly
 */
export function proxyOfScript(answer: string): URL | null {
  for (const part of answer.split(';')) {
    const [word = '', place = ''] = part.trim().split(/\s+/)
    if (word.toLowerCase() === 'direct') return null
    const scheme = schemeOf[word.toLowerCase()]
    const address = `${scheme}://${place}`
    if (scheme !== undefined && place !== '' && URL.canParse(address)) return new URL(address)
  }
  return null
}
