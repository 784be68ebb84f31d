import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SessionClaim, type SessionWish } from '../../../../src-main/services/sessions/claim.ts'
import { SessionRegistry } from '../../../../src-main/services/sessions/site-sessions.ts'
import type { PortalSession } from '../../../../src-main/protocols/portal/moonlight.ts'
import type { SessionSource } from '../../../../src-main/services/sessions/source.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-claim-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const never = (): never => {
  throw new Error('a claim does not ask for this')
}
const unused = { signIn: never, list: never, statusOf: never, close: never }

/** A site with sessions, and claims on them that share a registry; time stands still unless it is turned. */
function site(running: number[] = []) {
  const secrets = new Map<string, string>()
  const registry = new SessionRegistry({
    dataFolder: folder,
    clock: { now: () => 0 },
    secrets: {
      persistent: true,
      get: async (name) => secrets.get(name) ?? null,
      set: async (name, value) => void secrets.set(name, value),
      delete: async (name) => void secrets.delete(name),
    },
  })
  const session = (number: number): PortalSession => ({
    id: `ml-ada-${number}`,
    jobId: String(number),
    port: 47_989,
    status: 'running',
    imageId: null,
    createdAt: null,
  })
  const listed = running.map(session)
  const created: PortalSession[] = []
  const removed: string[] = []
  let gate: Promise<void> = Promise.resolve()
  let onAsked = (): void => undefined
  const source: SessionSource = {
    ...unused,
    findRunning: async (fits) => listed.find(fits) ?? null,
    async create() {
      onAsked()
      await gate
      const made = session(100 + created.length)
      created.push(made)
      listed.push(made)
      return made
    },
    async remove(id) {
      removed.push(id)
      listed.splice(
        listed.findIndex((one) => one.id === id),
        1,
      )
      return true
    },
  }
  let now = 0
  const claim = (wish: SessionWish): SessionClaim =>
    new SessionClaim({
      wish,
      source,
      cluster: { job: async () => null, cancelJob: async () => undefined, userName: 'ada' },
      user: null,
      sessions: registry.of('demo'),
      // Every look is two seconds later: nobody waits for the portal's next second.
      clock: { now: () => (now += 2000) },
    })
  return {
    registry,
    claim,
    created,
    removed,
    /** Resolves once a session is asked for, which is made only when `until` resolves. */
    holdCreation: (until: Promise<void>): Promise<void> => {
      gate = until
      return new Promise((resolve) => (onAsked = resolve))
    },
  }
}

const leave = { job: 'release', because: 'You cancelled.' } as const

const take = (claim: SessionClaim, signal = new AbortController().signal): Promise<string> =>
  claim.take(signal, () => undefined).then(({ id }) => id)

test('whichever runs is taken up; what another connection has is not, and a new one is made', async () => {
  const { claim, created } = site([1])
  expect(await take(claim({ kind: 'any' }))).toBe('ml-ada-1')
  expect(await take(claim({ kind: 'any' }))).toBe('ml-ada-100')
  expect(created).toHaveLength(1)
})

test('one of its own is made beside those that run, also when both are asked for at once', async () => {
  const { claim } = site([1])
  const ids = await Promise.all([
    take(claim({ kind: 'new' })),
    take(claim({ kind: 'any' })),
    take(claim({ kind: 'new' })),
  ])
  expect(ids).toEqual(['ml-ada-100', 'ml-ada-1', 'ml-ada-101'])
})

test('a certain one: taken if it is there, refused when it is over or open already', async () => {
  const { claim, created } = site([1, 2])
  const second = claim({ kind: 'one', id: 'ml-ada-2' })
  expect(second.isFor('ml-ada-2')).toBe(true)
  expect(await take(second)).toBe('ml-ada-2')
  const why = (wish: SessionWish): Promise<string> =>
    take(claim(wish)).catch((error: unknown) => toFailure(error).message)
  expect(await why({ kind: 'one', id: 'ml-ada-2' })).toBe(
    'The session that you want to resume is open already.',
  )
  expect(await why({ kind: 'one', id: 'ml-ada-3' })).toBe('The session that you want to resume is over.')
  expect(created).toEqual([])
})

test('leaving ends what this one made and nothing else; then it can be taken again', async () => {
  const { claim, removed } = site([1])
  const found = claim({ kind: 'any' })
  const made = claim({ kind: 'new' })
  await take(found)
  await take(made)
  expect(await found.settle(leave)).toBe(true)
  expect(await made.settle(leave)).toBe(false)
  expect(removed).toEqual(['ml-ada-100'])
  expect(await take(claim({ kind: 'one', id: 'ml-ada-1' }))).toBe('ml-ada-1')
})

test('who leaves while a session is being asked for ends it as it comes, and the next in turn goes on', async () => {
  const { claim, removed, holdCreation } = site()
  let open = (): void => undefined
  const asked = holdCreation(new Promise((resolve) => (open = resolve)))
  const leaver = claim({ kind: 'new' })
  const stop = new AbortController()
  const left = take(leaver, stop.signal).catch(() => 'left')
  const next = take(claim({ kind: 'new' }))
  await asked
  stop.abort()
  const settled = leaver.settle(leave)
  open()
  expect(await left).toBe('left')
  expect(await settled).toBe(false)
  expect(removed).toEqual(['ml-ada-100'])
  expect(await next).toBe('ml-ada-101')
})

test('sites know nothing of each other, and each is one', () => {
  const { registry } = site()
  expect(registry.of('demo')).toBe(registry.of('demo'))
  registry.of('demo').hold({}, 'ml-ada-1')
  expect(registry.of('demo').isHeld('ml-ada-1', {})).toBe(true)
  expect(registry.of('other').isHeld('ml-ada-1', {})).toBe(false)
})

test('a portal that names sessions by the second is not asked twice within one', () => {
  const sessions = site().registry.of('demo')
  expect(sessions.untilNextRequest(0)).toBe(0)
  sessions.requested(10_000)
  expect(sessions.untilNextRequest(10_000)).toBeGreaterThan(1000)
  expect(sessions.untilNextRequest(12_000)).toBe(0)
})
