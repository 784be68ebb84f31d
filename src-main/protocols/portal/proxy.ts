/** Which proxy leads to an address: the profile's, else that of the usual environment variables, else the system's. */
import { BlockList, isIP } from 'node:net'
import { fail } from '../../shared/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A host of an address without the brackets of IPv6. */
export const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
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

/** Whether a pattern with `*` for any characters stands for all of a host's name or address. */
const fits = (host: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[^\w*]/g, '\\$&').replace(/\*+/g, '.*')}$`).test(host)

/**
 * Whether NO_PROXY names this host: itself, a domain above it, its network, or by a pattern with `*`; an entry may be limited to
 * one port.
 */
function isExempt(list: string, url: URL): boolean {
  const host = unbracketed(url.hostname)
  const port = String(portOf(url))
  return list
    .toLowerCase()
    .split(/[,;\s]+/)
    .filter(Boolean)
    .some((entry) => {
      const network = /^\[?([\d.a-f:]+)\]?\/(\d{1,3})$/.exec(entry)
      if (network) return isInNetwork(host, network[1]!, Number(network[2]))
      const [, name = '', only] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (only !== undefined && only !== port) return false
      const domain = unbracketed(name).replace(/^\*?\.(?!\*?$)/, '')
      if (domain === '') return false
      return fits(host, domain) || fits(host, `*.${domain}`)
    })
}

const schemes = ['http:', 'https:', 'socks5:', 'socks5h:', 'socks:']

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
  if (isLoopback(unbracketed(url.hostname)) || isExempt(read(environment, 'no_proxy'), url)) return 'direct'
  const names = [url.protocol === 'https:' ? 'https_proxy' : 'http_proxy', 'all_proxy']
  const name = names.find((one) => read(environment, one) !== '')
  if (name === undefined) return null
  const text = read(environment, name)
  const address = text.includes('://') ? text : `http://${text}`
  const proxy = URL.canParse(address) ? new URL(address) : null
  if (proxy && proxy.hostname !== '' && schemes.includes(proxy.protocol)) return proxy
  throw fail('bad-profile', 'proxy-variable', { facts: { name }, retryable: false })
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
