/** `vizlink serve`: the client in a browser window. */
import { join } from 'node:path'
import { createApp } from '../app.ts'
import { launchChromium, startBrowserShell } from '../shells/browser/index.ts'
import { loadProfiles } from '../services/sites/index.ts'
import { say, videoOf, type VideoOptions } from './output.ts'
import { createCommandPlatform } from './platform.ts'
import { sayUnusable } from './sites.ts'
import { stopRequested } from './signals.ts'
import { t } from './texts.ts'

/** Beside the source tree's or the bundle's own folder. */
const rendererFolder = join(
  import.meta.dirname,
  import.meta.dirname.includes('src-main') ? '../../out/renderer' : '../renderer',
)

/** @returns exit status, once the window is closed or a signal came */
export async function serve(options: VideoOptions & { site?: string; window: boolean }): Promise<number> {
  const video = videoOf(options)
  const stop = stopRequested()
  await using stack = new AsyncDisposableStack()
  const platform = createCommandPlatform()
  const { logger } = platform
  stack.defer(() => platform.dispose())
  const found = await loadProfiles(options.site, platform)
  sayUnusable(found.unusable)
  const app = createApp(platform, { ...found, defaultVideo: video })
  stack.defer(() => app.dispose())
  const shell = await startBrowserShell({ app, rendererFolder, logger })
  stack.defer(() => shell.dispose())
  if (!options.window) {
    say(t('cli.serve.openFile'))
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
  stack.defer(() => window.close())
  await Promise.race([window.exited, stop])
  return 0
}
