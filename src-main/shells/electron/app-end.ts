/**
 * The app's end in order. Electron closes no window and emits no `window-all-closed` when it is asked to quit: by
 * `app.quit()`, by SIGTERM, SIGINT or SIGHUP, by the end of the desktop's session. Every way comes to `before-quit` or here.
 */
import type { App } from 'electron'
import type { Logger } from '../../ports/platform.ts'

/** Everything below ends within limits of its own; this one is for what was forgotten. */
const endDeadlineMs = 20_000

export interface AppEnd {
  /** Ends the app; the first call counts. */
  begin(): void
  readonly begun: boolean
}

/** @param dispose ends streams, links and children in order */
export function endInOrder(
  app: Pick<App, 'on' | 'exit'>,
  dispose: () => Promise<void>,
  logger: Logger,
): AppEnd {
  let begun = false
  const end: AppEnd = {
    get begun() {
      return begun
    },
    begin() {
      if (begun) return
      begun = true
      const timer = setTimeout(() => {
        logger.log('error', 'app.end-too-late', { limitMs: endDeadlineMs })
        app.exit(1)
      }, endDeadlineMs)
      void dispose()
        .then(
          () => 0,
          (error: unknown) => {
            logger.log('error', 'app.end-failed', { error })
            return 1
          },
        )
        .then((status) => {
          clearTimeout(timer)
          app.exit(status)
        })
    },
  }
  app.on('window-all-closed', () => end.begin())
  app.on('before-quit', (event) => {
    event.preventDefault()
    end.begin()
  })
  return end
}
