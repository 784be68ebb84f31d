/** Finds an installed Chromium or Chrome and opens the page in a window of its own, with a profile of its own. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Logger } from '../../ports/platform.ts'
import { fail } from '../../shared/errors.ts'
import { fileUrl } from './session.ts'

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
  // The picture must go on while another window covers this one for a moment.
  '--disable-backgrounding-occluded-windows',
]

export interface LaunchOptions {
  /** From `openUrlFile`. */
  urlFile: string
  headless?: boolean
  /** Profile folder; a temporary one, removed at the end, without it. */
  userDataDir?: string
  /** Size of the window in CSS pixels. */
  width: number
  height: number
  logger: Logger
}

export interface BrowserWindow {
  /** Settles when the user has closed the window (or the browser died). */
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
  if (program === null) {
    throw fail('internal', {
      message: 'No Chromium, Chrome or Edge was found on this machine.',
      nextStep: 'Install Chromium, or set VIZLINK_BROWSER to the path of one.',
      retryable: false,
    })
  }
  const temporary = options.userDataDir === undefined
  const profile = options.userDataDir ?? (await mkdtemp(join(tmpdir(), 'vizlink-browser-')))
  // Its sockets and scratch files go with the profile, also if it is killed.
  const scratch = join(profile, 'tmp')
  if (temporary) await mkdir(scratch)
  const asRoot = process.getuid?.() === 0
  if (asRoot) logger.log('warn', 'browser.no-sandbox', { why: 'Chromium refuses to run sandboxed as root' })
  const child = spawn(
    program,
    [
      `--app=${fileUrl(options.urlFile)}`,
      `--user-data-dir=${profile}`,
      `--window-size=${Math.round(options.width)},${Math.round(options.height)}`,
      ...flags,
      ...(options.headless ? ['--headless'] : []),
      ...(asRoot ? ['--no-sandbox'] : []),
    ],
    {
      stdio: 'ignore',
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name))),
        ...(temporary ? { TMPDIR: scratch } : {}),
      },
    },
  )
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      logger.log('error', 'browser.failed', { error })
      resolve()
    })
  })
  const exited = gone.then(async () => {
    // Helper processes of the browser may still write for a moment.
    if (temporary) await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  })
  logger.log('info', 'browser.started', { program, pid: child.pid })
  return {
    exited,
    async close() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
      await exited
      clearTimeout(timer)
    },
  }
}
