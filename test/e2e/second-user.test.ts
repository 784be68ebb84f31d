/**
 * A second user of the same computer and of the node, during the whole life of a session: gets nothing, disturbs nothing. A
 * control for each attack shows that it works where the guard is missing. Root only: there must be two users.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { attacks } from './second-user/attacks.ts'
import { attackCareless, carelessSecret, liveUnderAttack, type Life } from './second-user/life.ts'
import type { Outcome } from './second-user/world.ts'

/** Secrets that are in a text, by what they are. */
const secretsIn = (texts: readonly string[], secrets: Record<string, string[]>): string[] => {
  const text = texts.join('\n').toLowerCase()
  return Object.entries(secrets).flatMap(([name, values]) =>
    values.some((value) => text.includes(value.toLowerCase())) ? [name] : [],
  )
}

describe.skipIf(process.getuid?.() !== 0)('a second user', () => {
  let life: Life
  let controls: Record<string, Outcome>
  beforeAll(async () => {
    controls = await attackCareless()
  })
  // A dozen of phases, each of which waits for real servers.
  beforeAll(async () => {
    life = await liveUnderAttack()
  }, 300_000)

  test('secrets were there to be found', () => {
    for (const [name, values] of Object.entries(life.secrets)) {
      expect(values, name).not.toEqual([])
      for (const value of values) expect(value.length, name).toBeGreaterThan(15)
    }
  })

  test.each(attacks)('$name gains nothing', ({ name, maybeNone }) => {
    const tried = life.phases.flatMap(({ name: phase, outcomes }) =>
      outcomes[name] ? [{ phase, ...outcomes[name] }] : [],
    )
    const gained = tried.map(({ phase, gained, seen = [] }) => ({
      phase,
      gained: [...gained, ...secretsIn(seen, life.secrets)],
    }))
    expect(gained.filter((entry) => entry.gained.length > 0)).toEqual([])
    if (!maybeNone) expect(tried.some((outcome) => outcome.tried > 0)).toBe(true)
  })

  test.each(attacks)('$name works where nothing guards', ({ name }) => {
    const { gained = [], seen = [] } = controls[name] ?? {}
    expect([...gained, ...secretsIn(seen, { careless: [carelessSecret] })]).not.toEqual([])
  })

  test('command lines at any moment hold no secret, also those of programs that end at once', () => {
    const { seen = [] } = life.commandLines
    for (const part of ['link-process', 'stream-process', 'relay-', 'chrom', 'sbatch'])
      expect(seen.join('\n')).toContain(part)
    expect(secretsIn(seen, life.secrets)).toEqual([])
  })

  test('who listens at the port of the portal’s sign-in first gets no sign-in: no browser is sent there', () => {
    const { squatted, questionWhileTaken, cameToSquatter } = life.handOff
    expect(squatted).toEqual(expect.arrayContaining(['127.0.0.1:4431']))
    expect(questionWhileTaken).toBe('token')
    expect(cameToSquatter).toEqual([])
  })

  test('a forged sign-in is refused, and the user’s own is taken afterwards', () => {
    const { answers, signedInAs } = life.handOff
    expect(answers.every((line) => line === '' || line.startsWith('HTTP/1.1 4'))).toBe(true)
    expect(signedInAs).toBe('alice')
  })

  test('a hundred connections that say nothing keep neither the page nor the stream from coming', () => {
    const { reached, claimed, trouble } = life.held
    expect(reached).toBeGreaterThan(1)
    expect(claimed).toEqual([])
    expect(trouble).toBeNull()
  })

  test('who takes an X server’s abstract address first gets no client of the desktop', () => {
    expect(life.handOff.squatted).toEqual(expect.arrayContaining(['@/tmp/.X11-unix/X0']))
    expect(life.cameToDisplays).toEqual([])
  })

  test('links under names of temporary files lead nothing away, and nothing is swept through them', () => {
    const { planted, trapped, lost } = life.temporary
    expect(planted).toBeGreaterThan(0)
    expect(trapped).toEqual([])
    expect(lost).toEqual([])
  })

  test('the session was not disturbed: no phase ended under attack, and no picture was spoiled', () => {
    for (const { name, states } of life.phases)
      expect(new Set(states).size, `${name}: ${states.join()}`).toBe(1)
    expect(life.phases.map(({ states }) => states[0])).toEqual([
      ...['none', 'signing-in', 'queued', 'open', 'reconnecting', 'ended', 'ended', 'open', 'pairing'],
    ])
    expect(life.spoiledPictures).toBe(0)
  })
})
