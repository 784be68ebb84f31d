/** Sources of the status panel while they are down: old figures stay old, and no source is asked without a rest. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StatusBoard } from '../../../../src-main/services/status/board.ts'
import { GpuSource } from '../../../../src-main/services/status/gpu-source.ts'
import { SessionStatus } from '../../../../src-main/services/status/session-status.ts'
import { siteProfileSchema } from '../../../../src-main/shared/model/site-profile.ts'
import type { StatusSnapshot } from '../../../../src-main/shared/model/status.ts'
import { asText } from '../../../../src-main/shared/texts/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function board() {
  const snapshots: StatusSnapshot[] = []
  const made = new StatusBoard('demo', true, (snapshot) => void snapshots.push(snapshot))
  return { made, latest: () => (vi.advanceTimersByTime(1000), snapshots.at(-1)!) }
}

test('a value whose source is down keeps its age, and the panel says what is wrong', () => {
  const { made, latest } = board()
  made.set('sessions', [], 'Redis')
  const { at } = latest().sessions
  vi.advanceTimersByTime(90_000)
  made.fail('sessions', new Error('down'), 'Portal')
  expect(latest().sessions).toMatchObject({ at, source: 'Redis', value: [] })
  expect(latest().sessions.problem).not.toBe(null)
})

const card = '0, NVIDIA L4, 40, 1000, 24000, 50, 1, 30'

function gpu() {
  const shown = board()
  let node = 'n1'
  const cluster = () => ({ node, onNode: async () => ({ stdout: card, code: 0 }) })
  const source = new GpuSource(shown.made, cluster)
  const points = (): number => shown.latest().gpu.value?.plots[0]?.points.length ?? 0
  return { source, points, moveTo: (other: string) => (node = other) }
}

test('the plot of a graphics card reaches back five minutes', async () => {
  const { source, points } = gpu()
  await source.figures()
  vi.advanceTimersByTime(290_000)
  await source.figures()
  expect(points()).toBe(2)
  vi.advanceTimersByTime(15_000)
  await source.figures()
  expect(points()).toBe(2)
})

test('figures of another node are not plotted', async () => {
  const { source, points, moveTo } = gpu()
  await source.figures()
  moveTo('n2')
  await source.figures()
  expect(points()).toBe(1)
})

test('a Redis that failed is asked again after a minute, not before', async () => {
  let asked = 0
  const cluster = () => ({
    openForward: async (): Promise<never> => {
      asked++
      throw new Error('no way')
    },
  })
  const profile = siteProfileSchema.parse({
    ...{ version: 1, id: 'demo', name: 'Demo' },
    portal: { origin: 'https://portal.example', user: 'ada' },
    ssh: { user: 'ada', loginHost: { address: 'login', hostKeys: [] }, nodes: {} },
    redis: { address: '127.0.0.1', port: 6379 },
  })
  const site = {
    loaded: { profile, redisPasswordFile: null, redisCaFile: null },
    portal: profile.portal!,
    access: { open: () => Promise.reject(new Error('no portal')) },
    auth: { signIn: () => Promise.reject(new Error('no portal')) },
  }
  const source = new SessionStatus(site, board().made, cluster, () => undefined)
  const look = (): Promise<void> => source.sessions().catch(() => undefined)
  expect(source.health.detail).toEqual(asText('panels.services.notAsked'))
  await look()
  vi.advanceTimersByTime(59_000)
  await look()
  expect(asked).toBe(1)
  // The page words it, in its own language.
  expect(source.health).toMatchObject({
    status: 'down',
    detail: { key: 'failures.internal.unexpected.message' },
  })
  vi.advanceTimersByTime(2000)
  await look()
  expect(asked).toBe(2)
  await source.close()
})
