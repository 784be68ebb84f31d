/** The client as the demo and the end-to-end tests run it: app and browser shell in this process, any browser beside it. */
import { join } from 'node:path'
import { createApp, type App } from '../../src-main/app.ts'
import { launchChromium, startBrowserShell } from '../../src-main/shells/browser/index.ts'
import {
  createFileLogger,
  createNodePlatform,
  type NodePlatformOptions,
} from '../../src-main/shells/node/index.ts'
import { loadProfile } from '../../src-main/services/sites/load-profile.ts'
import type { Logger } from '../../src-main/ports/platform.ts'
import type { DesktopSnapshot, VideoRequest } from '../../src-main/shared/model/desktop.ts'
import { failureText } from '../../src-main/shared/failure-text.ts'

export interface DemoClient {
  readonly app: App
  /** File to open in a browser; it signs the page in. */
  openUrlFile(): Promise<string>
  /** Latest state of the newest connection; null before the first. */
  snapshot(): DesktopSnapshot | null
  /** Resolves with the first snapshot that `fits`; rejects at the deadline, naming the state then. */
  waitFor(fits: (snapshot: DesktopSnapshot) => boolean, deadlineMs: number): Promise<DesktopSnapshot>
  openWindow(size: { width: number; height: number }): ReturnType<typeof launchChromium>
  /** Ends the session of the newest connection, if there is one, and waits until it is over. */
  endSession(): Promise<void>
  dispose(): Promise<void>
}

const endDeadlineMs = 15_000

/** Starts the client on a site profile; the caller disposes of it. */
export async function startClient(
  profilePath: string,
  video: VideoRequest,
  {
    dataFolder,
    logger = createFileLogger(dataFolder),
    entries = {},
  }: { dataFolder: string; logger?: Logger; entries?: NodePlatformOptions['entries'] },
): Promise<DemoClient> {
  const platform = createNodePlatform({ logger, dataFolder, entries })
  const app = createApp(platform, { profiles: [await loadProfile(profilePath)], defaultVideo: video })
  let latest: DesktopSnapshot | null = null
  const watchers = new Set<() => void>()
  app.subscribe((event, data) => {
    if (event !== 'desktop.changed') return
    latest = data as DesktopSnapshot
    for (const watcher of watchers) watcher()
  })
  const shell = await startBrowserShell({
    app,
    rendererFolder: join(import.meta.dirname, '..', '..', 'out', 'renderer'),
    logger,
  })

  const waitFor: DemoClient['waitFor'] = (fits, deadlineMs) =>
    new Promise((resolve, reject) => {
      const check = (): boolean => {
        if (latest === null || !fits(latest)) return false
        clearTimeout(timer)
        watchers.delete(check)
        resolve(latest)
        return true
      }
      const timer = setTimeout(() => {
        watchers.delete(check)
        reject(
          new Error(
            `timed out; the connection is ${latest?.state ?? 'not there'}: ${latest?.failure ? failureText(latest.failure, 'en').message : 'no failure'}`,
          ),
        )
      }, deadlineMs)
      if (!check()) watchers.add(check)
    })

  return {
    app,
    openUrlFile: () => shell.openUrlFile(),
    snapshot: () => latest,
    waitFor,
    openWindow: async (size) => launchChromium({ urlFile: await shell.openUrlFile(), ...size, logger }),
    async endSession() {
      if (latest === null || ['idle', 'ended', 'failed'].includes(latest.state)) return
      app.desktop(latest.desktopId).send('END')
      await waitFor(({ state }) => state === 'ended' || state === 'failed', endDeadlineMs).catch(
        () => undefined,
      )
    },
    async dispose() {
      await shell.dispose()
      await app.dispose()
      await platform.dispose()
    },
  }
}
