/** A failure as a dialog of the system: where no page can show it. */
import type { BrowserWindow, Dialog } from 'electron'
import { toFailure } from '../../shared/errors.ts'
import type { Translator } from '../../shared/texts/index.ts'

/** Settles when the user has read it. @param window over which it stands; null: there is none */
export async function showFailure(
  dialog: Pick<Dialog, 'showMessageBox'>,
  error: unknown,
  {
    title,
    logFile,
    window,
    t,
  }: { title: string; logFile: string; window: BrowserWindow | null; t: Translator },
): Promise<void> {
  const { message, nextStep, evidence } = toFailure(error)
  const details = evidence.map(({ label, value }) => `${label}: ${value}`)
  const box = {
    type: 'error' as const,
    title,
    message: `${title}\n${message}`,
    detail: [nextStep, ...details, t('shell.log', { file: logFile })].join('\n\n'),
    buttons: [t('shell.close')],
    noLink: true,
  }
  await (window ? dialog.showMessageBox(window, box) : dialog.showMessageBox(box))
}
