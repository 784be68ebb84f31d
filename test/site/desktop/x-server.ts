/** The X server under a desktop: Xvfb, whose picture is a file, or TigerVNC's server, which is both in one. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startDaemon, type Daemon } from '../support/processes.ts'

export interface VncServer {
  /** TCP port, or path of a socket. */
  port: number | string
  /** The only address at which it listens. */
  address: string
  /** Whether it takes clients over TLS alone, without a password. */
  tls: boolean
  /** File with a password as VNC programs keep it; null: every client of the port is in (SecurityTypes None). */
  passwordFile: string | null
}

export interface XServerOptions {
  /** Pixels. */
  width: number
  height: number
  /** Folder of the server's own files. */
  directory: string
  /** Whether a key that is held repeats: one that is released late types more than was typed. */
  keyRepeat: boolean
  vnc?: VncServer
}

const startDeadlineMs = 10_000

/** Writes an Xauthority file with a fresh cookie for any display of this host (family wild). */
export function writeCookie(path: string): string {
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

function commandOf({ width, height, directory, keyRepeat, vnc }: XServerOptions): string[] {
  const size = `${width}x${height}`
  const repeat = keyRepeat ? [] : ['-r']
  if (!vnc) return ['Xvfb', '-screen', '0', `${size}x24`, '-fbdir', directory, ...repeat]
  const open = vnc.tls ? ['TLSNone'] : ['None']
  const security = vnc.passwordFile === null ? open : ['VncAuth', '-PasswordFile', vnc.passwordFile]
  const listening =
    typeof vnc.port === 'string'
      ? ['-rfbport', '-1', '-rfbunixpath', vnc.port]
      : ['-rfbport', String(vnc.port), '-interface', vnc.address, '-UseIPv6=0']
  return [
    'Xtigervnc',
    '-geometry',
    size,
    '-depth',
    '24',
    ...repeat,
    ...listening,
    '-SecurityTypes',
    ...security,
  ]
}

/** Starts the server on a display that it chooses itself. */
export async function startXServer(
  options: XServerOptions,
  xauthority: string,
): Promise<{ daemon: Daemon; display: string }> {
  const [program = '', ...args] = commandOf(options)
  const log = join(options.directory, 'x-server.log')
  const numberFile = join(options.directory, 'display-number')
  // The shell gives it file descriptor 5 to write the display number that it chose to; fixed numbers collide.
  const command = `file="$1"; shift; exec "$@" -displayfd 5 -nolisten tcp -noreset 5>"$file"`
  const daemon = startDaemon(
    'sh',
    ['-c', command, 'sh', numberFile, program, ...args, '-auth', xauthority],
    // Its lock file and socket lie outside our folder.
    { logFile: log, tidies: true },
  )
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
      throw new Error(`${program} did not start: ${readFileSync(log, 'utf8').slice(-500)}`)
    }
    await delay(10)
  }
}
