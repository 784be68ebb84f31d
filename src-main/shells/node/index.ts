/** The platform on plain Node.js: the browser shell, the command line and the tests run on it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Logger, Platform } from '../../ports/platform.ts'
import { fail } from '../../shared/errors.ts'
import { makeDataFolder, userDataFolder } from '../data-folder.ts'
import { externalAddress } from '../external-address.ts'
import { createLogger } from './logger.ts'
import { createFileSecretStore } from './file-secrets.ts'
import { createNodeProcessHost, type NodeProcessHost, type NodeProcessHostOptions } from './process-host.ts'

export { createFileLogger, createLogger } from './logger.ts'
export { userDataFolder } from '../data-folder.ts'

export interface NodePlatformOptions {
  logger?: Logger
  /** Made with mode 0700 where it is missing; `$XDG_DATA_HOME/vizlink` without one. */
  dataFolder?: string
  entries?: NodeProcessHostOptions['entries']
}

export interface NodePlatform extends Platform {
  processes: NodeProcessHost
  /** Ends all children. */
  dispose(): Promise<void>
}

/** Makes the platform; the caller disposes of it after the app. */
export function createNodePlatform(options: NodePlatformOptions = {}): NodePlatform {
  const logger = options.logger ?? createLogger()
  const dataFolder = options.dataFolder ?? userDataFolder()
  makeDataFolder(dataFolder)
  const processes = createNodeProcessHost({
    logger,
    ...(options.entries ? { entries: options.entries } : {}),
  })
  return {
    shell: 'browser',
    processes,
    clock: { now: () => Date.now() },
    logger,
    secrets: createFileSecretStore(join(dataFolder, 'secrets')),
    dataFolder,
    notify: () => undefined,
    systemProxy: null,
    openExternal,
    dispose: () => processes.dispose(),
  }
}

async function openExternal(text: string, plainOrigin?: string): Promise<void> {
  const url = externalAddress(text, plainOrigin)
  const [program, ...first] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['explorer.exe'] : ['xdg-open']
  const child = spawn(program ?? 'xdg-open', [...first, url.href], { stdio: 'ignore', detached: true })
  await once(child, 'spawn').catch((cause: unknown) => {
    throw fail('internal', 'browser-not-opened', { facts: { address: url.origin }, cause })
  })
  child.unref()
}
