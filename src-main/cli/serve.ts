/** `vizlink serve`: the client in a browser window. */
import { join } from 'node:path'
import { createApp } from '../app.ts'
import { launchChromium, startBrowserShell } from '../shells/browser/index.ts'
import { createLogger, createNodePlatform } from '../shells/node/index.ts'
import { loadInstalledProfiles } from '../services/sites/installed-profiles.ts'
import { loadProfile } from '../services/sites/load-profile.ts'
import { say, videoOf, type VideoOptions } from './output.ts'

/** Beside the source tree's or the bundle's own folder. */
const rendererFolder = join(
  import.meta.dirname,
  import.meta.dirname.includes('src-main') ? '../../out/renderer' : '../renderer',
)

/** @returns exit status, once the window is closed or a signal came */
export async function serve(options: VideoOptions & { site?: string; window: boolean }): Promise<number> {
  const logger = createLogger({ level: 'warn' })
  const video = videoOf(options)
  await using stack = new AsyncDisposableStack()
  const platform = createNodePlatform({ logger })
  stack.defer(() => platform.dispose())
  const profiles =
    options.site === undefined ? await loadInstalledProfiles(platform) : [await loadProfile(options.site)]
  const app = createApp(platform, { profiles, defaultVideo: video })
  stack.defer(() => app.dispose())
  const shell = await startBrowserShell({ app, rendererFolder, logger })
  stack.defer(() => shell.dispose())
  const stop = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  if (!options.window) {
    say('Open this file in your browser within 30 seconds:')
    process.stdout.write(`${await shell.openUrlFile()}\n`)
    await stop
    return 0
  }
  const window = await launchChromium({
    urlFile: await shell.openUrlFile(),
    width: video.width + 80,
    height: video.height + 120,
    logger,
  })
  await Promise.race([window.exited, stop])
  await window.close()
  return 0
}
