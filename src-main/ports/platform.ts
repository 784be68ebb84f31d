/** Everything the app takes from the world around it. Shells and tests provide it; nothing below imports `electron`. */
import type { ProcessHost } from './process-host.ts'
import type { Text } from '../shared/texts/index.ts'

export interface Clock {
  /** Unix time in ms. */
  now(): number
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** JSON lines. Never a secret, never an nvhttp URL (it carries the stream key). */
export interface Logger {
  log(level: LogLevel, event: string, fields?: Record<string, unknown>): void
}

/** Secrets at rest: Electron's safeStorage (memory where the system has none), or files that only the user may read. */
export interface SecretStore {
  readonly persistent: boolean
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
  delete(name: string): Promise<void>
  /** Runs `work` while no other process does such work on the secret. Absent: no other process has this store. */
  exclusively?<T>(name: string, work: () => Promise<T>): Promise<T>
}

export interface Platform {
  shell: 'electron' | 'browser'
  processes: ProcessHost
  clock: Clock
  logger: Logger
  secrets: SecretStore
  /** Folder of the app's own data (0700), made by the shell. */
  dataFolder: string
  /** Notifies the user while the window may be out of sight; the page shows it in any case. */
  notify(title: Text, body: Text): void
  /**
   * The system's proxy for an address, also by a proxy configuration script, in the script's words: "PROXY proxy.example:3128; DIRECT".
   * Null where this program cannot know it.
   */
  systemProxy: ((url: string) => Promise<string>) | null
  /** Opens an https URL in the user's browser; one of plain http only where it is of `plainOrigin`. */
  openExternal(url: string, plainOrigin?: string): Promise<void>
}
