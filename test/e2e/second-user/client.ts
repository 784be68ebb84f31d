/** The client of the attacked user as a program: the real app and browser shell, a real Chromium, in the user's own folders. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startClient, type DemoClient } from '../../../scripts/demo/client.ts'
import { openPage, readProbe, startHeadlessBrowser } from '../../../scripts/demo/headless.ts'
import type { BrowserWindow } from '../../../src-main/shells/browser/chromium.ts'
import { userDataFolder } from '../../../src-main/shells/data-folder.ts'
import type { DesktopSnapshot, DesktopState } from '../../../src-main/shared/model/desktop.ts'
import type { SiteReady } from '../../site/types.ts'
import { startXServer, writeCookie } from '../../site/desktop/x-server.ts'
import { browse } from '../../support/browser-player.ts'
import { waitUntil } from '../../site/support/processes.ts'
import { secretLines, watchWireSecrets } from '../../support/wire-secrets.ts'
import { vncPictureShown } from '../support/vnc-picture.ts'
import { serveCommands } from './commands.ts'
import { english } from '../../support/english.ts'

const video = { width: 640, height: 360, fps: 20, bitrateKbps: 3000 }
const wire = watchWireSecrets()
const waitMs = 60_000
let ready: SiteReady
let client: DemoClient
let browser: Browser
let page: Page
let window: BrowserWindow | undefined
/** States of connections in their order. */
const states: DesktopState[] = []

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
const counters = async (): Promise<number[]> => (await readProbe(page)).counters

/** What the test needs to know of a connection. */
const partsOf = ({ state, question, failure, user, session }: DesktopSnapshot) => ({
  state,
  question,
  failure: failure && english(failure).message,
  user: user?.name ?? null,
  sessionId: session?.id ?? null,
})

async function pictures(count: number): Promise<void> {
  const before = (await counters()).length
  await waitUntil('new pictures', async () => (await counters()).length >= before + count, {
    deadlineMs: waitMs,
  })
}

const handlers = {
  async start(given: { ready: SiteReady; pairing: 'claim' | 'pin' }) {
    ready = given.ready
    const profile = JSON.parse(readFileSync(ready.profile, 'utf8')) as object
    const path = join(homedir(), 'site.json')
    writeFileSync(path, JSON.stringify({ ...profile, pairing: given.pairing }), { mode: 0o600 })
    client = await startClient(path, video, { dataFolder: userDataFolder() })
    client.app.subscribe((event, data) => {
      if (event !== 'desktop.changed') return
      const { state } = data as DesktopSnapshot
      if (states.at(-1) !== state) states.push(state)
    })
    browser ??= await startHeadlessBrowser()
    page = await openPage(browser, client, { width: video.width, height: video.height + 200 })
    return process.pid
  },
  /** Ends the app and its page; another start follows. */
  async stop() {
    await page.close()
    await client.dispose()
  },
  /** The user's own screen with a window of the client on it, as `vizlink serve` opens one. */
  async openWindow() {
    const folder = join(homedir(), 'screen')
    mkdirSync(folder, { mode: 0o700 })
    const xauthority = join(folder, 'Xauthority')
    writeCookie(xauthority)
    const { display } = await startXServer({ ...video, directory: folder, keyRepeat: false }, xauthority)
    Object.assign(process.env, { DISPLAY: display, XAUTHORITY: xauthority })
    window = await client.openWindow({ width: video.width, height: video.height })
    // The screen is black, and its window in one colour, before there is text.
    const drawn = (): boolean => new Set(readFileSync(join(folder, 'Xvfb_screen0'))).size > 60
    await waitUntil('the window is drawn', drawn, { deadlineMs: waitMs })
    // The browser in which the user signs in is played.
    delete process.env.DISPLAY
  },
  closeWindow: () => window?.close(),
  connect: () => button(/^connect$/i).click(),
  async connectAgain() {
    const back = button('Back')
    if (await back.isVisible()) await back.click()
    await button(/^connect$/i).click()
    await client.waitFor(({ state }) => state !== 'ended' && state !== 'failed', waitMs)
  },
  reload: () => page.reload(),
  states: () => states.splice(0),
  /** A file that signs a browser in, and that none opens. */
  makeSignInFile: () => client.openUrlFile(),
  snapshot: () => client.snapshot() && partsOf(client.snapshot()!),
  /** Waits for one of the states, or for a question. */
  until: async (wanted: { states: DesktopState[]; question?: string[] }) =>
    partsOf(
      await client.waitFor(
        ({ state, question }) =>
          wanted.states.includes(state) ||
          (question !== null && (wanted.question ?? []).includes(question.type)),
        waitMs,
      ),
    ),
  /** The person's browser goes to the identity provider and comes back. */
  async signIn({ user }: { user: string }) {
    const question = client.snapshot()?.question
    if (question?.type !== 'browser-sign-in') throw new Error('no browser is asked for')
    const visits = await browse(question.address, { user, ca: readFileSync(ready.caFile, 'utf8') })
    return visits.at(-1)?.status
  },
  answer({ values }: { values: string[] | null }) {
    const now = client.snapshot()
    if (now?.question) client.app.desktop(now.desktopId).answer(now.question.id, values)
  },
  pictures: async ({ count }: { count: number }) => pictures(count),
  async picturesSpoiled() {
    return (await readProbe(page)).invalid
  },
  async disconnect() {
    await button('Disconnect').click()
    await client.waitFor(({ state }) => state === 'ended', waitMs)
  },
  end: () => client.endSession(),
  async openVnc() {
    await button('Open a VNC desktop').click()
    await vncPictureShown(page, waitMs)
  },
  async endVnc() {
    await button('End session').click()
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click()
    await button('Open a VNC desktop').waitFor({ timeout: waitMs })
  },
  /** Every secret of the session, by what it is. */
  async secrets(): Promise<Record<string, string[]>> {
    const cookies = await page.context().cookies()
    return {
      ...Object.fromEntries(Object.entries(wire.seen).map(([name, values]) => [name, [...values]])),
      'private key': secretLines(readFileSync(ready.identityFile, 'utf8')),
      cookie: cookies.map(({ value }) => value),
    }
  },
}
export type ClientCommands = typeof handlers
serveCommands(handlers)
