/**
 * Ways of signing in (modes.ts) × the portal's nginx files × what becomes of a session (outcomes.ts): every cell ends in
 * the right state and the right words. `npm run test:long` runs the full product, and a job's time limit. Else:
 * - all that a session asks of the portal (find, make, status, end) is asked in the full product of modes and files:
 *   behind these calls an outcome cannot know which of them it has;
 * - each outcome occurs once; what depends on the sign-in or on the file occurs with each of them.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PortalSource } from '../../../src-main/services/sessions/portal-source.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import type { FaultName } from '../../site/faults.ts'
import { nginxForms, type NginxForm } from '../../site/nginx/forms.ts'
import { english, evidenceLines } from '../../support/english.ts'
import { longRun } from '../../support/long-run.ts'
import { signInClient } from '../../support/sign-in-client.ts'
import { isOver } from '../../support/test-client.ts'
import { modes, type Mode } from './modes.ts'
import { outcomes, type Outcome } from './outcomes.ts'
import { startPlace, type Place } from './place.ts'
import { said as inEnglish } from '../../support/texts.ts'

/** What a form adds: NG-A, NG-C and NG-D do not lead to the desktops, so that their profiles name the service itself. */
const forms: Record<NginxForm, { routed: boolean; warning: RegExp | null }> = {
  'NG-A': {
    routed: false,
    warning: /^The portal speaks plain HTTP: your sign-in and your token travel unencrypted\.$/,
  },
  'NG-B': { routed: true, warning: null },
  'NG-C': { routed: false, warning: null },
  'NG-D': {
    routed: false,
    warning: /^The portal speaks plain HTTP: your sign-in and your token travel unencrypted\.$/,
  },
}

interface Cell {
  mode: Mode
  form: NginxForm
  outcome: Outcome
}

/** In each row and each column all forms come, one after the other. */
const inShortRun = ({ slow, everyMode }: Outcome, row: number, column: number, form: number): boolean =>
  !slow && (row + column) % nginxForms.length === form && (everyMode || row % modes.length === column)

const cells = (): Cell[] =>
  outcomes.flatMap((outcome, row) =>
    modes.flatMap((mode, column) =>
      nginxForms.flatMap((form, index) =>
        longRun || inShortRun(outcome, row, column, index) ? [{ mode, form, outcome }] : [],
      ),
    ),
  )

const places = new Map<NginxForm, Place>()
const placeOf = (form: NginxForm): Place => {
  const place = places.get(form)
  if (!place) throw new Error('no such site')
  return place
}

const chosen = cells()
beforeAll(async () => {
  for (const place of await Promise.all(nginxForms.map(startPlace))) places.set(place.form, place)
  // Four whole sites at once, while other files start theirs.
}, 300_000)
afterAll(() => Promise.all([...places.values()].map((place) => place.dispose())))

test('each outcome occurs; what depends on the sign-in or on the file, with each of them', () => {
  const values = (outcome: Outcome, of: (cell: Cell) => unknown): number =>
    new Set(chosen.filter((cell) => cell.outcome === outcome).map(of)).size
  const expected = (ofOutcome: Outcome, most: number): number =>
    longRun || ofOutcome.everyMode ? most : ofOutcome.slow ? 0 : 1
  for (const outcome of outcomes) {
    expect(values(outcome, ({ mode }) => mode)).toBe(expected(outcome, modes.length))
    expect(values(outcome, ({ form }) => form)).toBe(expected(outcome, nginxForms.length))
  }
})

const everyWayIn = modes.flatMap((mode) => nginxForms.map((form) => [mode.name, form, mode] as const))

test.concurrent.each(everyWayIn)(
  'what a session asks of the portal, %s, %s',
  { timeout: 600_000 },
  (_name, form, mode) => placeOf(form).alone(() => askPortal(mode, placeOf(form))),
)

test.concurrent.each(chosen.map((cell) => [cell.outcome.name, cell.mode.name, cell.form, cell] as const))(
  '%s, %s, %s',
  { timeout: 600_000 },
  (_outcome, _mode, form, cell) => placeOf(form).alone(() => run(cell, placeOf(form))),
)

async function askPortal(mode: Mode, place: Place): Promise<void> {
  const { site, dataFolder, handOffPort } = place
  const inHand = (await mode.prepare?.(place)) ?? ''
  site.setSignIn(mode.portal)
  const client = signInClient({
    loaded: await loadProfile(place.profile({ oidc: mode.oidc, moonlightUrl: !forms[place.form].routed })),
    dataFolder,
    handOffPort,
    caFile: site.ready.caFile,
    browserUser: 'alice',
    person: ({ type }) => (type === 'token' ? [inHand] : undefined),
  })
  const portal = new PortalSource(client.site)
  const { signal } = new AbortController()
  try {
    await portal.signIn({ user: null, interaction: client.interaction, signal })
    expect(await portal.findRunning(() => true)).toBeNull()
    const { id, jobId } = await portal.create(signal)
    expect(await portal.findRunning((session) => session.id === id)).toMatchObject({ id, jobId })
    expect(await portal.statusOf(id)).toMatch(/^(starting|pending|running)$/)
    await place.shell(`scancel ${jobId}`)
    await vi.waitUntil(async () => (await portal.statusOf(id)) === 'completed', {
      timeout: 30_000,
      message: 'it is over',
    })
    expect(await portal.findRunning((session) => session.id === id)).toBeNull()
    expect([await portal.remove(id), await portal.remove(id)]).toEqual([true, false])
    expect(await portal.statusOf(id)).toBeNull()
  } finally {
    await portal.close()
    await client.dispose()
  }
}

async function run({ mode, form, outcome }: Cell, place: Place): Promise<void> {
  const { site } = place
  const inHand = (await mode.prepare?.(place)) ?? ''
  site.setSignIn(mode.portal)
  const faults: FaultName[] = outcome.fault ? [outcome.fault] : []
  if (outcome.unrouted && forms[form].routed) faults.push('moonlight-not-routed')
  for (const fault of faults) await site.setFault(fault, true)
  const undo = await outcome.before?.(place)
  let mended = false
  const mend = async (): Promise<void> => {
    if (!mended) await undo?.()
    mended = true
  }
  const moonlightUrl = !forms[form].routed && !outcome.unrouted
  const client = await place.client({ oidc: mode.oidc, moonlightUrl })
  try {
    const attempt = await client.connect()
    if (mode.enter) {
      const { question } = await attempt.until(({ question }) => question !== null)
      expect(question?.type).toBe(mode.enter.asks)
      if (question) await mode.enter.answer(place, attempt, question, inHand)
    }
    const { user, warnings } = await attempt.until((now) => now.user !== null || isOver(now))
    expect(user).toEqual({ name: 'alice', verified: mode.verified })
    const said = [mode.warning, forms[form].warning].filter((words) => words !== null)
    expect(warnings.map(inEnglish)).toEqual(said.map((words) => expect.stringMatching(words) as string))
    await outcome.happens?.(attempt, place, mend)
    const { state, failure, endedBecause } = await attempt.until(isOver, 200_000)
    const { ends } = outcome
    if (ends.state === 'ended') {
      expect([state, failure]).toEqual(['ended', null])
      expect(inEnglish(endedBecause)).toMatch(ends.because)
    } else {
      expect([state, failure?.kind]).toEqual(['failed', ends.kind])
      expect(english(failure).message).toMatch(ends.says)
      expect(english(failure).nextStep).toMatch(ends.next)
      expect(evidenceLines(failure).join('\n')).toMatch(ends.evidence)
    }
  } catch (error) {
    // A cell that broke off in its middle must not spoil the next ones, nor hide what was wrong.
    await site.setFault('slurmctld-down', false)
    await place.shell('squeue -h -o %i | xargs -r scancel')
    throw error
  } finally {
    for (const fault of faults) await site.setFault(fault, false)
    await mend()
    await client.dispose()
  }
  await vi.waitUntil(async () => (await site.activeJobs()).length === 0, {
    timeout: 30_000,
    message: 'no job is left',
  })
}
