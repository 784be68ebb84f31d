/** The host is asked for a stream once there is a page to take it: it forgets a launch that is not followed up. */
import { expect, test, vi } from 'vitest'
import { Host } from '../../../../src-main/services/host/host.ts'
import { fail } from '../../../../src-main/shared/errors.ts'
import type { FromStreamProcess } from '../../../../src-main/stream-process/messages.ts'
import { anyConfiguration } from '../../../support/stream-configuration.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { startFakeClock } from '../../../support/fake-clock.ts'
import { silentChild } from '../../../support/silent-child.ts'

const video = { width: 640, height: 360, fps: 30, bitrateKbps: 2000 }

interface End {
  code: number | null
  signal: string | null
}

/** A host that notes when it is asked, in front of a stream process that says what the test wants. */
function startHost() {
  const { child, sent } = silentChild()
  let gone = Promise.withResolvers<End>()
  const done: string[] = []
  const lost: string[] = []
  let say: (message: FromStreamProcess) => void = () => undefined
  const start = () => {
    gone = Promise.withResolvers<End>()
    return {
      ...child,
      exited: gone.promise,
      onMessage: (listener: typeof say) => void (say = listener),
    }
  }
  const side = new Host({
    processes: { start },
    identity: { certificatePem: '', privateKeyPem: '' } as never,
    ways: { http: 1, https: 2, web: 3, rtsp: 4 },
    certificate: null,
    onFacts: () => undefined,
    onLost: ({ reason }) => void lost.push(reason),
  })
  side.client.serverInfo = () => Promise.resolve({} as never)
  side.client.launch = () => {
    done.push('launch')
    return Promise.resolve({ sessionUrl: 'rtsp://host', key: '00', keyId: 1 })
  }
  const started = side.start(video, async () => void done.push('prepare'))
  return {
    ...{ started, done, lost, sent, say: (message: FromStreamProcess) => say(message) },
    exit: (end: End) => gone.resolve(end),
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('the stream process listens before the host is asked', async () => {
  const { started, done, sent, say } = startHost()
  await settled()
  expect(done).toEqual([])
  say({ type: 'ready' })
  await settled()
  expect(done).toEqual(['launch', 'prepare'])
  expect(sent).toMatchObject([{ type: 'start' }])
  say({ type: 'connected', configuration: anyConfiguration })
  await started
})

test('a stream process that dies before it listens: the host is not asked', async () => {
  const { started, done, exit } = startHost()
  exit({ code: null, signal: 'SIGKILL' })
  expect(await failureOf(started)).toMatchObject({ kind: 'stream-process-died' })
  expect(done).toEqual([])
})

test.each([
  ['whose video never came', -100, 'no-video'],
  ['of which no whole picture came', -101, 'no-video'],
  ['that broke off', -102, 'interrupted'],
  ['that the host ended', 0, 'host-ended'],
])('a stream %s is called so', async (_what, code, reason) => {
  const { started, lost, say } = startHost()
  await settled()
  say({ type: 'ready' })
  await settled()
  say({ type: 'connected', configuration: anyConfiguration })
  await started
  say({ type: 'terminated', code })
  expect(lost).toEqual([reason])
})

test('F2: a host that still waits for an earlier start refuses the handshake: it is launched once more', async () => {
  const clock = startFakeClock()
  try {
    const { started, done, say, exit } = startHost()
    await settled()
    say({ type: 'ready' })
    await settled()
    say({ type: 'failed', failure: fail('launch-refused', 'host-refused').failure })
    await settled()
    exit({ code: 0, signal: null })
    await clock.pass(1000)
    say({ type: 'ready' })
    await settled()
    expect(done).toEqual(['launch', 'prepare', 'launch', 'prepare'])
    say({ type: 'connected', configuration: anyConfiguration })
    await started
  } finally {
    clock.restore()
  }
})

test('a computer that sleeps while a host is waited for has its time left: the job is not given up', async () => {
  const clock = startFakeClock()
  try {
    const side = new Host({
      processes: { start: () => silentChild().child },
      identity: { certificatePem: '', privateKeyPem: '' } as never,
      ways: { http: 1, https: 2, web: 3, rtsp: 4 },
      certificate: null,
      onFacts: () => undefined,
      onLost: () => undefined,
    })
    let isThere = false
    side.client.serverInfo = () =>
      isThere ? Promise.resolve({} as never) : Promise.reject(fail('host-not-ready', 'no-answer'))
    const ready = side.waitUntilReady(1_800_000, new AbortController().signal, () => Promise.resolve())
    ready.catch(() => undefined)
    await clock.pass(10_000)
    vi.setSystemTime(Date.now() + 7_200_000)
    await clock.pass(10_000)
    isThere = true
    await clock.pass(1000)
    await expect(ready).resolves.toBeUndefined()
  } finally {
    clock.restore()
  }
})
