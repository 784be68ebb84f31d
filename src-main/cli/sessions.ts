/** `vizlink sessions` and `vizlink end`. */
import { toFailure } from '../shared/errors.ts'
import type { Session } from '../shared/model/connection.ts'
import { createLogger, createNodePlatform } from '../shells/node/index.ts'
import { loadProfile } from '../services/sites/load-profile.ts'
import { SessionService } from '../services/sessions/index.ts'
import { printFailure, say } from './output.ts'

const time = (ms: number | null): string =>
  ms === null ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** Runs `work` on the site's sessions; a failure is printed, also as JSON where that is wanted. @returns exit status */
async function withSessions(
  options: { site: string; json?: boolean },
  work: (sessions: SessionService, siteId: string) => Promise<void>,
): Promise<number> {
  try {
    const loaded = await loadProfile(options.site)
    const { secrets } = createNodePlatform({ logger: createLogger({ level: 'warn' }) })
    await work(new SessionService([loaded], secrets), loaded.profile.id)
    return 0
  } catch (error) {
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, error: toFailure(error) })}\n`)
    printFailure(error)
    return 1
  }
}

/** @returns exit status */
export function listSessions(options: { site: string; json: boolean }): Promise<number> {
  return withSessions(options, async (service, siteId) => {
    const sessions = await service.list(siteId)
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

const cellsOf = (session: Session): string[] => [
  session.id,
  session.status,
  session.jobId ?? '-',
  time(session.createdAt),
]

/** @returns exit status */
export function endSession(id: string, options: { site: string }): Promise<number> {
  return withSessions(options, async (service, siteId) => {
    await service.end(siteId, id)
    say(`${id} is ended.`)
  })
}
