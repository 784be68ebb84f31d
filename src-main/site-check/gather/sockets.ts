/** Plain connections to the portal's host: what accepts them, how far it is, how Redis meets a stranger. */
import { connect, type Socket } from 'node:net'
import type { OutsideService, PortState, RedisSight } from '../observations.ts'
import type { PortalHttp } from '../../protocols/portal/http.ts'
import { greeting, readGreeting } from '../../protocols/redis/greeting.ts'
import { asText } from '../../shared/texts/index.ts'
import { NotSeen } from './gather.ts'
import type { SiteCheckProfile } from '../../shared/model/site-check-profile.ts'

const connectMs = 3000
const answerMs = 3000
const maximumAnswer = 1024

/** Connects and hands the socket over; the state where it does not. */
async function open(host: string, port: number): Promise<{ state: PortState; socket: Socket }> {
  const socket = connect({ host, port })
  const state = await new Promise<PortState>((resolve, reject) => {
    const timer = setTimeout(() => resolve('silent'), connectMs)
    socket.once('connect', () => resolve('open'))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      // Behind an HTTP proxy names may be known to the proxy alone: nothing was reached, so nothing was refused.
      if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
        reject(new NotSeen(asText('site-check-reasons.noAddress', { host })))
      resolve(code === 'ETIMEDOUT' ? 'silent' : 'closed')
    })
    socket.once('close', () => clearTimeout(timer))
  })
  // Later errors of a socket that is only looked at do not matter.
  socket.on('error', () => undefined)
  return { state, socket }
}

/** Whether every service's own port on the portal's host accepts connections. Nothing is sent. */
export async function lookAtPorts(
  host: string,
  ports: SiteCheckProfile['ports'],
): Promise<Record<OutsideService, { state: PortState; address: string }>> {
  const entries = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => {
      const { state, socket } = await open(host, port)
      socket.destroy()
      return [name, { state, address: `${host}:${port}` }] as const
    }),
  )
  return Object.fromEntries(entries) as Record<OutsideService, { state: PortState; address: string }>
}

/** The shortest of three connections to the portal, by the way of its requests: one round trip, ms. */
export async function roundTrip({ http, origin }: { http: PortalHttp; origin: URL }): Promise<number> {
  let best = Infinity
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = performance.now()
    const socket = await http.openConnection(origin)
    best = Math.min(best, performance.now() - started)
    socket.destroy()
  }
  return best
}

/** A stranger's PING: sent without a password, answered by an open Redis only. Nothing else is asked. */
export async function lookAtRedis(host: string, port: number): Promise<RedisSight> {
  const where = `${host}:${port}`
  const { state, socket } = await open(host, port)
  try {
    if (state !== 'open') {
      return {
        state: state === 'closed' ? 'refused' : 'silent',
        seen: asText(state === 'closed' ? 'site-check-seen.portClosed' : 'site-check-seen.portSilent', {
          address: where,
        }),
      }
    }
    return readGreeting(
      asText('site-check-seen.fromHere', { address: where }),
      await exchange(socket, greeting),
    )
  } finally {
    socket.destroy()
  }
}

/** Sends and collects what comes until the other side closes, enough has come, or time is over. */
function exchange(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const timer = setTimeout(() => resolve(answer), answerMs)
    const finish = (): void => {
      clearTimeout(timer)
      resolve(answer)
    }
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      answer += chunk
      if (answer.length > maximumAnswer) finish()
    })
    socket.once('close', finish)
    socket.write(text)
  })
}
