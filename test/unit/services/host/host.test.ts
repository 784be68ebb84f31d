/** The host is asked for a stream once there is a page to take it: it forgets a launch that is not followed up. */
import { expect, test } from 'vitest'
import { Host } from '../../../../src-main/services/host/host.ts'
import type { FromStreamProcess } from '../../../../src-main/stream-process/messages.ts'
import { anyConfiguration } from '../../../support/stream-configuration.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { silentChild } from '../../../support/silent-child.ts'

const video = { width: 640, height: 360, fps: 30, bitrateKbps: 2000 }

/** A host that notes when it is asked, in front of a stream process that says what the test wants. */
function startHost() {
  const { child, sent } = silentChild()
  const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  const done: string[] = []
  let say: (message: FromStreamProcess) => void = () => undefined
  const process = {
    ...child,
    exited: gone.promise,
    onMessage: (listener: typeof say) => void (say = listener),
  }
  const side = new Host({
    processes: { start: () => process },
    identity: { certificatePem: '', privateKeyPem: '' } as never,
    ways: { http: 1, https: 2, web: 3, rtsp: 4 },
    certificate: null,
    onFacts: () => undefined,
    onLost: () => undefined,
  })
  side.client.serverInfo = () => Promise.resolve({} as never)
  side.client.launch = () => {
    done.push('launch')
    return Promise.resolve({ sessionUrl: 'rtsp://host', key: '00', keyId: 1 })
  }
  const started = side.start(video, async () => void done.push('prepare'))
  return { started, done, sent, say: (message: FromStreamProcess) => say(message), gone }
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
  const { started, done, gone } = startHost()
  gone.resolve({ code: null, signal: 'SIGKILL' })
  expect(await failureOf(started)).toMatchObject({ kind: 'stream-process-died' })
  expect(done).toEqual([])
})
