/**
 * The desktop of a VNC session as a program, as its Slurm job starts it: `node test/site/vnc-desktop.ts CONFIG.json`. Starts
 * a VNC server with the programs of a desktop, and ends them on SIGTERM or when the server dies.
 */
import { renameSync, writeFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAccountServer } from './desktop/account-server.ts'
import { startDesktop } from './desktop/index.ts'
import type { DesktopContent } from './desktop/programs.ts'
import { outside } from './support/addresses.ts'

export interface VncDesktopConfiguration {
  /** Folder of everything this program writes. */
  directory: string
  port: number
  /** `WIDTHxHEIGHT`, whatever the user asked for. */
  geometry: string
  content: DesktopContent
  /** What the server wants of a client: nothing, the password "password", the account of ada with it, or TLS. */
  wants: 'nothing' | 'password' | 'account' | 'tls'
}

/** `password` as VNC programs keep it: hidden by a key that everybody knows. */
const hiddenPassword = Buffer.from('dbd83cfd727a1458', 'hex')

const configuration = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as VncDesktopConfiguration
const { directory, port, content } = configuration
mkdirSync(directory, { recursive: true, mode: 0o700 })
const ended = new Promise<string>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
})
const passwordFile = configuration.wants === 'password' ? join(directory, 'passwd') : null
if (passwordFile !== null) writeFileSync(passwordFile, hiddenPassword, { mode: 0o600 })
const [width = 1280, height = 720] =
  /^(\d{3,4})x(\d{3,4})$/.exec(configuration.geometry)?.slice(1).map(Number) ?? []
process.stdout.write(`Starting the VNC server on port ${port}\n`)
// Real jobs listen everywhere on their node; here that would be all of this machine's network.
const innerSocket = configuration.wants === 'account' ? join(directory, 'vnc') : null
const vnc = {
  port: innerSocket ?? port,
  address: outside,
  passwordFile,
  tls: configuration.wants === 'tls',
}
const desktop = await startDesktop({ width, height, content, directory: join(directory, 'desktop'), vnc })
const front =
  innerSocket === null ? null : await startAccountServer({ host: outside, port }, innerSocket, 'ada:password')
try {
  const readyFile = join(directory, 'ready.json')
  const { display, xauthority } = desktop
  writeFileSync(`${readyFile}.part`, JSON.stringify({ display, xauthority }), { mode: 0o600 })
  renameSync(`${readyFile}.part`, readyFile)
  const why = await Promise.race([ended, desktop.ended.then(() => 'the VNC server ended')])
  process.stdout.write(`ending: ${why}\n`)
} finally {
  front?.close()
  await desktop.dispose()
}
process.exit(0)
