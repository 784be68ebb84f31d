/** The connection machine: every state with every event, every deadline, every way out. */
import { describe, expect, test } from 'vitest'
import { visibleState, type DesktopEvent } from '../../../src-main/domain/desktop.ts'
import { type ErrorKind } from '../../../src-main/shared/errors.ts'
import { desktopState, stepNames } from '../../../src-main/shared/model/desktop.ts'
import { deadlines, drivenMachine, lost, refusal, works } from './desktop-actors.ts'
import { someFailure } from '../../support/some-failure.ts'

const events: readonly DesktopEvent['type'][] = [
  'START',
  'CANCEL',
  'DISCONNECT',
  'END',
  'LOST',
  'ASKED',
  'ANSWERED',
  'NOTICED',
]
const eventOf = (type: DesktopEvent['type']): DesktopEvent =>
  type === 'LOST' ? { type, failure: lost } : { type }

const leaves = { CANCEL: 'leaving', DISCONNECT: 'leaving', END: 'leaving', GIVE_WAY: 'leaving' }
/** Where an event leads; what is not named changes nothing. */
const table: Record<string, Partial<Record<DesktopEvent['type'], string>>> = {
  idle: { START: 'signing-in' },
  ...Object.fromEntries(stepNames.map((name) => [name, { ...leaves, LOST: 'failing' }])),
  // A waiting job needs no link: the step logs in again by itself.
  queued: leaves,
  starting: leaves,
  open: { ...leaves, LOST: 'reconnecting' },
  reconnecting: leaves,
  failing: {},
  leaving: {},
  failed: {},
  ended: {},
}

describe.each(Object.entries(table))('%s', (state, transitions) => {
  test.each(events)('%s', async (type) => {
    const machine = drivenMachine({ heldCleanUp: state === 'failing' || state === 'leaving' })
    await machine.reach(state)
    const before = machine.calls.length
    machine.send(eventOf(type))
    expect(machine.name()).toBe(transitions[type] ?? state)
    // An event that changes nothing starts nothing either.
    if (!transitions[type]) expect(machine.calls.length).toBe(before)
  })
})

test('the table names every state', () => {
  const visible = Object.keys(table).map((name) => visibleState(name, 'queued'))
  expect(new Set(visible)).toEqual(new Set(desktopState.options))
})

test('steps follow each other in their order, each once', async () => {
  const machine = drivenMachine()
  await machine.reach('open')
  expect(machine.calls.map(({ work }) => work)).toEqual([...stepNames])
  expect(machine.endings).toEqual([])
  expect(machine.context()).toMatchObject({ failure: null, ending: null })
})

describe.each(works)('%s', (state) => {
  test('that throws ends in its own failure', async () => {
    const machine = drivenMachine()
    await machine.reach(state)
    machine.last().reject(refusal)
    await machine.until('failed')
    expect(machine.context().failure).toEqual(refusal.failure)
    expect(machine.endings).toHaveLength(1)
  })

  test('that throws something else ends as an internal failure', async () => {
    const machine = drivenMachine()
    await machine.reach(state)
    machine.last().reject('a text')
    await machine.until('failed')
    expect(machine.context().failure).toMatchObject({
      kind: 'internal',
      evidence: [{ label: 'error', value: 'a text' }],
    })
  })

  test('that never settles is left at its deadline, its signal aborted', async () => {
    const machine = drivenMachine()
    await machine.reach(state)
    const { signal } = machine.last()
    machine.clock.increment(deadlines[state] - 1)
    expect([machine.name(), signal.aborted]).toEqual([state, false])
    machine.clock.increment(1)
    expect(signal.aborted).toBe(true)
    await machine.until('failed')
    expect(machine.context().failure).toMatchObject(
      state === 'reconnecting'
        ? { kind: 'gave-up' }
        : { kind: 'deadline-exceeded', evidence: [{ label: 'step', value: state }] },
    )
    expect(machine.endings).toHaveLength(1)
  })

  test('B18 has time for as long as a question to the user is open, and for a minute and a half more', async () => {
    const machine = drivenMachine()
    await machine.reach(state)
    machine.clock.increment(deadlines[state] - 1)
    machine.send({ type: 'ASKED' })
    machine.clock.increment(deadlines.question - 1)
    expect(machine.name()).toBe(state)
    expect(machine.last().signal.aborted).toBe(false)
    machine.send({ type: 'ANSWERED' })
    machine.clock.increment(deadlines[state] + 90_000 - 1)
    expect(machine.name()).toBe(state)
    machine.clock.increment(1)
    await machine.until('failed')
  })

  test('B18 has time when a server sends the user to a phone', async () => {
    const machine = drivenMachine()
    await machine.reach(state)
    for (let notice = 0; notice < 2; notice++) {
      machine.clock.increment(deadlines[state] - 1)
      machine.send({ type: 'NOTICED' })
    }
    machine.clock.increment(deadlines[state] + 90_000 - 1)
    expect(machine.name()).toBe(state)
    machine.clock.increment(1)
    await machine.until('failed')
  })

  test('does not wait for ever for an answer', async () => {
    const machine = drivenMachine()
    await machine.reach(state)
    machine.send({ type: 'ASKED' })
    machine.clock.increment(deadlines.question)
    await machine.until('failed')
    expect(machine.context().failure?.kind).toBe('needs-answer')
  })

  test.each([
    ['CANCEL', 'release'],
    ['DISCONNECT', 'keep'],
    ['END', 'cancel'],
  ] as const)('%s: what runs is aborted, the job: %s', async (type, job) => {
    const machine = drivenMachine()
    await machine.reach(state)
    const { signal, resolve } = machine.last()
    machine.send({ type })
    expect(signal.aborted).toBe(true)
    await machine.until('ended')
    expect(machine.endings).toEqual([{ job, because: machine.context().ending?.because }])
    expect(machine.context().ending?.because).not.toBe('')
    // What settles late changes nothing any more.
    const started = machine.calls.length
    resolve()
    await Promise.resolve()
    expect([machine.name(), machine.calls.length]).toEqual(['ended', started])
  })
})

describe('what becomes of the job when an attempt fails', () => {
  test.each(stepNames)('%s: this attempt’s own is released', async (state) => {
    const machine = drivenMachine()
    await machine.reach(state)
    machine.last().reject(refusal)
    await machine.until('failed')
    expect(machine.endings).toMatchObject([{ job: 'release' }])
  })

  test.each(stepNames)('%s: it stays when its step takes too long', async (state) => {
    const machine = drivenMachine()
    await machine.reach(state)
    machine.clock.increment(deadlines[state])
    await machine.until('failed')
    expect(machine.endings).toMatchObject([{ job: 'keep' }])
  })

  test.each(stepNames.filter((name) => table[name]?.LOST))(
    '%s: it stays when the link is lost',
    async (state) => {
      const machine = drivenMachine()
      await machine.reach(state)
      machine.send({ type: 'LOST', failure: lost })
      await machine.until('failed')
      expect(machine.endings).toMatchObject([{ job: 'keep' }])
      expect(machine.context().failure).toEqual(lost)
    },
  )

  test.each<ErrorKind>([
    'link-lost',
    'login-unreachable',
    'portal-unreachable',
    'portal-error',
    'slurm-unreachable',
    'deadline-exceeded',
    'needs-answer',
  ])('queued, %s: it stays', async (kind) => {
    const machine = drivenMachine()
    await machine.reach('queued')
    machine.last().reject(someFailure(kind))
    await machine.until('failed')
    expect(machine.endings).toMatchObject([{ job: 'keep' }])
  })

  test.each([
    ['hopeless', refusal, 'keep'],
    ['over', someFailure('job-ended-early'), 'release'],
  ] as const)('reconnecting, %s: %o', async (_what, error, job) => {
    const machine = drivenMachine()
    await machine.reach('reconnecting')
    machine.last().reject(error)
    await machine.until('failed')
    expect(machine.endings).toMatchObject([{ job }])
  })
})

test('a lost stream comes back, as often as it is lost', async () => {
  const machine = drivenMachine()
  await machine.reach('open')
  for (let time = 0; time < 3; time++) {
    machine.send({ type: 'LOST', failure: lost })
    expect(machine.name()).toBe('reconnecting')
    expect(machine.context().failure).toEqual(lost)
    machine.last().resolve()
    await machine.until('open')
    expect(machine.context()).toMatchObject({ failure: null, ending: null })
  }
  expect(machine.endings).toEqual([])
})

test('streaming has no deadline', async () => {
  const machine = drivenMachine()
  await machine.reach('open')
  machine.clock.increment(1e9)
  expect(machine.name()).toBe('open')
})

test.each([
  ['END', 'leaving', 'failed'],
  ['CANCEL', 'leaving', 'failed'],
  ['DISCONNECT', 'leaving', 'ended'],
  ['LOST', 'failing', 'failed'],
] as const)('%s: a clean-up that never ends is left at its deadline', async (type, state, after) => {
  const machine = drivenMachine({ heldCleanUp: true })
  await machine.reach('pairing')
  machine.send(eventOf(type))
  machine.clock.increment(deadlines['cleaning-up'] - 1)
  expect(machine.name()).toBe(state)
  machine.clock.increment(1)
  expect(machine.name()).toBe(after)
  expect(machine.endings).toHaveLength(1)
  // No report says that a job is gone which was not seen going.
  if (state === 'leaving')
    expect(machine.context().failure).toEqual(
      after === 'ended' ? null : expect.objectContaining({ kind: 'deadline-exceeded' }),
    )
})

test('an attempt that failed shows its own failure, whatever its clean-up says', async () => {
  const machine = drivenMachine({ heldCleanUp: true })
  await machine.reach('failing')
  machine.failCleanUp(new Error('late'))
  await machine.until('failed')
  expect(machine.context().failure).toEqual(refusal.failure)
})

test('users see the last state while it is cleaned up, and an ending', () => {
  expect(visibleState('failing', 'tunnelling')).toBe('tunnelling')
  expect(visibleState('leaving', 'open')).toBe('ending')
  expect(visibleState({ queued: 'working' }, 'requesting')).toBe('queued')
  expect(visibleState({ reconnecting: 'asking' }, 'open')).toBe('reconnecting')
})

test('a job that could not be ended is reported, not hidden', async () => {
  const machine = drivenMachine({ heldCleanUp: true })
  await machine.reach('open')
  machine.send({ type: 'END' })
  machine.failCleanUp(refusal)
  await machine.until('failed')
  expect(machine.context().failure).toEqual(refusal.failure)
})
