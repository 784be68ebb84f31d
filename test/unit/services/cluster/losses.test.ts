/** News of a loss right behind the reply that opened what is lost: its user does not know it yet, and the loss is not forgotten. */
import { expect, test } from 'vitest'
import type { FromLinkProcess, ToLinkProcess } from '../../../../src-main/link-process/messages.ts'
import type { ChildHandle, ProcessHost } from '../../../../src-main/ports/process-host.ts'
import { ClusterLogin } from '../../../../src-main/services/cluster/cluster-login.ts'
import { QuestionBoard } from '../../../../src-main/services/questions/board.ts'
import { siteProfileSchema } from '../../../../src-main/shared/model/site-profile.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { someFailure } from '../../../support/some-failure.ts'

const { failure } = someFailure('link-lost')
const profile = siteProfileSchema.parse({
  version: 1,
  id: 'site',
  name: 'Site',
  ssh: { user: 'ada', loginHost: { address: '127.0.0.1' }, nodes: {} },
})
const loaded = {
  profile,
  portalCa: null,
  identityFile: null,
  jobTemplate: null,
  redisPasswordFile: null,
  redisCaFile: null,
}
const local = { http: '/s/1', https: '/s/2', web: '/s/3', rtsp: 6 }
const replies: Record<string, object> = {
  'open-hop': { hopId: 'hop-1' },
  'open-relay': { relayId: 'relay-1', place: { folder: '/home/ada/.cache/vizlink', passedOver: [] }, local },
}

/** Link processes that grant everything; with the reply to `name`, in one go, they report what was lost. */
function processesThatLose(name: string, relayId: string | null) {
  let started = 0
  const start = (): ChildHandle => {
    const nth = ++started
    const gone = Promise.withResolvers<{ code: number | null; signal: string | null }>()
    let say: (message: FromLinkProcess) => void = () => undefined
    return {
      pid: 0,
      exited: gone.promise,
      send(message) {
        const request = message as ToLinkProcess
        if (request.type !== 'request') return true
        if (request.name === 'close') gone.resolve({ code: 0, signal: null })
        const value = replies[request.name] ?? null
        queueMicrotask(() => {
          say({ type: 'reply', id: request.id, ok: true, value })
          if (request.name === name && nth === 1) say({ type: 'lost', relayId, failure })
        })
        return true
      },
      onMessage: (listener) => void (say = listener),
      end() {
        gone.resolve({ code: null, signal: 'SIGTERM' })
        return Promise.resolve()
      },
    }
  }
  return { host: { start } satisfies ProcessHost, started: () => started }
}

const clusterOn = (host: ProcessHost, lost: (string | null)[]): ClusterLogin =>
  new ClusterLogin(
    loaded,
    { processes: host, dataFolder: '/nonexistent' },
    new QuestionBoard(() => undefined).handlers,
    (relayId) => void lost.push(relayId),
  )

test('a login that is lost at once is not kept: the next command logs in again', async () => {
  const processes = processesThatLose('login', null)
  const lost: (string | null)[] = []
  const cluster = clusterOn(processes.host, lost)
  await cluster.login()
  expect(lost).toEqual([null])
  await cluster.login()
  expect(processes.started()).toBe(2)
  await cluster.close()
})

test('a relay that is lost at once is no way to the node', async () => {
  const processes = processesThatLose('open-relay', 'relay-1')
  const cluster = clusterOn(processes.host, [])
  const job = { id: '7', node: 'viz01', owner: null }
  expect(await failureOf(cluster.openTunnel(job, 47_989))).toEqual(failure)
  await cluster.close()
})
