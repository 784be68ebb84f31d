/** What the page lets the user save: a file that it made itself, under a name of its own, where the user chooses. */
import type { Session } from 'electron'
import type { Logger } from '../../ports/platform.ts'
import type { Translator } from '../../shared/texts/index.ts'
import { pageOrigin } from './security.ts'

export function askWhereToSave(session: Pick<Session, 'on'>, logger: Logger, t: () => Translator): void {
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) {
      logger.log('warn', 'download.refused', {})
      event.preventDefault()
      return
    }
    const name = item.getFilename()
    // Without a title of ours the dialog shows the address of the page's blob.
    item.setSaveDialogOptions({ title: t()('shell.save', { name }), defaultPath: name })
  })
}
