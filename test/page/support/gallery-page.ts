/** The gallery in real Chromium: scenarios are opened, changed and photographed in a page that is loaded once. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe, { type Result, type RunOptions } from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { translator, type Language } from '../../../src-main/shared/texts/index.ts'
import { startHeadlessBrowser } from '../../../scripts/demo/headless.ts'

/** Where screenshots go. */
export const pictures = join(import.meta.dirname, '../../../test-results/page-states')

/** Rules that another theme can break: they are about colours. */
const rulesOfColours = ['color-contrast', 'link-in-text-block']

/** What is on its way in the page has come: what was asked at once is answered, and drawn. */
const settled = `new Promise((resolve) => {
  const turn = (left) => left === 0 ? resolve() : requestAnimationFrame(() => setTimeout(() => turn(left - 1)))
  turn(2)
})`

export interface GalleryPage {
  readonly page: Page
  /** Errors and warnings of the page's console. */
  readonly problems: string[]
  /** A fresh page; the one before is gone. */
  openContext(colorScheme: 'light' | 'dark', viewport?: { width: number; height: number }): Promise<void>
  /** Starts again in a scenario and waits until its screen is shown; the site check's dialog is opened. English by default. */
  load(scenario: string, language?: Language): Promise<void>
  /** Changes the state of the page that is open. */
  change(scenario: string): Promise<void>
  /** What the page has asked of the app by this name since it was loaded: the input of each call. */
  asked(name: string): Promise<unknown[]>
  openAllDetails(): Promise<void>
  /** What axe finds against the rules of accessibility, one line each; `colours`: against those a theme can break. */
  accessibilityProblems(rules?: 'all' | 'colours'): Promise<string[]>
  close(): Promise<void>
}

async function openGallery(): Promise<GalleryPage> {
  await mkdir(pictures, { recursive: true })
  const browser = await startHeadlessBrowser()
  const problems: string[] = []
  let context: BrowserContext | null = null
  let page: Page | null = null
  let axeIsThere = false
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
      axeIsThere = false
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
      })
      page.on('pageerror', (error) => problems.push(String(error)))
      await page.goto(inject('galleryOrigin'))
    },
    async load(scenario, language = 'en') {
      // A pointer that was left over something would keep marking it.
      await open().mouse.move(0, 0)
      await open().evaluate(`gallery.speak('${language}'); gallery.open(${JSON.stringify(scenario)})`)
      await open().locator('[data-screen]:not([data-screen="loading"])').waitFor()
      if (scenario.startsWith('site-check')) {
        await open()
          .getByRole('button', { name: translator(language)('site-check.open') })
          .click()
        await open().getByRole('dialog').first().waitFor()
      }
      await open().evaluate(settled)
    },
    async change(scenario) {
      await open().evaluate(`gallery.change(${JSON.stringify(scenario)})`)
      await open().evaluate(settled)
    },
    asked(name) {
      return open().evaluate(
        `gallery.calls.filter((call) => call.name === '${name}').map(({ input }) => input)`,
      )
    },
    async openAllDetails() {
      await open().evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))')
    },
    async accessibilityProblems(rules = 'all') {
      if (!axeIsThere) await open().evaluate(axe.source)
      axeIsThere = true
      const options: RunOptions = {
        // What passes is not reported: that takes longer than looking.
        resultTypes: ['violations'],
        ...(rules === 'colours' ? { runOnly: rulesOfColours } : {}),
      }
      const violations = await open().evaluate<Result[]>(
        `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
      )
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
    },
    async close() {
      await browser.close()
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
