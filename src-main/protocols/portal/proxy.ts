/** Which HTTP proxy leads to an address: the profile's, else the one that the usual environment variables name. */
import { isIPv6 } from 'node:net'
import { fail } from '../../shared/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

/** The variable in small letters wins, as with other programs. */
const read = (environment: Environment, name: string): string =>
  environment[name] || environment[name.toUpperCase()] || ''

/** Whether NO_PROXY names this host: itself, a domain above it, or everything; an entry may be limited to one port. */
function isExempt(list: string, url: URL): boolean {
  const host = unbracketed(url.hostname)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => {
      const [, name = '', only] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (only !== undefined && only !== port) return false
      const domain = unbracketed(name).replace(/^\*?\./, '')
      return domain === '*' || host === domain || (domain !== '' && host.endsWith(`.${domain}`))
    })
}

/** The proxy that ALL_PROXY names for a host that is no web server, or null. @throws VizlinkError bad-profile: it is no address */
export function allProxyFor(host: string, port: number, environment: Environment): URL | null {
  const text = read(environment, 'all_proxy')
  const url = new URL(`ssh://${isIPv6(host) ? `[${host}]` : encodeURIComponent(host)}:${port}`)
  if (text === '' || isLoopback(unbracketed(host)) || isExempt(read(environment, 'no_proxy'), url))
    return null
  const address = text.includes('://') ? text : `http://${text}`
  if (/^(https?|socks5h?):/i.test(address) && URL.canParse(address)) return new URL(address)
  throw fail('bad-profile', 'proxy-variable', { facts: { name: 'all_proxy' }, retryable: false })
}

/**
 * The proxy for `url`, or null for the direct way. This computer's own addresses have none but the profile's.
 * @throws VizlinkError bad-profile: a variable that is no address
 */
export function proxyFor(url: URL, configured: string | null, environment: Environment): URL | null {
  if (configured !== null) return new URL(configured)
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const text = read(environment, name)
  if (text === '' || isLoopback(unbracketed(url.hostname)) || isExempt(read(environment, 'no_proxy'), url))
    return null
  const address = text.includes('://') ? text : `http://${text}`
  const proxy = URL.canParse(address) ? new URL(address) : null
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy
  throw fail('bad-profile', 'proxy-variable', { facts: { name }, retryable: false })
}
