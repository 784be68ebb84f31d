import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GivesWay, SessionClaim, type SessionWish } from '../../../../src-main/services/sessions/claim.ts'
import { SessionRegistry } from '../../../../src-main/services/sessions/site-sessions.ts'
import type { SessionRecord, SessionSource } from '../../../../src-main/services/sessions/source.ts'
import { parseJobEnd } from '../../../../src-main/protocols/slurm/job-end.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { english } from '../../../support/english.ts'
import { isSettled } from '../../../support/fake-clock.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'
import type { ImageWish } from '../../../../src-main/domain/image-choice.ts'
import { asText, translate } from '../../../../src-main/shared/texts/index.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-claim-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const never = (): never => {
  throw new Error('a claim does not ask for this')
}
const unused = { signIn: never, list: never, statusOf: never, close: never }

/** A site with sessions, and claims on them that share a registry; time is paused unless the test moves it. */
function site(running: number[] = []) {
  const secrets = new Map<string, string>()
  const newRegistry = (): SessionRegistry =>
    new SessionRegistry({
      dataFolder: folder,
      clock: { now: () => 0 },
      secrets: {
        persistent: true,
        get: async (name) => secrets.get(name) ?? null,
        set: async (name, value) => void secrets.set(name, value),
        delete: async (name) => void secrets.delete(name),
      },
    })
  const registry = newRegistry()
  const session = (number: number): SessionRecord => ({
    id: `ml-ada-${number}`,
    jobId: String(number),
    port: 47_989,
    status: 'running',
    imageId: null,
    createdAt: null,
  })
  const listed = running.map(session)
  const created: SessionRecord[] = []
  const removed: string[] = []
  let gate: Promise<void> = Promise.resolve()
  let onAsked = (): void => undefined
  let onLooked = (): void => undefined
  const source: SessionSource = {
    ...unused,
    async findRunning(fits) {
      onLooked()
      return listed.find(fits) ?? null
    },
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
  const hostLog = { text: null as string | null }
  let now = 0
  const notes: string[] = []
  const claim = (
    wish: SessionWish,
    image: ImageWish | null = null,
    sessions = registry.of('demo'),
  ): SessionClaim =>
    new SessionClaim({
      ...{ kind: 'stream', wish, source },
      wanted: { size: { width: 1280, height: 720 }, image, hours: null },
      note: (text) => void notes.push(translate(text, 'en')),
      cluster: {
        job: async () => null,
        jobEnd: async () => parseJobEnd('JobId=7\n   JobState=RUNNING\n   StdOut=/job.log\n'),
        jobLog: async () => 'Starting Xorg',
        hostLog: async () => hostLog.text,
        cancelJob: async () => undefined,
        userName: 'ada',
        whyRefused: async () => null,
      },
      user: null,
      sessions,
      // Every look is two seconds later: no test waits for the portal's next second.
      clock: { now: () => (now += 2000) },
    })
  return {
    registry,
    /** A claim in another program of the same user. */
    elsewhere: (wish: SessionWish) => claim(wish, null, newRegistry().of('demo')),
    claim,
    notes,
    hostLog,
    listed,
    created,
    removed,
    /** Resolves once the list was looked at so many times more. */
    looked: (times: number): Promise<void> =>
      new Promise((resolve) => {
        let left = times
        onLooked = () => (--left === 0 ? resolve() : undefined)
      }),
    /** Resolves once a session is asked for, which is made only when `until` resolves. */
    holdCreation: (until: Promise<void>): Promise<void> => {
      gate = until
      return new Promise((resolve) => (onAsked = resolve))
    },
  }
}

const leave = { job: 'release', because: asText('desktop.ended.cancelled') } as const

const take = (claim: SessionClaim, signal = new AbortController().signal): Promise<string> =>
  claim.take(signal, () => undefined).then(({ id }) => id)

test('any that runs is taken up; to one that another desktop has it gives way, unless one beside it is wanted', async () => {
  const { claim, created } = site([1])
  expect(await take(claim({ kind: 'any' }))).toBe('ml-ada-1')
  await expect(take(claim({ kind: 'any' }))).rejects.toThrow(GivesWay)
  expect(created).toHaveLength(0)
  expect(await take(claim({ kind: 'any', beside: true }))).toBe('ml-ada-100')
})

test('of a list that shows everybody’s, only the user’s own is taken without a question, and none that is being ended', async () => {
  const { claim, listed, registry } = site([9, 1, 2])
  listed[0]!.shared = true
  expect(await take(claim({ kind: 'any' }))).toBe('ml-ada-1')
  const ending = { ...{ jobId: '2', kind: 'stream' as const, user: null, since: 0, why: '' }, id: 'ml-ada-2' }
  await registry.of('demo').memory.noteEnding(ending)
  expect(await take(claim({ kind: 'any', beside: true }))).toBe('ml-ada-100')
  expect(await take(claim({ kind: 'one', id: 'ml-ada-9' }))).toBe('ml-ada-9')
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
    take(claim(wish)).catch((error: unknown) => english(toFailure(error)).message)
  expect(await why({ kind: 'one', id: 'ml-ada-2' })).toBe(
    'The session that you want to resume is open already.',
  )
  expect(await why({ kind: 'one', id: 'ml-ada-3' })).toBe('The session that you want to resume is over.')
  expect(created).toEqual([])
})

test('one that another desktop is closing is waited for: neither taken from it nor asked for again', async () => {
  const { claim, created, looked } = site([1])
  const first = claim({ kind: 'any' })
  await take(first)
  first.leave()
  const next = [take(claim({ kind: 'any' })), take(claim({ kind: 'one', id: 'ml-ada-1' }))]
  await looked(2)
  expect(await Promise.all(next.map(isSettled))).toEqual([false, false])
  await first.settle({ job: 'keep', because: asText('desktop.ended.disconnected') })
  expect(await next[0]).toBe('ml-ada-1')
  expect(await next[1]?.catch((error: unknown) => english(toFailure(error)).message)).toContain(
    'is open already',
  )
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

test('a user who leaves while a session is being asked for ends it as it comes, and the next in turn continues', async () => {
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

test('window and command line that launch at the same moment have one session', async () => {
  const { claim, elsewhere, created, holdCreation } = site()
  let make = (): void => undefined
  const asked = holdCreation(new Promise((resolve) => (make = resolve)))
  const first = take(claim({ kind: 'any' }))
  await asked
  const second = take(elsewhere({ kind: 'any' }))
  make()
  expect(await Promise.all([first, second])).toEqual(['ml-ada-100', 'ml-ada-100'])
  expect(created).toHaveLength(1)
})

test('a launch that is left while another program launches asks for nothing', async () => {
  const { claim, elsewhere, created, holdCreation } = site()
  let make = (): void => undefined
  const asked = holdCreation(new Promise((resolve) => (make = resolve)))
  const first = take(claim({ kind: 'new' }))
  await asked
  const leaving = new AbortController()
  const second = take(elsewhere({ kind: 'new' }), leaving.signal)
  leaving.abort(new Error('left'))
  await expect(second).rejects.toThrow('left')
  make()
  await first
  expect(created).toHaveLength(1)
})

describe('a record without a port', () => {
  const portless = async () => {
    const { claim, listed, hostLog } = site([1])
    listed[0]!.port = 0
    const one = claim({ kind: 'any' })
    await take(one)
    expect(await one.readPlace()).toBe(false)
    return { one, listed, hostLog }
  }

  test('is claimed where the host’s log says it', async () => {
    const { one, hostLog } = await portless()
    hostLog.text = 'Info: Configuration UI available at [https://localhost:48990]'
    expect(await one.readPlace()).toBe(true)
    expect(one.current?.port).toBe(48_989)
  })

  test('or the portal’s record says it later', async () => {
    const { one, listed } = await portless()
    listed[0] = { ...listed[0]!, port: 47_989 }
    expect(await one.readPlace()).toBe(true)
    expect(one.current?.port).toBe(47_989)
  })

  test('is not waited for without end', async () => {
    const { one } = await portless()
    const looks = async (): Promise<void> => {
      while (!(await one.readPlace())) continue
    }
    expect(await failureOf(looks())).toMatchObject({ kind: 'host-not-ready', reason: 'no-port' })
  })
})

test('sites know nothing of each other, and each is one', () => {
  const { registry } = site()
  expect(registry.of('demo')).toBe(registry.of('demo'))
  registry.of('demo').turns.stream.hold({}, 'ml-ada-1')
  expect(registry.of('demo').turns.stream.heldBy('ml-ada-1', {})).toBe('another')
  expect(registry.of('other').turns.stream.heldBy('ml-ada-1', {})).toBeNull()
})

test('a portal that names sessions by the second is not asked twice within one', () => {
  const sessions = site().registry.of('demo').turns.stream
  expect(sessions.untilNextRequest(0)).toBe(0)
  sessions.requested(10_000)
  expect(sessions.untilNextRequest(10_000)).toBeGreaterThan(1000)
  expect(sessions.untilNextRequest(12_000)).toBe(0)
})

test('a running session with another image than the one that was named is taken up with a sentence', async () => {
  const { claim, listed, notes } = site([1, 2])
  for (const session of listed) session.imageId = 'desktop'
  await take(claim({ kind: 'any' }, { id: 'desktop', firm: true }))
  await take(claim({ kind: 'any' }, { id: 'gnome', firm: false }))
  expect(notes).toEqual([])
  const third = site([3])
  for (const session of third.listed) session.imageId = 'desktop'
  await take(third.claim({ kind: 'any' }, { id: 'gnome', firm: true }))
  expect(third.notes).toEqual(['Your running session has the image desktop; gnome is for a new session.'])
  // The user has named the session itself.
  const fourth = site([4])
  for (const session of fourth.listed) session.imageId = 'desktop'
  await take(fourth.claim({ kind: 'one', id: 'ml-ada-4' }, { id: 'gnome', firm: true }))
  expect(fourth.notes).toEqual([])
})
