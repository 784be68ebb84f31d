/** A failure as a dialog of the system: where no page can show it. */
import type { BrowserWindow, Dialog } from 'electron'
import { toFailure } from '../../shared/errors.ts'
import { evidenceLabel } from '../../shared/failure-text.ts'

/** Settles when the user has read it. @param window over which it stands; null: there is none */
export async function showFailure(
  dialog: Pick<Dialog, 'showMessageBox'>,
  error: unknown,
  { title, logFile, window }: { title: string; logFile: string; window: BrowserWindow | null },
): Promise<void> {
  const { message, nextStep, evidence } = toFailure(error)
  const details = evidence.map((item) => `${evidenceLabel(item, 'en')}: ${item.value}`)
  const box = {
    type: 'error' as const,
    title,
    message: `${title}\n${message}`,
    detail: [nextStep, ...details, `Log: ${logFile}`].join('\n\n'),
    buttons: ['Close'],
    noLink: true,
  }
  await (window ? dialog.showMessageBox(window, box) : dialog.showMessageBox(box))
}
