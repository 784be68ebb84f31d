/** Attacks on the ports of a desktop's host by another user of its node. */
import { attempt, exchange, type Attack } from './attack-kit.ts'
import { claim, exchangeTls, hostOf, named, options, ownCredentials, pair, pin } from './attack-ports.ts'
import type { Bound, World } from './world.ts'

const hostPorts = ({ tcp }: World): Bound[] => tcp.filter(({ part }) => part === 'node')

/** Who has no key of a paired client shows one of their own. */
export interface OwnCertificate {
  key: string
  cert: string
}

const key = '00'.repeat(16)
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n`

export function hostAttacks(own: OwnCertificate): Record<string, Attack> {
  const secretly =
    (fits: RegExp, words: (bound: Bound) => string): Attack =>
    (world) =>
      attempt(hostPorts(world), named, async (bound) => {
        const answer = (await exchangeTls(bound, words(bound), own)) ?? ''
        return fits.test(answer) && answer.slice(-120)
      })
  const openly =
    (fits: RegExp, words: (bound: Bound) => string): Attack =>
    (world) =>
      attempt(hostPorts(world), named, async (bound) => {
        const answer =
          (await exchange({ host: hostOf(bound), port: bound.port }, words(bound)))?.toString('latin1') ?? ''
        return fits.test(answer) && answer.slice(-120)
      })
  const query = `uniqueid=0123456789ABCDEF&appid=958645192&mode=640x360x20&localAudioPlayMode=1&rikey=${key}&rikeyid=1`
  return {
    'node.claim': secretly(/"status": "true"/, claim),
    'node.pin': secretly(/"status": "true"/, pin),
    'node.close-desktop': secretly(/"status": "true"/, () =>
      get('/api/apps/close')
        .replace('GET', 'POST')
        .replace('\r\n\r\n', `\r\nAuthorization: Basic ${ownCredentials}\r\n\r\n`),
    ),
    'node.launch': secretly(/status_code="200"[^]*sessionUrl0/, () => get(`/launch?${query}`)),
    'node.resume': secretly(/status_code="200"[^]*sessionUrl0/, () => get(`/resume?${query}`)),
    'node.cancel': secretly(/status_code="200"[^]*<cancel>1/, () => get('/cancel?uniqueid=0123456789ABCDEF')),
    'node.pair': openly(/<paired>1[^]*<plaincert>/, (bound) => pair(bound, own.cert)),
    'node.rtsp': openly(/^RTSP\/1\.0 200[^]*(sprop|x-ss|Session)/, (bound) =>
      options(bound).replace('OPTIONS', 'DESCRIBE'),
    ),
  }
}
