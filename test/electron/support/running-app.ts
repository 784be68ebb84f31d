/** The app as it runs in a real Electron: its window, its processes, its end. */
import { vi } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { installProbe, type ProbeState } from '../../../scripts/demo/probe.ts'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { signalProcess } from '../../site/support/processes.ts'
import { descendantsOf, stillRunning } from '../../support/process-table.ts'

/** A process of Electron's as it names them itself. */
export interface ElectronProcess {
  pid: number
  type: string
  name?: string
  serviceName?: string
}

export class RunningApp {
  readonly application: ElectronApplication
  /** Settles when the program has ended. */
  readonly ended: Promise<void>
  private window: Page | null = null
  private over = false

  private readonly dataFolder: string

  /** @param dataFolder where the app keeps what it knows */
  constructor(application: ElectronApplication, dataFolder: string) {
    this.application = application
    this.dataFolder = dataFolder
    this.ended = new Promise((resolve) => {
      application.process().once('exit', () => {
        this.over = true
        resolve()
      })
    })
  }

  get pid(): number {
    return this.application.process().pid ?? -1
  }

  get page(): Page {
    if (!this.window) throw new Error('the window has not opened')
    return this.window
  }

  /** Waits for the window, and installs the probe that reads the pictures. */
  async opened(): Promise<void> {
    this.window = await this.application.firstWindow({ timeout: 60_000 })
    await this.window.waitForLoadState('load')
    await this.installProbe()
  }

  /** Runs code in the page by the main process: also in a page that came after a crash, which the driver does not know. */
  inPage<T>(code: string): Promise<T> {
    return this.application.evaluate(
      ({ BrowserWindow }, text) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(text) as Promise<T>,
      code,
    )
  }

  installProbe(): Promise<void> {
    return this.inPage(`globalThis.vizlinkProbe || (${installProbe.toString()})(), undefined`)
  }

  probe(): Promise<ProbeState> {
    return this.inPage('globalThis.vizlinkProbe')
  }

  /** Waits for as many pictures after those that were there. */
  newPictures(count = 1): Promise<unknown> {
    let before: number | null = null
    return vi.waitUntil(
      async () => {
        const { shown, invalid } = await this.probe()
        before ??= shown - invalid
        return shown - invalid >= before + count
      },
      { timeout: 60_000, message: 'new pictures' },
    )
  }

  /** What the app says of its connections. */
  connections(): Promise<DesktopSnapshot[]> {
    return this.inPage(`window.vizlink.call('desktop.list', null).then(({ value }) => value)`)
  }

  /** The connection that streams, once there is one. */
  streaming(): Promise<DesktopSnapshot> {
    return vi.waitUntil(async () => (await this.connections()).find(({ state }) => state === 'open'), {
      timeout: 90_000,
      message: 'a connection streams',
    })
  }

  /** Clicks Connect in the smallest picture, and waits for the desktop. */
  async connect(): Promise<DesktopSnapshot> {
    if ((await this.page.getByText('Light', { exact: true }).count()) === 0 || !(await this.lightShown()))
      await this.page.getByText('Picture quality').click()
    await this.page.getByRole('radio', { name: /^Light/ }).check()
    await this.page.getByRole('button', { name: 'Connect', exact: true }).click()
    const connection = await this.streaming()
    await this.newPictures()
    return connection
  }

  private lightShown(): Promise<boolean> {
    return this.page.getByText('Light', { exact: true }).isVisible()
  }

  processes(): Promise<ElectronProcess[]> {
    return this.application.evaluate(({ app }) =>
      app.getAppMetrics().map(({ pid, type, name, serviceName }) => ({ pid, type, name, serviceName })),
    ) as Promise<ElectronProcess[]>
  }

  /** @param wanted type ("Tab", "GPU") or name of a process, as Electron gives it */
  async pidOf(wanted: string): Promise<number> {
    const found = (await this.processes()).find(({ type, name, serviceName }) =>
      [type, name, serviceName].includes(wanted),
    )
    if (!found)
      throw new Error(`Electron has no process ${wanted}: ${JSON.stringify(await this.processes())}`)
    return found.pid
  }

  /** Names of the product's own child processes. */
  async children(): Promise<string[]> {
    return (await this.processes())
      .map(({ name, serviceName }) => [name, serviceName].find((one) => one?.startsWith('vizlink-')))
      .filter((name) => name !== undefined)
      .sort()
  }

  /** Waits for the page that follows one that is gone. */
  async pageAgain(): Promise<void> {
    await vi.waitUntil(() => this.answers(`document.querySelector('#root')?.childElementCount > 0`), {
      timeout: 30_000,
      message: 'the page is there again',
    })
    await this.installProbe()
  }

  /** A value of the page that is there now; null: none answers, as between two pages. What is asked then may wait for ever. */
  answers<T>(code: string): Promise<T | null> {
    const none = new Promise<null>((resolve) => setTimeout(resolve, 1000, null))
    return Promise.race([
      this.inPage<T>(code).then(
        (value) => value || null,
        () => null,
      ),
      none,
    ])
  }

  /** From now on the system's dialogs are kept in the place of being shown: no user is there to close them. */
  catchDialogs(): Promise<void> {
    return this.application.evaluate(({ dialog }) => {
      const kept: string[] = []
      Object.assign(globalThis, { vizlinkDialogs: kept })
      dialog.showMessageBox = (...values: unknown[]) => {
        const { message, detail } = values.at(-1) as { message: string; detail: string }
        kept.push(`${message}\n${detail}`)
        return Promise.resolve({ response: 0, checkboxChecked: false })
      }
    })
  }

  /** Texts of the dialogs so far. */
  dialogs(): Promise<string[]> {
    return this.application.evaluate(() => Reflect.get(globalThis, 'vizlinkDialogs') as string[])
  }

  /** What the app has written to its log. */
  log(): string {
    return readFileSync(join(this.dataFolder, 'vizlink.log'), 'utf8')
  }

  closeWindow(): Promise<unknown> {
    return this.later(`BrowserWindow.getAllWindows()[0].close()`)
  }

  quit(): Promise<unknown> {
    return this.later(`app.quit()`)
  }

  /**
   * Does it a moment after the answer: a call that ends the program gets no answer. At the very end memory is collected, as it may
   * be by chance: with objects of a registry in it, a Node.js before 20 never comes to an end (nodejs/node#47748).
   */
  private later(code: 'BrowserWindow.getAllWindows()[0].close()' | 'app.quit()'): Promise<unknown> {
    return this.application.evaluate(({ app, BrowserWindow }, what) => {
      process.getBuiltinModule('v8').setFlagsFromString('--expose-gc')
      const collect = process.getBuiltinModule('vm').runInNewContext('gc') as () => void
      const registry = new FinalizationRegistry(() => undefined)
      for (let i = 0; i < 100; i++) registry.register({}, i)
      Object.assign(globalThis, { registry })
      process.once('exit', collect)
      setTimeout(() => (what === 'app.quit()' ? app.quit() : BrowserWindow.getAllWindows()[0]?.close()), 20)
    }, code)
  }

  /** Of the app and everything that it started. */
  async allPids(): Promise<number[]> {
    return [this.pid, ...descendantsOf(this.pid).map(({ pid }) => pid)]
  }

  /** Ends it by what `work` does, and waits until none of its processes runs. */
  async endsBy(work: () => unknown): Promise<void> {
    const pids = await this.allPids()
    const done = Promise.resolve(work())
    // By then the app's own limit has ended it too.
    await vi
      .waitUntil(() => this.over, { timeout: 60_000, message: 'the program ends' })
      .catch((error: unknown) => {
        throw new Error(
          `the program does not end; its log:\n${this.log().split('\n').slice(-30).join('\n')}`,
          { cause: error },
        )
      })
    await done
    await vi.waitUntil(() => stillRunning(pids).length === 0, {
      timeout: 30_000,
      message: 'no process is left',
    })
  }

  async kill(): Promise<void> {
    if (this.over) return
    const pids = await this.allPids()
    for (const pid of pids) signalProcess(pid, 'SIGKILL')
    await this.ended
  }
}
