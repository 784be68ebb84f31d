/** A live desktop on a virtual X server: window manager, panel and programs; its picture is a file that can be read. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startDaemon, waitUntil, type Daemon } from '../support/processes.ts'
import { connectX, hasWindowManager, requireExtension, type XFixes } from './x-client.ts'
import { programsOf, windowManager, type DesktopContent } from './programs.ts'

export interface DesktopOptions {
  /** Pixels. */
  width: number
  height: number
  /** Folder of the desktop's own files; the caller removes it. */
  directory: string
  content: DesktopContent
}

export interface Desktop {
  /** For instance `:5`. */
  readonly display: string
  readonly xauthority: string
  /** XWD file that the X server keeps up to date. */
  readonly framebuffer: string
  readonly width: number
  readonly height: number
  /** Resolves when the X server ends, wanted or not. */
  readonly ended: Promise<void>
  /** Ends all programs, the X server last. */
  dispose(): Promise<void>
}

const startDeadlineMs = 10_000

/** Writes an Xauthority file with a fresh cookie for any display of this host (family wild). */
function writeCookie(path: string): string {
  const cookie = randomBytes(16)
  const field = (data: Buffer): Buffer => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(data.length)
    return Buffer.concat([length, data])
  }
  const family = Buffer.from([0xff, 0xff])
  const none = Buffer.alloc(0)
  const parts = [family, field(none), field(none), field(Buffer.from('MIT-MAGIC-COOKIE-1')), field(cookie)]
  writeFileSync(path, Buffer.concat(parts), { mode: 0o600 })
  return cookie.toString('hex')
}

async function startXvfb(
  options: DesktopOptions,
  xauthority: string,
): Promise<{ daemon: Daemon; display: string }> {
  const log = join(options.directory, 'xvfb.log')
  const numberFile = join(options.directory, 'display-number')
  // The shell gives Xvfb file descriptor 5 to write the display number that it chose to; fixed numbers collide.
  const size = `${options.width}x${options.height}x24`
  const command = `exec Xvfb -displayfd 5 -screen 0 ${size} -fbdir "$1" -auth "$2" -nolisten tcp -noreset 5>"$3"`
  const daemon = startDaemon('sh', ['-c', command, 'sh', options.directory, xauthority, numberFile], {
    logFile: log,
    // Its lock file and socket lie outside our folder.
    tidies: true,
  })
  const end = Date.now() + startDeadlineMs
  for (;;) {
    try {
      const number = /^(\d+)\n/.exec(readFileSync(numberFile, 'utf8'))?.[1]
      if (number !== undefined) return { daemon, display: `:${number}` }
    } catch {
      // Not written yet.
    }
    if (!daemon.running() || Date.now() > end) {
      await daemon.stop()
      throw new Error(`Xvfb did not start: ${readFileSync(log, 'utf8').slice(-500)}`)
    }
    await delay(10)
  }
}

/** Starts the desktop; rejects (with everything ended) when the X server does not come up. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  const xauthority = join(options.directory, 'Xauthority')
  writeCookie(xauthority)
  const { daemon, display } = await startXvfb(options, xauthority)
  const environment = {
    ...process.env,
    DISPLAY: display,
    XAUTHORITY: xauthority,
    HOME: process.env.HOME ?? options.directory,
    // Programs that are killed leave their temporary files: they go with the desktop's folder.
    TMPDIR: options.directory,
  }
  const x = await connectX(display, xauthority)
  const fixes = await requireExtension<XFixes>(x.client, 'fixes')
  // The host draws the pointer itself (its newest position), so the server must not burn it in.
  fixes.HideCursor(x.display.screen[0]?.root ?? 0)
  x.client.on('error', () => undefined)
  spawnSync('setxkbmap', ['us'], { env: environment, stdio: 'ignore' })
  const programs: Daemon[] = []
  for (const { program, args, name } of programsOf(options)) {
    const logFile = join(options.directory, `${name}.log`)
    programs.push(startDaemon(program, args, { environment, directory: options.directory, logFile }))
    // Windows that are there before their manager come up without focus, and some never get it.
    if (name === windowManager)
      await waitUntil('the window manager runs', () => hasWindowManager(x.client)).catch(() => undefined)
  }
  return {
    display,
    xauthority,
    framebuffer: join(options.directory, 'Xvfb_screen0'),
    width: options.width,
    height: options.height,
    ended: daemon.exited,
    async dispose() {
      await Promise.all(programs.map((program) => program.stop(1000)))
      x.client.terminate()
      await daemon.stop()
    },
  }
}
