/** Until version 0.1 the app kept its data beside Chromium's: it moves once to the folder that the command line has, too. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../../ports/platform.ts'

/** What the user confirmed, and what is remembered of sessions and portals. */
const names = /^(certificates|host-keys|(sessions|base-urls)-[0-9a-f]+\.json)$/

/** Moves what is not there yet; the rest stays, as it is unknown which is newer. */
export function moveEarlierData(earlier: string, dataFolder: string, logger: Logger): void {
  if (earlier === dataFolder || !existsSync(earlier)) return
  for (const name of readdirSync(earlier).filter((entry) => names.test(entry))) {
    const [from, to] = [join(earlier, name), join(dataFolder, name)]
    if (existsSync(to)) continue
    try {
      cpSync(from, to, { recursive: true, preserveTimestamps: true })
      rmSync(from, { recursive: true })
    } catch (error) {
      logger.log('warn', 'data.not-moved', { name, error })
    }
  }
}
