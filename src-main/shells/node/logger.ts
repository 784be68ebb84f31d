/** JSON lines by pino, redacted before they are written. */
import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { destination, pino, type DestinationStream } from 'pino'
import type { Logger, LogLevel } from '../../ports/platform.ts'
import { fileFailure } from '../../protocols/file-failures.ts'
import { makeDataFolder } from '../data-folder.ts'
import { redact } from './redact.ts'

export interface LoggerOptions {
  level?: LogLevel | 'silent'
  /** File to append to (made with mode 0600), or a stream; standard error without either. */
  file?: string
  stream?: DestinationStream
}

/** Makes a logger. Lines are written at once: a crash must not lose the last ones. */
export function createLogger({ level = 'info', file, stream }: LoggerOptions = {}): Logger {
  const output = stream ?? (file === undefined ? destination({ dest: 2, sync: true }) : fileOutput(file))
  const lines = pino({ level, base: null, timestamp: true }, output)
  return {
    log(lineLevel, event, fields = {}) {
      lines[lineLevel](redact(fields) as Record<string, unknown>, event)
    },
  }
}

/** A disk that is full ends no program: what cannot be written is lost. */
function fileOutput(file: string): DestinationStream {
  try {
    return destination({ dest: file, sync: true, mode: 0o600 }).on('error', () => undefined)
  } catch (error) {
    throw fileFailure(error, file)
  }
}

/** A log that grew beyond this becomes the old one at the next start. */
const maximumLogBytes = 4 << 20

/** The log's file in the user's data folder. */
export const logFile = (folder: string): string => join(folder, 'vizlink.log')

/** Writes to `logFile(folder)`; the folder is made (0700) where it is missing. @param level what is less is left out */
export function createFileLogger(folder: string, level: LogLevel = 'warn'): Logger {
  makeDataFolder(folder)
  const file = logFile(folder)
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > maximumLogBytes) renameSync(file, `${file}.old`)
  return createLogger({ level, file })
}
