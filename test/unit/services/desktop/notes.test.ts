import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SessionNotes } from '../../../../src-main/services/desktop/notes.ts'
import { SessionMemory } from '../../../../src-main/services/sessions/memory.ts'
import type { Session } from '../../../../src-main/shared/model/desktop.ts'
import { advanceSteps, pendingSteps } from '../../../../src-main/domain/steps.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'
import { asText, type Text } from '../../../../src-main/shared/texts/index.ts'
import { said } from '../../../support/texts.ts'

const folder = mkdtempSync(join(tmpdir(), 'vizlink-notes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function notesAt(now: { ms: number }, dataFolder = folder) {
  const notified: string[] = []
  const logger = collectingLogger()
  const platform = {
    notify: (title: Text, body: Text) => void notified.push(`${said(title)}. ${said(body)}`),
    clock: { now: () => now.ms },
    logger,
  }
  return {
    notes: new SessionNotes('stream', new SessionMemory(dataFolder, 'demo'), platform, 'Site'),
    notified,
    logger,
  }
}

const of = (endsAt: number | null): Session => ({
  id: 'ml-a-1',
  jobId: '7',
  node: 'viz02',
  status: 'running',
  imageId: null,
  createdAt: 0,
  runningSince: 0,
  endsAt,
})

test('the end is warned of twice, the later warning in the place of the earlier, each once', () => {
  const now = { ms: 0 }
  const minute = 60_000
  const { notes, notified } = notesAt(now)
  const other = asText('desktop.warning.claimed')
  let warnings: Text[] = [other]
  const look = (minutes: number): void => {
    now.ms = (60 - minutes) * minute
    warnings = notes.warnOfEnd(of(60 * minute), warnings) ?? warnings
  }
  for (const minutes of [20, 16]) look(minutes)
  expect([warnings.length, notified.length]).toEqual([1, 0])
  for (const minutes of [15, 14, 6]) look(minutes)
  expect([warnings.length, notified.length]).toEqual([2, 1])
  for (const minutes of [5, 4, 1]) look(minutes)
  expect([warnings.length, notified.length]).toEqual([2, 2])
  expect(warnings[0]).toEqual(other)
  expect(notified[1]).toMatch(/^Your session ends soon\. Site, viz02: Your session ends at \d\d:\d\d/)
})

test('a desktop that was waited for is reported once', () => {
  const { notes, notified } = notesAt({ ms: 0 })
  const after = (ms: number) =>
    advanceSteps(advanceSteps(pendingSteps('stream'), 'requesting', 'queued', 0), 'queued', 'starting', ms)
  notes.reportReady({ steps: after(1000), session: of(null) })
  expect(notified).toEqual([])
  notes.reportReady({ steps: after(60_000), session: of(null) })
  notes.reportReady({ steps: after(60_000), session: of(null) })
  expect(notified).toEqual(['Your desktop is ready. Site, viz02: your session runs.'])
})

test('a folder that takes nothing is logged, and stops nothing', async () => {
  const place = join(folder, 'file')
  writeFileSync(place, '')
  const { notes, logger } = notesAt({ ms: 0 }, place)
  const session = { id: 'ml-a-1', imageId: null, status: 'starting', port: 1, jobId: '1', createdAt: 0 }
  await notes.remember({ ...session, port: 47_989 })
  expect(logger.lines.map(({ event }) => event)).toEqual(['session.not-remembered'])
})
