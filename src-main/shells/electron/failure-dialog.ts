/** A failure as a dialog of the system: where no page can show it. */
import type { BrowserWindow, Dialog } from 'electron'
import { toFailure } from '../../shared/errors.ts'
import { evidenceLabel, failureText } from '../../shared/failure-text.ts'
import { translator, type Language } from '../../shared/texts/index.ts'

/** Settles when the user has read it. @param window over which it is shown; null: there is none */
export async function showFailure(
  dialog: Pick<Dialog, 'showMessageBox'>,
  error: unknown,
  {
    title,
    logFile,
    window,
    language,
  }: { title: string; logFile: string; window: BrowserWindow | null; language: Language },
): Promise<void> {
  const t = translator(language)
  const failure = toFailure(error)
  const { message, nextStep } = failureText(failure, language)
  const details = failure.evidence.map((item) => `${evidenceLabel(item, language)}: ${item.value}`)
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
