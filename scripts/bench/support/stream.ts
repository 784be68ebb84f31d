/** A stream to measure: demo site, client and a driven Chromium that shows the desktop. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { VideoRequest } from '../../../src-main/shared/model/desktop.ts'
import type { NodePlatformOptions } from '../../../src-main/shells/node/index.ts'
import { startSite } from '../../../test/site/index.ts'
import { startClient, type DemoClient } from '../../demo/client.ts'
import { connect, openPage, startHeadlessBrowser } from '../../demo/headless.ts'

/**
 * Starts everything and connects.
 * @param stack disposes of it all
 * @param options logger and programs of the client's children, where they are not the usual ones
 */
export async function openStream(
  stack: AsyncDisposableStack,
  video: VideoRequest,
  options: Pick<NodePlatformOptions, 'logger' | 'entries'> = {},
): Promise<{ client: DemoClient; browser: Browser; page: Page }> {
  const data = mkdtempSync(join(tmpdir(), 'vizlink-bench-'))
  stack.defer(() => rmSync(data, { recursive: true, force: true }))
  const { width, height, fps } = video
  const site = stack.use(
    await startSite({
      desktop: 'plain',
      strip: true,
      nodes: 2,
      size: { width, height },
      fps,
      redisAccess: {},
    }),
  )
  const client = await startClient(site.ready.profile, video, { dataFolder: data, ...options })
  stack.defer(() => client.dispose())
  const browser = await startHeadlessBrowser()
  stack.defer(() => browser.close())
  const page = await openPage(browser, client, { width: 1280, height: 800 })
  await connect(page, client)
  return { client, browser, page }
}
