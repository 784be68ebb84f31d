/** `vizlink connect --site`: the whole path of the product without a window. */
import { createApp } from '../app.ts'
import { toFailure, VizlinkError, type Failure } from '../shared/errors.ts'
import type { CallOutput } from '../shared/contract.ts'
import type { ConnectionSnapshot } from '../shared/model/connection.ts'
import { createLogger, createNodePlatform } from '../shells/node/index.ts'
import { loadProfile } from '../services/sites/load-profile.ts'
import { finish, finishedSteps, reportOf, say, videoOf, type VideoOptions } from './output.ts'
import { answerQuestion } from './questions.ts'

const over = new Set<ConnectionSnapshot['state']>(['failed', 'ended'])
const cleanUpDeadlineMs = 20_000

/** @returns exit status */
export async function connectSite(
  options: VideoOptions & { site: string; user?: string; keep: boolean; seconds: number; json: boolean },
): Promise<number> {
  const video = videoOf(options)
  const loaded = await loadProfile(options.site)
  const platform = createNodePlatform({ logger: createLogger({ level: 'warn' }) })
  const app = createApp(platform, { profiles: [loaded] })
  let snapshot: ConnectionSnapshot | null = null
  let firstFrameAt: number | null = null
  let failure: Failure | null = null
  const started = Date.now()
  const watchers = new Set<() => void>()
  const until = (fits: (now: ConnectionSnapshot) => boolean, deadlineMs?: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (snapshot && !fits(snapshot)) return
        watchers.delete(check)
        resolve()
      }
      watchers.add(check)
      if (deadlineMs !== undefined) setTimeout(resolve, deadlineMs).unref()
    })
  app.subscribe((event, data) => {
    if (event !== 'connection.changed') return
    const before = snapshot?.state
    snapshot = data as ConnectionSnapshot
    if (snapshot.state !== before && !options.json) say(snapshot.state)
    if (snapshot.stream && snapshot.stream.framesReceived > 0) firstFrameAt ??= Date.now()
    if (snapshot.question) void answerQuestion(app.connection(snapshot.connectionId), snapshot.question)
    for (const watcher of watchers) watcher()
  })
  const stop = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  try {
    const reply = await app.call({ id: 'command-line', trusted: true }, 'connection.start', {
      siteId: loaded.profile.id,
      user: options.user ?? null,
      video,
    })
    if (!reply.ok) throw new VizlinkError(reply.failure)
    const { connectionId } = reply.value as CallOutput<'connection.start'>
    const connection = app.connection(connectionId)
    await Promise.race([until(({ state }) => state === 'streaming' || over.has(state)), stop])
    if (connection.snapshot.state === 'streaming') {
      connection.attachCounter()
      const enough = new Promise<void>((resolve) => setTimeout(resolve, options.seconds * 1000))
      await Promise.race([enough, stop, until(({ state }) => over.has(state))])
    }
    failure = connection.snapshot.failure
    snapshot = connection.snapshot
    const result = snapshot
    if (!over.has(result.state)) {
      connection.send(options.keep ? 'DISCONNECT' : 'END')
      await until(({ state }) => over.has(state), cleanUpDeadlineMs)
    }
    snapshot = { ...result, steps: connection.snapshot.steps }
  } catch (error) {
    failure = toFailure(error)
  } finally {
    await app.dispose()
    await platform.dispose()
  }
  const report = reportOf({
    video,
    steps: finishedSteps(snapshot),
    facts: snapshot?.stream ?? null,
    firstFrameMs: firstFrameAt === null ? null : firstFrameAt - started,
    link: { channel: snapshot?.link?.channel ?? 'none', kind: snapshot?.link?.kind ?? 'none' },
    failure,
  })
  return finish(report, options.json)
}
