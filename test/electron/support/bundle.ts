/**
 * Once for the tier: the product's sources bundled for Electron 22, in a folder that an ordinary user may read. That is
 * Electron's own folder with the app in it, as in a package.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleForElectron22 } from '../../../scripts/electron22/bundle.ts'
import { electron22Folder } from '../../../scripts/electron22/fetch.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null where no Electron can be had. */
    electronFolder: string | null
  }
}

function run(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
}

export default async function bundle(project: TestProject): Promise<(() => void) | undefined> {
  if (!existsSync(join(electron22Folder, 'electron'))) {
    project.provide('electronFolder', null)
    return
  }
  const temporary = mkdtempSync(join(tmpdir(), 'vizlink-electron-'))
  chmodSync(temporary, 0o755)
  const folder = join(temporary, 'electron')
  // A quarter of a gigabyte: linked where that can be done.
  if (!run('cp', ['-al', electron22Folder, folder]) && !run('cp', ['-a', electron22Folder, folder]))
    throw new Error('Electron could not be copied')
  if (process.getuid?.() === 0) {
    // For systems on which users make no namespaces. The linked file is not the one to change.
    const helper = join(folder, 'chrome-sandbox')
    rmSync(helper)
    copyFileSync(join(electron22Folder, 'chrome-sandbox'), helper)
    chmodSync(helper, 0o4755)
  }
  await bundleForElectron22(join(folder, 'resources', 'app'))
  project.provide('electronFolder', folder)
  return () => rmSync(temporary, { recursive: true, force: true })
}
