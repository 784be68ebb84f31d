/** A page whose process is gone is loaded again; one that goes again within a minute gives way to a page without a program. */
import type { WebContents } from 'electron'
import type { Logger } from '../../ports/platform.ts'
import { pageOrigin } from './security.ts'

export const startPage = `${pageOrigin}/index.html`
/** Says that the window stopped, and leads back to the start page. */
export const stoppedPage = `${pageOrigin}/stopped.html`

/** Who stops again so soon would stop for ever. */
const againMs = 60_000

/** @param ending whether the app ends: then a page that is gone stays so */
export function reloadAfterCrash(
  contents: Pick<WebContents, 'on' | 'loadURL'>,
  { ending, now, logger }: { ending: () => boolean; now: () => number; logger: Logger },
): void {
  let last = -Infinity
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (ending() || reason === 'clean-exit') return
    const again = now() - last < againMs
    last = now()
    logger.log('error', 'page.gone', { reason, exitCode, again })
    contents
      .loadURL(again ? stoppedPage : startPage)
      .catch((error: unknown) => logger.log('error', 'page.not-loaded', { error }))
  })
}
