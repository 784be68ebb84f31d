/** The app without a page on a site's profile, for tests of the whole path. */
import { createApp, type App } from '../../src-main/app.ts'
import { createNodePlatform, type NodePlatform } from '../../src-main/shells/node/index.ts'
import { loadProfile } from '../../src-main/services/sites/load-profile.ts'
import type { Pace } from '../../src-main/services/status/site-watch.ts'
import type { Desktop } from '../../src-main/services/desktop/desktop.ts'
import type { Logger } from '../../src-main/ports/platform.ts'
import type { CallOutput } from '../../src-main/shared/contract.ts'
import type { DesktopSnapshot } from '../../src-main/shared/model/desktop.ts'
import type { SiteProfile } from '../../src-main/shared/model/site-profile.ts'
import { english } from './english.ts'
import { collectingLogger } from './silent-logger.ts'
import { said } from './texts.ts'

export interface TestClient {
  readonly app: App
  /** Shown beside the window: `title. body` each. */
  readonly notifications: string[]
  /** How far the client's clock is ahead of the site's, ms. */
  readonly clock: { aheadMs: number }
  /** Clicks Connect, or Resume on a session. */
  connect(sessionId?: string): Promise<TestDesktop>
  /** Clicks New session. */
  startNew(): Promise<TestDesktop>
  dispose(): Promise<void>
}

export interface TestDesktop {
  readonly desktop: Desktop
  readonly snapshot: DesktopSnapshot
  /** States in the order in which they were seen, without repetitions. */
  readonly states: DesktopSnapshot['state'][]
  /** Resolves with the first snapshot that fits from now on (or now); rejects with what is there at the deadline. */
  until(fits: (snapshot: DesktopSnapshot) => boolean, deadlineMs?: number): Promise<DesktopSnapshot>
  /** Waits for `streaming` and its first frames; rejects when the connection fails. */
  streaming(deadlineMs?: number): Promise<DesktopSnapshot>
  /** Disconnects (the job stays) or ends, and waits until everything is closed. */
  leave(how: 'DISCONNECT' | 'END' | 'CANCEL'): Promise<DesktopSnapshot>
}

export interface TestClientOptions {
  dataFolder: string
  limits?: Partial<SiteProfile['limits']>
  /** Ways to the node, in their order. */
  access?: SiteProfile['ssh']['access']
  pairing?: SiteProfile['pairing']
  hostCertificate?: string
  logger?: Logger
  /** Where the portal's browsers end, in the place of the fixed port: several sites run at once. */
  handOffPort?: number
  /** How often the panels' sources are asked; as in the product where absent. */
  statusPace?: Partial<Pace>
}

const video = { width: 640, height: 360, fps: 30, bitrateKbps: 3000 }
export const isOver = ({ state }: DesktopSnapshot): boolean => state === 'ended' || state === 'failed'

/** Starts the app; the caller disposes of it. */
export async function startTestClient(profile: string, options: TestClientOptions): Promise<TestClient> {
  const notifications: string[] = []
  const clock = { aheadMs: 0 }
  const platform: NodePlatform = {
    ...createNodePlatform({ logger: options.logger ?? collectingLogger(), dataFolder: options.dataFolder }),
    clock: { now: () => Date.now() + clock.aheadMs },
    notify: (title, body) => void notifications.push(`${said(title)}. ${said(body)}`),
  }
  const loaded = await loadProfile(profile)
  const { pairing, ssh } = loaded.profile
  const changed: SiteProfile = {
    ...loaded.profile,
    limits: { ...loaded.profile.limits, ...options.limits },
    ssh: { ...ssh, access: options.access ?? ssh.access },
    pairing: options.pairing ?? pairing,
    ...(options.hostCertificate === undefined ? {} : { hostCertificate: options.hostCertificate }),
  }
  const app = createApp(platform, {
    profiles: [{ ...loaded, profile: changed }],
    ...(options.handOffPort === undefined ? {} : { handOffPort: options.handOffPort }),
    ...(options.statusPace ? { statusPace: options.statusPace } : {}),
  })
  async function start(what: { sessionId?: string | undefined; newSession?: boolean }): Promise<TestDesktop> {
    const input = { siteId: loaded.profile.id, kind: 'stream', user: null, video, ...what }
    const reply = await app.call({ id: 'test', trusted: true }, 'desktop.start', input)
    if (!reply.ok) throw new Error(english(reply.failure).message)
    return follow(app, (reply.value as CallOutput<'desktop.start'>).desktopId)
  }
  return {
    app,
    notifications,
    clock,
    connect: (sessionId) => start({ sessionId }),
    startNew: () => start({ newSession: true }),
    async dispose() {
      await app.dispose()
      await platform.dispose()
    },
  }
}

function follow(app: App, desktopId: string): TestDesktop {
  const desktop = app.desktop(desktopId)
  const states = [desktop.snapshot.state]
  const watchers = new Set<(snapshot: DesktopSnapshot) => void>()
  app.subscribe((event, data) => {
    const snapshot = data as DesktopSnapshot
    if (event !== 'desktop.changed' || snapshot.desktopId !== desktopId) return
    if (states.at(-1) !== snapshot.state) states.push(snapshot.state)
    for (const watcher of watchers) watcher(snapshot)
  })
  const until: TestDesktop['until'] = (fits, deadlineMs = 60_000) =>
    new Promise((resolve, reject) => {
      const look = (snapshot: DesktopSnapshot): void => {
        if (!fits(snapshot)) return
        stop()
        resolve(snapshot)
      }
      const timer = setTimeout(() => {
        stop()
        const { state, failure } = desktop.snapshot
        reject(new Error(`still ${state} after ${states.join(', ')}: ${JSON.stringify(failure)}`))
      }, deadlineMs)
      const stop = (): void => {
        clearTimeout(timer)
        watchers.delete(look)
      }
      watchers.add(look)
      look(desktop.snapshot)
    })
  return {
    desktop,
    get snapshot() {
      return desktop.snapshot
    },
    states,
    until,
    async streaming(deadlineMs) {
      const standing = await until((now) => now.state === 'open' || isOver(now), deadlineMs)
      if (isOver(standing)) throw new Error(`${standing.state}: ${JSON.stringify(standing.failure)}`)
      desktop.stream?.attachCounter()
      const received = standing.stream?.framesReceived ?? 0
      return until((now) => (now.stream?.framesReceived ?? 0) > received || isOver(now), deadlineMs)
    },
    leave(how) {
      desktop.send(how)
      return until(isOver)
    },
  }
}
