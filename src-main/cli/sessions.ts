/** `vizlink sessions` and `vizlink end`. */
import { toFailure } from '../shared/errors.ts'
import type { Session } from '../shared/model/connection.ts'
import type { VncSessionView } from '../shared/model/vnc.ts'
import { AuthServices } from '../services/auth/index.ts'
import type { Interaction } from '../services/auth/interaction.ts'
import { loadProfile } from '../services/sites/load-profile.ts'
import { SessionService } from '../services/sessions/index.ts'
import { VncService } from '../services/vnc/index.ts'
import { printFailure, say } from './output.ts'
import { createCommandPlatform } from './platform.ts'
import { answerQuestion } from './questions.ts'
import { readToken } from './token.ts'

const time = (ms: number | null): string =>
  ms === null ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

export interface SessionOptions {
  site: string
  user?: string
  tokenStdin: boolean
  json?: boolean
}

/** The sign-in's questions, answered at the terminal. */
const terminal: Interaction = {
  ask: (question, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true })
      void answerQuestion({ answer: (_id, values) => (resolve(values), true) }, question)
    }),
}

interface Services {
  sessions: SessionService
  /** Null at sites without a portal. */
  vnc: VncService | null
  siteId: string
}

/** Runs `work` on the site's sessions; a failure is printed, also as JSON where that is wanted. @returns exit status */
async function withSessions(
  options: SessionOptions,
  work: (services: Services) => Promise<void>,
): Promise<number> {
  try {
    const loaded = await loadProfile(options.site)
    const token = options.tokenStdin ? await readToken() : null
    const platform = createCommandPlatform()
    const auths = new AuthServices(platform, [loaded], { token })
    const vnc = loaded.profile.portal ? new VncService(platform, auths, () => undefined, terminal) : null
    try {
      const sessions = new SessionService(auths, platform, terminal)
      await work({ sessions, vnc, siteId: loaded.profile.id })
    } finally {
      await auths.dispose()
    }
    return 0
  } catch (error) {
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, error: toFailure(error) })}\n`)
    printFailure(error)
    return 1
  }
}

/** @returns exit status */
export function listSessions(options: SessionOptions): Promise<number> {
  return withSessions(options, async (services) => {
    const streams = await services.sessions.list(services.siteId, options.user)
    const sessions = [
      ...streams.map((session) => ({ kind: 'stream' as const, ...session })),
      ...(await vncSessions(services, options.user)).map(asSession),
    ]
    if (options.json) process.stdout.write(`${JSON.stringify(sessions)}\n`)
    else if (sessions.length === 0) say('You have no sessions.')
    else {
      const row = (cells: string[]): string =>
        cells.map((cell, index) => cell.padEnd([32, 12, 10][index] ?? 0)).join('  ')
      process.stdout.write(`${row(['SESSION', 'STATE', 'JOB', 'STARTED (UTC)'])}\n`)
      for (const session of sessions) process.stdout.write(`${row(cellsOf(session))}\n`)
    }
  })
}

/** A dashboard that is away hides no other sessions. */
async function vncSessions({ vnc, siteId }: Services, user?: string): Promise<VncSessionView[]> {
  try {
    return (await vnc?.list(siteId, user)) ?? []
  } catch (error) {
    const { message, nextStep } = toFailure(error)
    say(`VNC desktops are not listed: ${message} ${nextStep}`)
    return []
  }
}

const asSession = ({ shared, imageName, ...session }: VncSessionView) => ({
  kind: 'vnc' as const,
  ...session,
  node: null,
  imageId: imageName,
  runningSince: null,
  shared,
})

const cellsOf = (session: Session): string[] => [
  session.id,
  session.status,
  session.jobId ?? '-',
  time(session.createdAt),
]

/** @returns exit status */
export function endSession(id: string, options: SessionOptions): Promise<number> {
  return withSessions(options, async ({ sessions, vnc, siteId }) => {
    if (vnc && id.startsWith('vnc-')) await vnc.end(siteId, id, options.user)
    else await sessions.end(siteId, id, options.user)
    say(`${id} is ended.`)
  })
}
