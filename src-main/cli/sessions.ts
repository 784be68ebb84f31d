/** `vizlink sessions` and `vizlink end`. */
import type { Session } from '../shared/model/connection.ts'
import { loadProfile } from '../services/sites/load-profile.ts'
import { SessionService } from '../services/sessions/index.ts'
import { say } from './output.ts'

const time = (ms: number | null): string =>
  ms === null ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** @returns exit status */
export async function listSessions(options: { site: string; json: boolean }): Promise<number> {
  const loaded = await loadProfile(options.site)
  const sessions = await new SessionService([loaded]).list(loaded.profile.id)
  if (options.json) process.stdout.write(`${JSON.stringify(sessions)}\n`)
  else if (sessions.length === 0) say('You have no sessions.')
  else {
    const row = (cells: string[]): string =>
      cells.map((cell, index) => cell.padEnd([32, 12, 10][index] ?? 0)).join('  ')
    process.stdout.write(`${row(['SESSION', 'STATE', 'JOB', 'STARTED (UTC)'])}\n`)
    for (const session of sessions) process.stdout.write(`${row(cellsOf(session))}\n`)
  }
  return 0
}

const cellsOf = (session: Session): string[] => [
  session.id,
  session.status,
  session.jobId ?? '-',
  time(session.createdAt),
]

/** @returns exit status */
export async function endSession(id: string, options: { site: string }): Promise<number> {
  const loaded = await loadProfile(options.site)
  await new SessionService([loaded]).end(loaded.profile.id, id)
  say(`${id} is ended.`)
  return 0
}
