/** What is left on this computer to look at after a fault: the log, and crash reports, which are sent nowhere. */
import { join } from 'node:path'
import type { App, CrashReporter } from 'electron'
import type { Logger } from '../../ports/platform.ts'
import { createFileLogger } from '../node/logger.ts'

/**
 * Begins both, in the user's data folder.
 * @returns the log
 */
export function keepRecords(
  app: Pick<App, 'on' | 'setPath'>,
  crashReporter: Pick<CrashReporter, 'start'>,
  dataFolder: string,
): Logger {
  const logger = createFileLogger(dataFolder, 'info')
  app.setPath('crashDumps', join(dataFolder, 'crashes'))
  crashReporter.start({ uploadToServer: false })
  app.on('child-process-gone', (_event, { type, reason, exitCode, name, serviceName }) => {
    if (reason !== 'clean-exit')
      logger.log('warn', 'child-process.gone', { type, reason, exitCode, of: name ?? serviceName })
  })
  return logger
}
