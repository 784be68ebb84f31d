/** The demo site in a process of its own, so that its work does not disturb the client that is measured. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { SiteReady } from '../../test/site/types.ts'

const root = join(import.meta.dirname, '..', '..')
const startDeadlineMs = 60_000

export interface SiteProcess {
  ready: SiteReady
  /** Ends the site and waits until it has cleaned up. */
  dispose(): Promise<void>
}

/**
 * Starts `test/site/main.ts` and waits for its line of JSON.
 * @param args arguments of the site program (`--fault NAME`, `--size WxH`, `--fps N`)
 */
export async function startSiteProcess(args: string[]): Promise<SiteProcess> {
  const child = spawn(process.execPath, [join(root, 'test/site/main.ts'), '--with-stdin', ...args], {
    // It ends with its input, that is also when we are killed.
    stdio: ['pipe', 'pipe', 'inherit'],
    // The terminal's Ctrl-C reaches only us: we end the client first, then the site.
    detached: true,
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const killWithUs = (): void => {
    child.kill('SIGTERM')
  }
  process.once('exit', killWithUs)
  const dispose = async (): Promise<void> => {
    child.kill('SIGTERM')
    await exited
    process.off('exit', killWithUs)
  }
  const lines = createInterface({ input: child.stdout })
  try {
    const line = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('The demo site did not start within a minute.')),
        startDeadlineMs,
      )
      lines.once('line', (text) => {
        clearTimeout(timer)
        resolve(text)
      })
      void exited.then(() => {
        clearTimeout(timer)
        reject(new Error('The demo site ended before it was ready; its messages are above.'))
      })
    })
    return { ready: JSON.parse(line) as SiteReady, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}
