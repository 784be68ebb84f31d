/** What the tests of the demo site share: HTTPS requests to its portal, and a look at what is left on the machine. */
import { vi } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { request as requestPlain } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { FaultName } from '../../site/faults.ts'
import { worksIn } from '../../site/support/processes.ts'
import type { Site } from '../../site/types.ts'

export interface Answer {
  status: number
  contentType: string
  headers: IncomingHttpHeaders
  text: string
  /** The body as JSON, null where it is none. */
  json: unknown
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** One request to the site's portal, or to a whole address; certificates are verified against the site's authority. */
export function ask(
  site: Pick<Site, 'ready'>,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | null } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = path.startsWith('/') ? `${site.ready.portal}${path}` : path
    const request = url.startsWith('https:') ? requestSecure : requestPlain
    const sent = request(
      url,
      {
        method,
        ca: readFileSync(site.ready.caFile),
        headers: options.headers ?? {},
        timeout: 20_000,
        agent: false,
      },
      (response) => {
        response.setEncoding('utf8')
        let text = ''
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => {
          const contentType = response.headers['content-type'] ?? ''
          const { headers } = response
          resolve({ status: response.statusCode ?? 0, contentType, headers, text, json: parsed(text) })
        })
      },
    )
    sent.once('timeout', () => sent.destroy(new Error('timeout')))
    sent.once('error', reject)
    sent.end(options.body ?? undefined)
  })
}

export interface PortalSession {
  session_id: string
  status: string
  slurm_job_id: string
  sunshine_port: string | number
}

const asUser = (user: string): Record<string, string> => ({ 'x-username': user })

export async function createSession(site: Pick<Site, 'ready'>, user = 'alice'): Promise<PortalSession> {
  const answer = await ask(site, 'POST', '/api/moonlight/sessions', {
    headers: { ...asUser(user), 'content-type': 'application/json' },
    body: '{"image_id":"desktop"}',
  })
  if (answer.status !== 201) throw new Error(`create: ${answer.status} ${answer.text}`)
  return answer.json as PortalSession
}

export async function listSessions(site: Pick<Site, 'ready'>, user = 'alice'): Promise<PortalSession[]> {
  const answer = await ask(site, 'GET', '/api/moonlight/sessions', { headers: asUser(user) })
  return (answer.json as { sessions: PortalSession[] }).sessions
}

export const sessionWithStatus = (
  site: Pick<Site, 'ready'>,
  id: string,
  statuses: string[],
): Promise<PortalSession> =>
  vi.waitUntil(
    async () => {
      const session = (await listSessions(site)).find(({ session_id }) => session_id === id)
      return session && statuses.includes(session.status) ? session : null
    },
    { timeout: 30_000, message: `session is ${statuses.join(' or ')}` },
  )

/** Pids of processes whose environment or command line names `directory`, or which work in it (zombies excepted). */
export function processesOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter(
      (pid) =>
        worksIn(pid, directory) ||
        ['environ', 'cmdline'].some((file) => {
          try {
            return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(directory)
          } catch {
            return false
          }
        }),
    )
}

/** Signs in by the test login; gives the token. */
export async function signIn(site: Site, user: string, groups: string[] = ['HPC-Admins']): Promise<string> {
  const answer = await ask(site, 'POST', '/auth/test/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: user, groups }),
  })
  if (answer.status !== 200) throw new Error(`sign in: ${answer.status} ${answer.text}`)
  return (answer.json as { token: string }).token
}

/** Holds a fault while `use` runs. */
export async function duringFault(site: Site, name: FaultName, use: () => Promise<void>): Promise<void> {
  await site.setFault(name, true)
  try {
    await use()
  } finally {
    await site.setFault(name, false)
  }
}

/** Deletes all Moonlight sessions and waits until no job is left. */
export async function endSessions(site: Site): Promise<void> {
  for (const { session_id } of await listSessions(site, '*'))
    await ask(site, 'DELETE', `/api/moonlight/sessions/${session_id}`)
  await vi.waitUntil(async () => (await site.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'no job is left',
  })
}
