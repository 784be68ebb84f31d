/**
 * How long the app takes from the start of its program to a page that can be used (a Connect button), beside an empty app in the same
 * Electron: in turns, medians. `--runs N`. It runs in the Electron 22 of the tests, which the product is not built with.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startDesktopUser, type DesktopUser } from '../../test/electron/support/desktop-user.ts'
import { connectDevTools } from '../../test/electron/support/devtools.ts'
import { bundleForElectron22 } from '../electron22/bundle.ts'
import { electron22Folder, electron22Version } from '../electron22/fetch.mjs'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '11' } } })
const runs = Math.max(1, Math.min(50, Number(values.runs) || 11))

const profile = {
  version: 1,
  id: 'bench',
  name: 'Bench',
  portal: { origin: 'https://127.0.0.1:1', user: 'ada' },
  ssh: { loginHost: { address: '127.0.0.1' }, nodes: {} },
}
const emptyMain = `
const { app, BrowserWindow, protocol } = require('electron')
const { Readable } = require('node:stream')
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
app.enableSandbox()
app.whenReady().then(() => {
  protocol.registerStreamProtocol('app', (request, answer) =>
    answer({ headers: { 'Content-Type': 'text/html' }, data: Readable.from([Buffer.from('<button>Connect</button>')]) }))
  const window = new BrowserWindow({ show: false })
  window.once('ready-to-show', () => window.show())
  window.loadURL('app://client/index.html')
})
`

/** Electron's folder with an app in it. */
async function folderWith(place: string, fill: (app: string) => Promise<void> | void): Promise<string> {
  spawnSync('cp', ['-a', electron22Folder, place])
  const app = join(place, 'resources', 'app')
  mkdirSync(app)
  await fill(app)
  return place
}

let port = 9300
/** Milliseconds from the start of the program until its page has the button. */
async function once(user: DesktopUser, folder: string, args: string[]): Promise<number> {
  const devTools = ++port
  const started = performance.now()
  const child = spawn(
    user.become[0] ?? join(folder, 'electron'),
    [
      ...(user.become.length > 0 ? [...user.become.slice(1), join(folder, 'electron')] : []),
      ...[`--remote-debugging-port=${devTools}`, ...args],
    ],
    { env: user.environment, cwd: user.home, stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    const page = await connectDevTools(devTools, 10)
    const ready = `[...document.querySelectorAll('button')].some((one) => one.textContent.trim() === 'Connect' && !one.disabled)`
    while (!(await page.value<boolean>(ready))) await new Promise((resolve) => setTimeout(resolve, 5))
    const took = performance.now() - started
    page.close()
    return took
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

const median = (all: number[]): number => Math.round([...all].sort((a, b) => a - b)[all.length >> 1] ?? NaN)

if (!existsSync(join(electron22Folder, 'electron'))) throw new Error('There is no Electron 22 here.')
const folder = mkdtempSync(join(tmpdir(), 'vizlink-bench-'))
spawnSync('chmod', ['755', folder])
try {
  const product = await folderWith(join(folder, 'product'), bundleForElectron22)
  const empty = await folderWith(join(folder, 'empty'), (app) => {
    writeFileSync(join(app, 'package.json'), '{"name":"empty","main":"main.js"}')
    writeFileSync(join(app, 'main.js'), emptyMain)
  })
  await using user = await startDesktopUser(product)
  const site = join(user.home, 'site.json')
  writeFileSync(site, JSON.stringify(profile))
  user.give(site)
  const times = { product: [] as number[], empty: [] as number[] }
  // The first of each fills the file system's memory.
  for (let run = 0; run <= runs; run++) {
    const [ours, none] = [await once(user, product, ['--site', site]), await once(user, empty, [])]
    if (run === 0) continue
    times.product.push(ours)
    times.empty.push(none)
  }
  const [productMs, emptyMs] = [median(times.product), median(times.empty)]
  console.log(
    JSON.stringify({
      bench: 'start',
      electron: electron22Version,
      runs,
      productMs,
      emptyMs,
      ratio: Math.round((productMs / emptyMs) * 100) / 100,
      all: { product: times.product.map(Math.round), empty: times.empty.map(Math.round) },
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
