/** `vizlink sessions` and `vizlink end`. */
import { pause } from '../domain/retry.ts'
import { toFailure, VizlinkError, type Failure } from '../shared/errors.ts'
import { saidIn } from '../shared/texts/index.ts'
import type { DesktopKind, Session } from '../shared/model/desktop.ts'
import { SiteRegistry } from '../services/auth/index.ts'
import { loadProfile } from '../services/sites/index.ts'
import { SessionService } from '../services/sessions/index.ts'
import { SettingsService } from '../services/settings/index.ts'
import { isWrongImage } from './image-option.ts'
import { forPrograms, printFailure, say } from './output.ts'
import { createCommandPlatform } from './platform.ts'
import { terminal } from './questions.ts'
import { inWords, language, padded, t } from './texts.ts'
import { readToken } from './token.ts'

const time = (ms: number | null): string =>
  ms === null ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

const columns = ['session', 'state', 'job', 'started'] as const

/** `vizlink end`: the session is still being ended. */
const stillEndingStatus = 3
const askAgainMs = 2000

export interface SessionOptions {
  site: string
  user?: string
  tokenStdin: boolean
  json?: boolean
}

interface EndOptions extends SessionOptions {
  /** Seconds. */
  wait: number
}

export interface Services {
  sessions: SessionService
  settings: SettingsService
  siteId: string
  user: string | null
  /** Only portals make VNC desktops. */
  hasVnc: boolean
}

/** Runs `work` on the site's sessions; a failure is printed, also as JSON where that is wanted. @returns exit status */
export async function withSessions(
  options: SessionOptions,
  work: (services: Services) => Promise<number>,
): Promise<number> {
  try {
    const loaded = await loadProfile(options.site)
    const token = options.tokenStdin ? await readToken() : null
    const platform = createCommandPlatform()
    const sites = new SiteRegistry(platform, [loaded], { token })
    const { id: siteId, portal } = loaded.profile
    try {
      const sessions = new SessionService(sites, platform, terminal)
      const settings = new SettingsService(platform, { onChange: () => undefined })
      const user = options.user ?? null
      return await work({ sessions, settings, siteId, user, hasVnc: portal !== undefined })
    } finally {
      await sites.dispose()
    }
  } catch (error) {
    if (options.json)
      process.stdout.write(`${JSON.stringify({ ok: false, error: forPrograms(toFailure(error)) })}\n`)
    printFailure(error)
    return isWrongImage(error) ? 2 : 1
  }
}

/** @returns exit status */
export function listSessions(options: SessionOptions): Promise<number> {
  return withSessions(options, async (services) => {
    const streams = await streamSessions(services).catch((error: unknown) => toFailure(error))
    const vnc = await vncSessions(services).catch((error: unknown) => toFailure(error))
    const sessions = [
      ...(Array.isArray(streams) ? streams : []).map((session) => ({ kind: 'stream' as const, ...session })),
      ...(Array.isArray(vnc) ? vnc : []).map((session) => ({ kind: 'vnc' as const, ...session })),
    ]
    // The service of one kind may be away while sessions of the other are there.
    if (!Array.isArray(streams) && sessions.length === 0) throw new VizlinkError(streams)
    if (!Array.isArray(streams)) sayNotListed('cli.sessions.noStreams', streams)
    if (!Array.isArray(vnc)) sayNotListed('cli.sessions.noVnc', vnc)
    if (options.json) process.stdout.write(`${JSON.stringify(sessions)}\n`)
    else if (sessions.length === 0) say(t('cli.sessions.none'))
    else {
      const row = (cells: string[]): string =>
        cells.map((cell, index) => padded(cell, [32, 12, 10][index] ?? 0)).join('  ')
      process.stdout.write(`${row(columns.map((name) => t(`cli.sessions.${name}`)))}\n`)
      for (const session of sessions) process.stdout.write(`${row(cellsOf(session))}\n`)
      for (const { id } of sessions.filter(({ portless }) => portless))
        say(t('cli.sessions.noPort', { session: id }))
    }
    return 0
  })
}

/** @throws VizlinkError when they cannot be listed; what is being ended is said first */
async function streamSessions({ sessions, siteId, user }: Services): Promise<Session[]> {
  const of = { siteId, user, kind: 'stream' as const }
  try {
    return await sessions.list(of)
  } catch (error) {
    for (const { id } of await sessions.endings(of)) say(t('cli.sessions.isEnding', { session: id }))
    throw error
  }
}

const vncSessions = async ({ sessions, siteId, user, hasVnc }: Services): Promise<Session[]> =>
  hasVnc ? sessions.list({ siteId, user, kind: 'vnc' }) : []

type NotListed = `cli.${'sessions' | 'images'}.${'noStreams' | 'noVnc'}`

export function sayNotListed(kind: NotListed, failure: Failure): void {
  const { message, nextStep } = inWords(failure)
  say(`${t(kind)} ${message} ${nextStep}`)
}

const cellsOf = (session: Session): string[] => [
  session.id,
  session.ending ? t('cli.sessions.ending') : session.status,
  session.jobId ?? '-',
  time(session.createdAt),
]

/**
 * Ends a session: done when Slurm says so.
 * @returns exit status: 0 it is over, 1 it cannot be ended, 3 it is still being ended when `--wait` is over
 */
export function endSession(id: string, options: EndOptions): Promise<number> {
  return withSessions(options, async ({ sessions, siteId, user, hasVnc }) => {
    const kind: DesktopKind = hasVnc && id.startsWith('vnc-') ? 'vnc' : 'stream'
    const end = performance.now() + options.wait * 1000
    let shown: string | null = null
    for (;;) {
      const { over, why } = await sessions.end({ siteId, kind, user }, id)
      if (over) {
        say(t('cli.sessions.ended', { session: id }))
        return 0
      }
      const words = why === null ? '' : saidIn(why, language)
      if (words !== shown) say(`${t('cli.sessions.isEnding', { session: id })} ${words}`.trim())
      shown = words
      if (performance.now() + askAgainMs > end) {
        say(t('cli.sessions.notOver'))
        return stillEndingStatus
      }
      await pause(askAgainMs)
    }
  })
}
