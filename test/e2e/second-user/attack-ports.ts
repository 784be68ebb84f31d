/** Attacks on the ports of a client and its browser: everything that a host or a page would be asked there. */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { attempt, exchange, type Attack } from './attack-kit.ts'
import type { Bound, Part, World } from './world.ts'

export const named = ({ address, port, part }: Bound): string => `${part} ${address}:${port}`
const isV4 = ({ address }: Bound): boolean => address.includes('.')
export const hostOf = ({ address }: Bound): string => (address === '0.0.0.0' ? '127.0.0.1' : address)
const portsOf = ({ tcp }: World, ...parts: Part[]): Bound[] => tcp.filter(({ part }) => parts.includes(part))

const request = (bound: Bound, line: string, headers: string[] = [], body = ''): string =>
  [
    `${line} HTTP/1.1`,
    `Host: ${hostOf(bound)}:${bound.port}`,
    'Connection: close',
    ...headers,
    ...(body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
    '',
    body,
  ].join('\r\n')

/** Everything in plain words; gained where the answer fits. */
export const plain =
  (fits: RegExp, words: (bound: Bound) => string | Buffer, ...parts: Part[]): Attack =>
  (world) =>
    attempt(portsOf(world, ...parts), named, async (bound) => {
      const answer =
        (await exchange({ host: hostOf(bound), port: bound.port }, words(bound)))?.toString('latin1') ?? ''
      return fits.test(answer) && answer.slice(0, 120)
    })

/** The same inside TLS, whatever certificate is shown. @returns null: no TLS */
export function exchangeTls(
  bound: Bound,
  words: string,
  identity: { key?: string; cert?: string } = {},
): Promise<string | null> {
  return new Promise((resolve) => {
    let heard = ''
    let secure = false
    const socket = connectTls({
      host: hostOf(bound),
      port: bound.port,
      rejectUnauthorized: false,
      ...identity,
    })
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(secure ? heard : null)
    }
    const timer = setTimeout(end, 1500)
    socket.once('secureConnect', () => {
      secure = true
      socket.write(words)
    })
    socket.setEncoding('latin1').on('data', (text: string) => (heard += text))
    socket.once('end', end)
    socket.once('error', end)
  })
}

const json = ['Content-Type: application/json']
export const ownCredentials = Buffer.from('mallory:mallory-password').toString('base64')
export const claim = (bound: Bound): string =>
  request(
    bound,
    'POST /api/password',
    json,
    JSON.stringify({
      newUsername: 'mallory',
      newPassword: 'mallory-password',
      confirmNewPassword: 'mallory-password',
    }),
  )
export const pin = (bound: Bound): string =>
  request(
    bound,
    'POST /api/pin',
    [...json, `Authorization: Basic ${ownCredentials}`],
    '{"pin":"0000","name":"mallory"}',
  )
export const pair = (bound: Bound, certificate: string): string => {
  const clientCertificate = Buffer.from(certificate).toString('hex')
  const salt = randomBytes(16).toString('hex')
  return request(
    bound,
    `GET /pair?uniqueid=0123456789ABCDEF&devicename=mallory&updateState=1&phrase=getservercert&salt=${salt}&clientcert=${clientCertificate}`,
  )
}
export const options = (bound: Bound): string =>
  `OPTIONS rtsp://${hostOf(bound)}:${bound.port} RTSP/1.0\r\nCSeq: 1\r\nX-GS-ClientVersion: 14\r\n\r\n`

const webSocket = (path: (bound: Bound) => string) => (bound: Bound) =>
  request(bound, `GET ${path(bound)}`, [
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Origin: http://${hostOf(bound)}:${bound.port}`,
    `Cookie: vizlink-${bound.port}=${randomBytes(32).toString('base64url')}`,
  ])

const secretly =
  (words: (bound: Bound) => string): Attack =>
  (world) =>
    attempt(portsOf(world, 'client'), named, async (bound) => {
      const answer = await exchangeTls(bound, words(bound))
      return answer !== null && `TLS: ${answer.slice(0, 100)}`
    })

/** How many sockets have exactly this address: what listens nowhere any more is no loss to have. */
function holders(protocol: 'tcp' | 'udp', { address, port }: Bound): number {
  const bytes = Buffer.from(address.split('.').map(Number)).swap32().toString('hex').toUpperCase()
  const wanted = `${bytes}:${port.toString(16).toUpperCase().padStart(4, '0')}`
  // The second column; the third is where a socket is connected to.
  const locals = readFileSync(`/proc/net/${protocol}`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[1])
  return locals.filter((local) => local === wanted).length
}

/** Listens at the same address as the user's program. */
const squatting: Attack = (world) =>
  attempt(portsOf(world, 'client', 'browser', 'node').filter(isV4), named, (bound) => {
    return new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen({ port: bound.port, host: bound.address, exclusive: true, reusePort: true }, () => {
        const shared = holders('tcp', bound) > 1
        server.close(() => resolve(shared))
      })
    })
  })

const squattingDatagrams: Attack = ({ udp }) =>
  attempt(
    udp.filter((bound) => bound.part !== 'site' && isV4(bound)),
    named,
    (bound) => {
      return new Promise<boolean>((resolve) => {
        const socket = createSocket({ type: 'udp4', reuseAddr: true })
        socket.once('error', () => resolve(false))
        socket.bind(bound.port, bound.address, () => {
          const shared = holders('udp', bound) > 1
          socket.close(() => resolve(shared))
        })
      })
    },
  )

export const portAttacks: Record<string, Attack> = {
  'ports.page': plain(/^HTTP\/1\.\d 2/, (bound) => request(bound, 'GET /'), 'client', 'browser'),
  'ports.contract': plain(
    /^HTTP\/1\.1 101/,
    webSocket(() => '/contract'),
    'client',
    'browser',
  ),
  'ports.stream': plain(
    /^HTTP\/1\.1 101/,
    webSocket(() => `/stream/${randomBytes(16).toString('hex')}`),
    'client',
  ),
  'ports.sign-in-token': plain(
    /set-cookie/i,
    (bound) =>
      request(
        bound,
        'POST /session',
        ['Content-Type: application/x-www-form-urlencoded', 'Origin: null'],
        `token=${randomBytes(32).toString('base64url')}`,
      ),
    'client',
  ),
  'ports.foreign-page': plain(
    /^HTTP\/1\.\d 2|set-cookie/i,
    (bound) => request(bound, 'GET /', ['Origin: http://attacker.invalid', 'Cookie: vizlink=1']),
    'client',
  ),
  'ports.host-information': plain(
    /PairStatus|<root/,
    (bound) => request(bound, 'GET /serverinfo?uniqueid=0123456789ABCDEF'),
    'client',
  ),
  'ports.claim': secretly(claim),
  'ports.pin': secretly(pin),
  'ports.pair': plain(/<root|paired/, (bound) => pair(bound, 'mallory'), 'client'),
  'ports.rtsp': plain(/^RTSP\/1\.0/, options, 'client'),
  'ports.debugger': plain(
    /webSocketDebuggerUrl|Browser/,
    (bound) => request(bound, 'GET /json/version'),
    'browser',
    'client',
  ),
  'ports.take-over': squatting,
  'ports.take-over-datagrams': squattingDatagrams,
}
