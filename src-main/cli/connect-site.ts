/** `vizlink connect --site`: the whole path of the product without a window. */
import { createApp, type App } from '../app.ts'
import { toFailure, VizlinkError, type Failure } from '../shared/errors.ts'
import type { CallOutput } from '../shared/contract.ts'
import type { DesktopSnapshot, VideoRequest } from '../shared/model/desktop.ts'
import { isProved, type HostProof } from '../shared/model/host-proof.ts'
import { blockedBy } from '../domain/steps.ts'
import type { Desktop } from '../services/desktop/index.ts'
import { type LoadedProfile, loadProfile } from '../services/sites/index.ts'
import {
  finish,
  finishedSteps,
  interrupted,
  lineOf,
  lineText,
  reportOf,
  say,
  stateText,
  sayOwnIdentity,
  videoOf,
  type VideoOptions,
} from './output.ts'
import { checkImage, isWrongImage } from './image-option.ts'
import { createCommandPlatform } from './platform.ts'
import { answerQuestion } from './questions.ts'
import { stopRequested } from './signals.ts'
import { saidIn } from '../shared/texts/index.ts'
import { language, t } from './texts.ts'
import { readToken } from './token.ts'

export type ConnectSiteOptions = VideoOptions & {
  site: string
  user?: string
  keep: boolean
  /** Also while the job does not start by itself. */
  wait: boolean
  /** A session beside those that run. */
  new: boolean
  /** Of a new session; absent: the one that is remembered, else the portal's default one. */
  image?: string
  tokenStdin: boolean
  seconds: number
  json: boolean
}

/** A session with another image than was wanted. */
const imageWarnings = ({ warnings }: DesktopSnapshot): { key: string; text: string }[] =>
  warnings
    .filter(({ key }) => key === 'desktop.warning.imageInstead' || key === 'desktop.warning.otherImage')
    .map((warning) => ({ key: warning.key, text: saidIn(warning, language) }))

const isOver = ({ state }: DesktopSnapshot): boolean => state === 'failed' || state === 'ended'
const firstFrameDeadlineMs = 10_000
const cleanUpDeadlineMs = 40_000

/** What a run came to. */
interface Outcome {
  /** The desktop while it was open (its end takes the facts away), with the steps' times. */
  snapshot: DesktopSnapshot | null
  firstFrameMs: number | null
  failure: Failure | null
}

/** Follows the snapshots of the app's one desktop. @returns resolves as soon as the desktop fits, or at the deadline */
function follow(app: App, onSnapshot: (snapshot: DesktopSnapshot) => void) {
  const watchers = new Set<(snapshot: DesktopSnapshot) => void>()
  app.subscribe((event, data) => {
    if (event !== 'desktop.changed') return
    const snapshot = data as DesktopSnapshot
    onSnapshot(snapshot)
    for (const watcher of watchers) watcher(snapshot)
  })
  return (desktop: Desktop, fits: (now: DesktopSnapshot) => boolean, deadlineMs?: number) =>
    new Promise<void>((resolve) => {
      const look = (now: DesktopSnapshot): void => {
        if (!fits(now)) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look(desktop.snapshot)
      if (deadlineMs !== undefined) setTimeout(resolve, deadlineMs).unref()
    })
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
  let blocked: string | null = null
  let line: string | null = null
  let firstFrameAt: number | null = null
  const warned = new Set<string>()
  const until = follow(app, (snapshot) => {
    const words = stateText(snapshot.state)
    if (snapshot.state !== state && words !== null && !options.json) say(words)
    state = snapshot.state
    const reason = blockedBy(snapshot.steps)
    const why = reason && saidIn(reason, language)
    if (why !== null && why !== blocked) say(why)
    blocked = why
    const { pace } = snapshot
    const sent = pace && pace.changingSince === null ? lineText(pace) : line
    if (sent !== null && sent !== line) say(sent)
    line = sent
    if (snapshot.stream && snapshot.stream.framesReceived > 0) firstFrameAt ??= Date.now()
    if (snapshot.hostProof && snapshot.hostProof !== proof) {
      proof = snapshot.hostProof
      if (!isProved(proof)) say(t('cli.connect.host', { proof: t(`proof.${proof}`) }))
    }
    for (const { key, text } of imageWarnings(snapshot)) {
      if (!warned.has(key)) say(text)
      warned.add(key)
    }
    if (snapshot.question) void answerQuestion(app.desktop(snapshot.desktopId), snapshot.question)
  })
  let early = false
  const stop = stopRequested().then(() => {
    early = firstFrameAt === null
  })
  const reply = await app.call({ id: 'command-line', trusted: true }, 'desktop.start', {
    siteId: loaded.profile.id,
    kind: 'stream',
    user: options.user ?? null,
    newSession: options.new,
    ...(options.image === undefined ? {} : { image: options.image }),
    wait: options.wait,
    video,
  })
  if (!reply.ok) throw new VizlinkError(reply.failure)
  const { desktopId } = reply.value as CallOutput<'desktop.start'>
  const desktop = app.desktop(desktopId)
  await Promise.race([until(desktop, (now) => now.state === 'open' || isOver(now)), stop])
  if (desktop.snapshot.state === 'open') {
    desktop.stream?.attachCounter()
    // The time counts from the first frame: figures come once a second, and a short run must not miss them.
    const flowing = (now: DesktopSnapshot): boolean => (now.stream?.framesReceived ?? 0) > 0 || isOver(now)
    await Promise.race([until(desktop, flowing, firstFrameDeadlineMs), stop])
    const enough = new Promise<void>((resolve) => setTimeout(resolve, options.seconds * 1000).unref())
    await Promise.race([enough, stop, until(desktop, isOver)])
  }
  const standing = desktop.snapshot
  if (!isOver(standing)) {
    desktop.send(options.keep ? 'DISCONNECT' : 'END')
    await until(desktop, isOver, cleanUpDeadlineMs)
  }
  return {
    snapshot: { ...standing, steps: desktop.snapshot.steps },
    firstFrameMs: firstFrameAt === null ? null : firstFrameAt - started,
    // A session that could not be ended is a failure too.
    failure: standing.failure ?? desktop.snapshot.failure ?? (early ? interrupted().failure : null),
  }
}

/** @returns exit status */
export async function connectSite(options: ConnectSiteOptions): Promise<number> {
  const video = videoOf(options)
  const started = Date.now()
  let outcome: Outcome
  let status = 1
  try {
    const loaded = await loadProfile(options.site)
    await using stack = new AsyncDisposableStack()
    sayOwnIdentity()
    const platform = createCommandPlatform()
    stack.defer(() => platform.dispose())
    const token = options.tokenStdin ? await readToken() : null
    const app = createApp(platform, { profiles: [loaded], token })
    stack.defer(() => app.dispose())
    if (options.image !== undefined) await checkImage(app, loaded, options.image)
    outcome = await run(app, loaded, video, options)
  } catch (error) {
    if (isWrongImage(error)) status = 2
    outcome = { snapshot: null, firstFrameMs: null, failure: toFailure(error) }
  }
  const { snapshot, firstFrameMs, failure } = outcome
  const report = reportOf({
    video,
    steps: finishedSteps(snapshot),
    facts: snapshot?.stream ?? null,
    firstFrameMs,
    droppedByRelay: snapshot?.link?.droppedFrames ?? 0,
    link: snapshot?.link ? 'ssh' : 'none',
    hostProof: snapshot?.hostProof ?? null,
    line: snapshot?.pace ? lineOf(snapshot.pace, started) : null,
    failure,
  })
  return finish(report, options.json) === 0 ? 0 : status
}
