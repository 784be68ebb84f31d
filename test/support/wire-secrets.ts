/** The secrets of a connection, taken where they must be: from the requests that this process sends. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

export interface WireSecrets {
  /** What was seen, by what it is. */
  readonly seen: Record<'portal token' | 'stream key' | 'web password' | 'web credentials', Set<string>>
  stop(): void
}

/** Watches the portal client's requests (undici) and those to hosts (Node.js' own client). */
export function watchWireSecrets(): WireSecrets {
  const seen: WireSecrets['seen'] = {
    'portal token': new Set(),
    'stream key': new Set(),
    'web password': new Set(),
    'web credentials': new Set(),
  }
  const onPortal = (message: unknown): void => {
    const { headers } = (message as { request: { headers: string | string[] } }).request
    const text = Array.isArray(headers) ? headers.join(' ') : headers
    const token = /Bearer ([\w.-]+)/.exec(text)?.[1]
    if (token) seen['portal token'].add(token)
  }
  const onHost = (message: unknown): void => {
    const { request } = message as { request: ClientRequest }
    const key = /[?&]rikey=([0-9a-f]+)/i.exec(request.path)?.[1]
    if (key) seen['stream key'].add(key)
    const header = request.getHeader('authorization')
    const basic = typeof header === 'string' ? /^Basic (.+)$/.exec(header)?.[1] : undefined
    if (!basic) return
    seen['web credentials'].add(basic)
    seen['web password'].add(Buffer.from(basic, 'base64').toString('utf8').split(':')[1] ?? '')
  }
  subscribe('undici:request:create', onPortal)
  subscribe('http.client.request.start', onHost)
  return {
    seen,
    stop() {
      unsubscribe('undici:request:create', onPortal)
      unsubscribe('http.client.request.start', onHost)
    },
  }
}

/** Lines of a private key file that no other program may have. */
export const secretLines = (pem: string): string[] =>
  pem.split('\n').filter((line) => /^[\w+/=]{30,}$/.test(line))
