/** Whatever happens in whatever order, a connection comes to rest and cleans up once for each attempt. */
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  oneof,
  type Arbitrary,
} from 'fast-check'
import { expect, test } from 'vitest'
import type { DesktopEvent } from '../../../src-main/domain/desktop.ts'
import { drivenMachine, lost, refusal } from './desktop-actors.ts'

type Happening = DesktopEvent | 'resolve' | 'reject' | 'resolve an old one' | number

const happening: Arbitrary<Happening> = oneof(
  // Steps mostly succeed, else few runs would get as far as a stream.
  { weight: 6, arbitrary: constantFrom<Happening>('resolve') },
  {
    weight: 4,
    arbitrary: constantFrom<Happening>(
      'reject',
      'resolve an old one',
      { type: 'START' },
      { type: 'CANCEL' },
      { type: 'DISCONNECT' },
      { type: 'END' },
      { type: 'LOST', failure: lost },
      { type: 'ASKED' },
      { type: 'ANSWERED' },
      { type: 'NOTICED' },
    ),
  },
  { weight: 1, arbitrary: integer({ min: 1, max: 20_000 }) },
)

const resting = new Set(['idle', 'open', 'failed', 'ended'])
/** Lets promises that are settled already take effect. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('random happenings', { timeout: 60_000 }, async () => {
  const seen = new Set<string>()
  await assert(
    asyncProperty(
      array(happening, { maxLength: 40 }),
      integer({ min: 0, max: 9 }),
      boolean(),
      async (random, steps, heldCleanUp) => {
        const happenings: Happening[] = [
          { type: 'START' },
          ...Array<'resolve'>(steps).fill('resolve'),
          ...random,
        ]
        const machine = drivenMachine({ heldCleanUp })
        let attempts = 0
        let finished = 0
        let before = machine.name()
        machine.actor.subscribe(() => {
          const now = machine.name()
          if (now === before) return
          if (now === 'signing-in') attempts++
          if (now === 'failed' || now === 'ended') finished++
          before = now
          seen.add(now)
        })
        for (const what of happenings) {
          const open = machine.calls.at(-1)
          if (what === 'resolve') open?.resolve()
          else if (what === 'reject') open?.reject(refusal)
          else if (what === 'resolve an old one') machine.calls[0]?.resolve()
          else if (typeof what === 'number') machine.clock.increment(what)
          else machine.send(what)
          await settle()
          // An attempt that is over was cleaned up once; one that is being cleaned up has begun to.
          const cleaning = machine.name() === 'failing' || machine.name() === 'leaving'
          expect(machine.endings.length).toBe(finished + (cleaning ? 1 : 0))
        }
        // From here on nothing happens but time.
        for (let round = 0; round < 12 && !resting.has(machine.name()); round++) {
          machine.clock.increment(100_000)
          await settle()
        }
        expect(resting).toContain(machine.name())
        expect(finished).toBe(attempts - (machine.name() === 'open' ? 1 : 0))
        expect(machine.endings.length).toBe(finished)
      },
    ),
    { numRuns: 400 },
  )
  // The runs were worth something only if they reached all of it.
  for (const state of ['open', 'reconnecting', 'failing', 'leaving', 'failed', 'ended'])
    expect(seen).toContain(state)
})
