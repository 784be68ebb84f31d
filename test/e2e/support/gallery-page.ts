/** The gallery in real Chromium: scenarios are loaded, changed and photographed. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { startGallery } from './gallery-server.ts'

/** Where screenshots go. */
export const pictures = join(import.meta.dirname, '../../../test-results/page-states')

export interface GalleryPage {
  readonly page: Page
  /** Errors and warnings of the page's console. */
  readonly problems: string[]
  /** A fresh page; the one before is gone. */
  openContext(colorScheme: 'light' | 'dark', viewport?: { width: number; height: number }): Promise<void>
  /** Loads a scenario anew and waits until its screen stands; the site check's dialog is opened. */
  load(scenario: string): Promise<void>
  /** Changes the state of the page that is open. */
  change(scenario: string): Promise<void>
  /** What the page has asked of the app by this name: the input of each call. */
  asked(name: string): Promise<unknown[]>
  openAllDetails(): Promise<void>
  /** What axe finds against the rules of accessibility, one line each; `colours`: against those a theme can break. */
  accessibilityProblems(rules?: 'all' | 'colours'): Promise<string[]>
  close(): Promise<void>
}

async function openGallery(): Promise<GalleryPage> {
  await mkdir(pictures, { recursive: true })
  const server = await startGallery()
  const browser = await chromium.launch({
    executablePath: process.env.VIZLINK_CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const problems: string[] = []
  let context: BrowserContext | null = null
  let page: Page | null = null
  const open = (): Page => {
    if (!page) throw new Error('no page is open')
    return page
  }
  return {
    get page() {
      return open()
    },
    problems,
    async openContext(colorScheme, viewport = { width: 1280, height: 800 }) {
      await context?.close()
      context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
      page = await context.newPage()
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
      })
      page.on('pageerror', (error) => problems.push(String(error)))
    },
    async load(scenario) {
      await open().goto('about:blank')
      await open().goto(`${server.origin}/#${scenario}`)
      await open().locator('[data-screen]:not([data-screen="loading"])').waitFor()
      if (scenario.startsWith('site-check')) {
        await open().getByRole('button', { name: 'Check this site' }).click()
        await open().getByRole('dialog').first().waitFor()
      }
      await open().waitForTimeout(50)
    },
    async change(scenario) {
      await open().evaluate((name) => {
        ;(globalThis as unknown as { location: { hash: string } }).location.hash = name
      }, scenario)
      await open().waitForTimeout(50)
    },
    asked(name) {
      return open().evaluate(
        `galleryCalls.filter((call) => call.name === '${name}').map(({ input }) => input)`,
      )
    },
    async openAllDetails() {
      await open().evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))')
    },
    async accessibilityProblems(rules = 'all') {
      // The mode differs only in frames of other origins, which the page has none of; it takes half the time.
      const axe = new AxeBuilder({ page: open() }).setLegacyMode(true)
      const { violations } = await (
        rules === 'all' ? axe : axe.withRules(['color-contrast', 'link-in-text-block'])
      ).analyze()
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

/**
 * The gallery for the tests of a file; after each of them the page's console must be empty.
 * @param theme of the page to begin with; null: the tests open theirs
 */
export function withGallery(
  theme: 'light' | 'dark' | null = null,
  viewport?: { width: number; height: number },
): () => GalleryPage {
  let gallery: GalleryPage | null = null
  const opened = (): GalleryPage => {
    if (!gallery) throw new Error('the gallery is not open')
    return gallery
  }
  beforeAll(async () => {
    gallery = await openGallery()
    if (theme !== null) await gallery.openContext(theme, viewport)
  })
  afterAll(() => gallery?.close())
  afterEach(() => {
    // Refusals by the Content-Security-Policy come as console errors too.
    expect(opened().problems.splice(0)).toEqual([])
  })
  return opened
}
