/** The demo's desktop once it is said to be up: who sees it may type at once. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startDesktop, type Desktop } from '../../site/desktop/index.ts'
import { startInjector, type Injector } from '../../site/desktop/injector.ts'
import { observeX } from '../../support/x-observer.ts'

let desktop: Desktop | null = null
let directory = ''
afterEach(async () => {
  await desktop?.dispose()
  rmSync(directory, { recursive: true, force: true })
})

const virtualKeys: Record<string, number> = { ' ': 0x20, '/': 0xbf, $: 0x34, '\n': 0x0d }

/** Presses and releases the keys of a US keyboard, as fast as the X server takes them. */
function type(injector: Injector, text: string): void {
  for (const character of text) {
    const shift = /[A-Z$]/.test(character)
    const key = virtualKeys[character] ?? character.toUpperCase().charCodeAt(0)
    if (shift) injector.key(0x10, true)
    injector.key(key, true)
    injector.key(key, false)
    if (shift) injector.key(0x10, false)
  }
}

async function takesKeys(): Promise<void> {
  const injector = await startInjector(desktop!)
  type(injector, 'touch $TMPDIR/taken\n')
  await expect.poll(() => existsSync(join(directory, 'taken'))).toBe(true)
  injector.close()
}

// More than one in a process: what is known of one X server must not be taken for another's.
test.each(['one', 'another'])('the first key that is typed is not lost: %s', async () => {
  directory = mkdtempSync(join(tmpdir(), 'vizlink-desktop-'))
  desktop = await startDesktop({ width: 640, height: 360, content: 'plain', directory })
  await takesKeys()
})

test('the plot that shows up beside the terminal does not take the keyboard', async () => {
  directory = mkdtempSync(join(tmpdir(), 'vizlink-desktop-'))
  desktop = await startDesktop({ width: 640, height: 360, content: 'full', directory })
  const { display, xauthority } = desktop
  const plot = ['search', '--onlyvisible', '--name', 'Pressure field']
  const environment = { ...process.env, DISPLAY: display, XAUTHORITY: xauthority }
  await expect.poll(() => spawnSync('xdotool', plot, { env: environment }).status).toBe(0)
  await takesKeys()
})

test('B47: the Hangul key arrives as one; what a host takes for Katakana does not', async () => {
  directory = mkdtempSync(join(tmpdir(), 'vizlink-desktop-'))
  desktop = await startDesktop({ width: 640, height: 360, content: 'plain', directory })
  const environment = { ...process.env, DISPLAY: desktop.display, XAUTHORITY: desktop.xauthority }
  const injector = await startInjector(desktop)
  const x = await observeX(desktop)
  const held = async (): Promise<number[]> => (await x.state()).keys
  const names = spawnSync('xmodmap', ['-pke'], { env: environment, encoding: 'utf8' }).stdout
  const hangul = Number(/^keycode +(\d+) = Hangul\b/m.exec(names)?.[1])
  injector.key(0x16, true)
  await expect.poll(held).toEqual([hangul])
  injector.key(0x16, false)
  await expect.poll(held).toEqual([])
  injector.key(0x15, true)
  injector.key(0x41, true)
  await expect.poll(async () => (await held()).length).toBe(1)
  expect(await held()).not.toEqual([hangul])
  x.close()
  injector.close()
})
