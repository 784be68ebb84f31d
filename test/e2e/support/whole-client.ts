/** Site, client and browser together, and what the page let out while it was used. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startClient, type DemoClient } from '../../../scripts/demo/client.ts'
import { openPage, startHeadlessBrowser } from '../../../scripts/demo/headless.ts'
import { createLogger } from '../../../src-main/shells/node/index.ts'
import { startSite } from '../../site/index.ts'
import type { Site, SiteOptions } from '../../site/types.ts'

export interface WholeClient {
  site: Site
  client: DemoClient
  page: Page
  /** The client's data folder. */
  data: string
  /** Everything that the client logged, with all levels on. */
  log(): string
  /** Every address that the page asked for, every text it was sent, and what it wrote to its console. */
  pageTraffic(): string
  dispose(): Promise<void>
}

/** What the client asks for. */
export const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 8000 }

export async function startWholeClient(options: SiteOptions = {}): Promise<WholeClient> {
  const data = mkdtempSync(join(tmpdir(), 'vizlink-test-'))
  const log: string[] = []
  const traffic: string[] = []
  const stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(data, { recursive: true, force: true }))
  try {
    const site = await startSite({ desktop: 'plain', strip: true, nodes: 1, ...options })
    stack.defer(() => site.dispose())
    const logger = createLogger({ level: 'debug', stream: { write: (line: string) => void log.push(line) } })
    const client = await startClient(site.ready.profile, video, { dataFolder: data, logger })
    stack.defer(() => client.dispose())
    const browser: Browser = await startHeadlessBrowser()
    stack.defer(() => browser.close())
    const page = await openPage(browser, client, { width: video.width, height: video.height })
    page.on('request', (request) => traffic.push(request.url()))
    page.on('console', (message) => traffic.push(message.text()))
    page.on('websocket', (socket) => {
      traffic.push(socket.url())
      socket.on('framereceived', ({ payload }) => {
        if (typeof payload === 'string') traffic.push(payload)
      })
    })
    return {
      site,
      client,
      page,
      data,
      log: () => log.join(''),
      pageTraffic: () => traffic.join('\n'),
      dispose: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}
