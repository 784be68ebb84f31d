/** `vizlink connect --site`: the whole path of the product without a window. */
import { createApp, type App } from '../app.ts'
import { toFailure, VizlinkError, type Failure } from '../shared/errors.ts'
import type { CallOutput } from '../shared/contract.ts'
import type { ConnectionSnapshot, VideoRequest } from '../shared/model/connection.ts'
import { isProved, type HostProof } from '../shared/model/host-proof.ts'
import type { Connection } from '../services/connection/index.ts'
import { type LoadedProfile, loadProfile } from '../services/sites/index.ts'
import {
  finish,
  finishedSteps,
  interrupted,
  reportOf,
  say,
  sayOwnIdentity,
  videoOf,
  type VideoOptions,
} from './output.ts'
import { createCommandPlatform } from './platform.ts'
import { answerQuestion } from './questions.ts'
import { stopRequested } from './signals.ts'
import { t } from './texts.ts'
import { readToken } from './token.ts'

export type ConnectSiteOptions = VideoOptions & {
  site: string
  user?: string
  keep: boolean
  /** A session beside those that run. */
  new: boolean
  tokenStdin: boolean
  seconds: number
  json: boolean
}

const isOver = ({ state }: ConnectionSnapshot): boolean => state === 'failed' || state === 'ended'
const firstFrameDeadlineMs = 10_000
const cleanUpDeadlineMs = 40_000

/** What a run came to. */
interface Outcome {
  /** The connection while it stood (its end takes the facts away), with the steps' times. */
  snapshot: ConnectionSnapshot | null
  firstFrameMs: number | null
  failure: Failure | null
}

/** Follows the snapshots of the app's one connection. */
function follow(app: App, onSnapshot: (snapshot: ConnectionSnapshot) => void) {
  const watchers = new Set<(snapshot: ConnectionSnapshot) => void>()
  app.subscribe((event, data) => {
    if (event !== 'connection.changed') return
    const snapshot = data as ConnectionSnapshot
    onSnapshot(snapshot)
    for (const watcher of watchers) watcher(snapshot)
  })
  return {
    /** Resolves as soon as the connection fits, or at the deadline. */
    until: (connection: Connection, fits: (now: ConnectionSnapshot) => boolean, deadlineMs?: number) =>
      new Promise<void>((resolve) => {
        const look = (now: ConnectionSnapshot): void => {
          if (!fits(now)) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look(connection.snapshot)
        if (deadlineMs !== undefined) setTimeout(resolve, deadlineMs).unref()
      }),
  }
}

async function run(
  app: App,
  loaded: LoadedProfile,
  video: VideoRequest,
  options: ConnectSiteOptions,
): Promise<Outcome> {
  const started = Date.now()
  let state: string | null = null
  let proof: HostProof | null = null
  let firstFrameAt: number | null = null
  const { until } = follow(app, (snapshot) => {
    if (snapshot.state !== state && !options.json) say(snapshot.state)
    state = snapshot.state
    if (snapshot.stream && snapshot.stream.framesReceived > 0) firstFrameAt ??= Date.now()
    if (snapshot.hostProof && snapshot.hostProof !== proof) {
      proof = snapshot.hostProof
      if (!isProved(proof)) say(t('cli.connect.host', { proof: t(`proof.${proof}`) }))
    }
    if (snapshot.question) void answerQuestion(app.connection(snapshot.connectionId), snapshot.question)
  })
  let early = false
  const stop = stopRequested().then(() => {
    early = firstFrameAt === null
  })
  const reply = await app.call({ id: 'command-line', trusted: true }, 'connection.start', {
    siteId: loaded.profile.id,
    user: options.user ?? null,
    newSession: options.new,
    video,
  })
  if (!reply.ok) throw new VizlinkError(reply.failure)
  const { connectionId } = reply.value as CallOutput<'connection.start'>
  const connection = app.connection(connectionId)
  await Promise.race([until(connection, (now) => now.state === 'streaming' || isOver(now)), stop])
  if (connection.snapshot.state === 'streaming') {
    connection.attachCounter()
    // The time counts from the first frame: figures come once a second, and a short run must not miss them.
    const flowing = (now: ConnectionSnapshot): boolean => (now.stream?.framesReceived ?? 0) > 0 || isOver(now)
    await Promise.race([until(connection, flowing, firstFrameDeadlineMs), stop])
    const enough = new Promise<void>((resolve) => setTimeout(resolve, options.seconds * 1000).unref())
    await Promise.race([enough, stop, until(connection, isOver)])
  }
  const standing = connection.snapshot
  if (!isOver(standing)) {
    connection.send(options.keep ? 'DISCONNECT' : 'END')
    await until(connection, isOver, cleanUpDeadlineMs)
  }
  return {
    snapshot: { ...standing, steps: connection.snapshot.steps },
    firstFrameMs: firstFrameAt === null ? null : firstFrameAt - started,
    // A session that could not be ended is a failure too.
    failure: standing.failure ?? connection.snapshot.failure ?? (early ? interrupted().failure : null),
  }
}

/** @returns exit status */
export async function connectSite(options: ConnectSiteOptions): Promise<number> {
  const video = videoOf(options)
  let outcome: Outcome
  try {
    const loaded = await loadProfile(options.site)
    await using stack = new AsyncDisposableStack()
    sayOwnIdentity()
    const platform = createCommandPlatform()
    stack.defer(() => platform.dispose())
    const token = options.tokenStdin ? await readToken() : null
    const app = createApp(platform, { profiles: [loaded], token })
    stack.defer(() => app.dispose())
    outcome = await run(app, loaded, video, options)
  } catch (error) {
    outcome = { snapshot: null, firstFrameMs: null, failure: toFailure(error) }
  }
  const { snapshot, firstFrameMs, failure } = outcome
  const report = reportOf({
    video,
    steps: finishedSteps(snapshot),
    facts: snapshot?.stream ?? null,
    firstFrameMs,
    link: { channel: snapshot?.link?.channel ?? 'none', kind: snapshot?.link?.kind ?? 'none' },
    hostProof: snapshot?.hostProof ?? null,
    failure,
  })
  return finish(report, options.json)
}
