/** A live desktop on a virtual X server: window manager, panel and programs; its picture is a file that can be read. */
import { mkdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { startDaemon, waitUntil, type Daemon } from '../support/processes.ts'
import { connectX, hasActiveWindow, hasWindowManager, requireExtension, type XFixes } from './x-client.ts'
import { programsOf, windowManager, type DesktopContent } from './programs.ts'
import { startXServer, writeCookie, type VncServer } from './x-server.ts'

export interface DesktopOptions {
  /** Pixels. */
  width: number
  height: number
  /** Folder of the desktop's own files; the caller removes it. */
  directory: string
  content: DesktopContent
  /** Absent: a picture in a file. Else the X server itself is a VNC server, and shows the pointer. */
  vnc?: VncServer
}

export interface Desktop {
  /** For instance `:5`. */
  readonly display: string
  readonly xauthority: string
  /** XWD file that the X server keeps up to date; there is none with a VNC server. */
  readonly framebuffer: string
  readonly width: number
  readonly height: number
  /** Resolves when the X server ends, wanted or not. */
  readonly ended: Promise<void>
  /** Ends all programs, the X server last. */
  dispose(): Promise<void>
}

/** Starts the desktop; rejects (with everything ended) when the X server does not come up. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  const xauthority = join(options.directory, 'Xauthority')
  writeCookie(xauthority)
  const { daemon, display } = await startXServer(
    // A test's machine pauses now and then, also between a key's press and its release.
    { ...options, keyRepeat: options.content === 'full' },
    xauthority,
  )
  const environment = {
    ...process.env,
    DISPLAY: display,
    XAUTHORITY: xauthority,
    HOME: process.env.HOME ?? options.directory,
    // Programs that are killed leave their temporary files: they go with the desktop's folder.
    TMPDIR: options.directory,
  }
  const x = await connectX(display, xauthority)
  if (!options.vnc) {
    const fixes = await requireExtension<XFixes>(x.client, 'fixes')
    // The host draws the pointer itself (its newest position), so the server must not burn it in.
    fixes.HideCursor(x.display.screen[0]?.root ?? 0)
  }
  x.client.on('error', () => undefined)
  spawnSync('setxkbmap', ['us'], { env: environment, stdio: 'ignore' })
  /** Waits as long as the X server lives; a desktop that is late is shown all the same. */
  const whenReady = (what: string, ready: () => Promise<boolean>): Promise<unknown> =>
    Promise.race([waitUntil(what, ready).catch(() => undefined), daemon.exited])
  const programs: Daemon[] = []
  for (const { program, args, name } of programsOf(options)) {
    const logFile = join(options.directory, `${name}.log`)
    programs.push(startDaemon(program, args, { environment, directory: options.directory, logFile }))
    // Windows that are there before their manager come up without focus, and some never get it.
    if (name === windowManager) await whenReady('the window manager runs', () => hasWindowManager(x.client))
  }
  // Who sees the desktop may type at once: what is typed before a window has the keyboard is lost.
  await whenReady('a window has the keyboard', () => hasActiveWindow(x))
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
