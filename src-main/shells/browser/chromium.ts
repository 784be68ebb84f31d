/** Finds an installed Chromium or Chrome and opens the page in a window of its own, with a profile of its own. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import type { Logger } from '../../ports/platform.ts'
import { fail } from '../../shared/errors.ts'
import { isOwnFolder, makeOwnFolder } from '../../protocols/own-folders.ts'
import { fileUrl } from './session.ts'
import { startWatcher } from './watcher.ts'

const programs = [
  'chromium',
  'google-chrome',
  'google-chrome-stable',
  'chromium-browser',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
]
const places: Readonly<Partial<Record<NodeJS.Platform, string[]>>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}
/** What a browser needs of our environment: the display, the user's folders, the language. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|DISPLAY|XAUTHORITY|WAYLAND_DISPLAY|XDG_.*|DBUS_SESSION_BUS_ADDRESS|SYSTEMROOT|APPDATA|LOCALAPPDATA|PROGRAMFILES.*|USERPROFILE|TEMP)$/i
const killAfterMs = 3000
/** A browser that ends with an error within this time has opened no window. */
const startMs = 20_000
/** The last of what it said is kept. */
const maximumSaid = 4000
const saidLines = 4

const flags = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-quic',
  '--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication',
  '--metrics-recording-only',
  '--password-store=basic',
  '--use-mock-keychain',
  '--autoplay-policy=no-user-gesture-required',
  // It shares its picture with the X server by memory that every user of the computer may read and write.
  '--no-xshm',
  // The picture must go on while another window covers this one for a moment.
  '--disable-backgrounding-occluded-windows',
]

export interface LaunchOptions {
  /** From `openUrlFile`. */
  urlFile: string
  /** Size of the window in CSS pixels. */
  width: number
  height: number
  logger: Logger
}

export interface BrowserWindow {
  /** Settles when the window is closed, its folders gone. Rejects with a `VizlinkError` where none could be opened. */
  exited: Promise<void>
  /** Ends the browser and removes its temporary profile; settles when both are gone. */
  close(): Promise<void>
}

/** Path of the browser: `VIZLINK_BROWSER`, else the first one found; null without any. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | null {
  const asked = environment.VIZLINK_BROWSER
  const folders = (environment.PATH ?? '').split(delimiter).filter(isAbsolute)
  const inPath = (name: string): string[] => folders.map((folder) => join(folder, name))
  const candidates = asked
    ? isAbsolute(asked)
      ? [asked]
      : inPath(asked)
    : [...programs.flatMap(inPath), ...(places[process.platform] ?? [])]
  return candidates.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Opens the window. Rejects with a `VizlinkError` where there is no browser. */
export async function launchChromium(options: LaunchOptions): Promise<BrowserWindow> {
  const { logger } = options
  const program = findBrowser()
  if (program === null) throw noBrowser()
  const profile = await makeOwnFolder('browser')
  const asRoot = process.getuid?.() === 0
  if (asRoot) logger.log('warn', 'browser.no-sandbox', { why: 'Chromium refuses to run sandboxed as root' })
  const child = spawn(
    program,
    [
      `--app=${fileUrl(options.urlFile)}`,
      `--user-data-dir=${profile}`,
      `--window-size=${Math.round(options.width)},${Math.round(options.height)}`,
      ...flags,
      ...(asRoot ? ['--no-sandbox'] : []),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name))),
        // Its sockets and scratch files go with the profile, also if it is killed.
        TMPDIR: profile,
      },
      // A terminal's Ctrl-C reaches only us: streams end before their window does.
      detached: process.platform !== 'win32',
    },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-maximumSaid)))
  const folders = [profile, dirname(options.urlFile)].filter(isOwnFolder)
  const watcher = child.pid === undefined ? null : startWatcher(child.pid, folders)
  const startedAt = Date.now()
  let closing = false
  /** How it ended, in words where that was no good end. */
  const gone = new Promise<string | null>((resolve) => {
    child.once('exit', (code, signal) => {
      const early = !closing && Date.now() - startedAt < startMs
      resolve(early && code !== 0 ? `${code === null ? 'signal' : 'status'} ${code ?? signal}` : null)
    })
    child.once('error', (error) => resolve(error.message))
  })
  const exited = gone.then(async (trouble) => {
    watcher?.end()
    // Helper processes of the browser would go on writing for a moment.
    if (child.pid !== undefined) endGroup(child.pid)
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    if (trouble === null) return
    logger.log('error', 'browser.failed', { trouble, said })
    throw notOpened(program, trouble, said)
  })
  // The caller may wait for it, and need not.
  exited.catch(() => undefined)
  logger.log('info', 'browser.started', { program, pid: child.pid })
  return {
    exited,
    async close() {
      closing = true
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
      await exited.catch(() => undefined)
      clearTimeout(timer)
    },
  }
}

/** Without the complaints of every Chromium about a system without D-Bus. */
const lastLines = (said: string): string =>
  said
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('dbus'))
    .slice(-saidLines)
    .join('\n')

/** Ends what is left of a process group; nothing where there are none. */
function endGroup(leader: number): void {
  if (process.platform === 'win32') return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // All are gone already.
  }
}

/** What there is to say where `findBrowser` finds none. */
export const noBrowser = (): Error => fail('internal', 'no-browser', { retryable: false })

const notOpened = (program: string, ending: string, said: string): Error =>
  fail('internal', 'window-not-opened', {
    evidence: [
      { label: 'browser', value: `${program}, ended with ${ending}` },
      { label: 'display', value: process.env.WAYLAND_DISPLAY ?? process.env.DISPLAY ?? 'none' },
      { label: 'it-said', value: lastLines(said) || 'nothing' },
    ],
    retryable: false,
  })
