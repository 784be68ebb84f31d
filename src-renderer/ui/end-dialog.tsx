import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { t } from './texts.ts'

/** Asks before a session is ended. `instead` adds that Disconnect exists, where it does. */
export function EndDialog({
  instead = true,
  onKeep,
  onEnd,
}: {
  instead?: boolean
  onKeep: () => void
  onEnd: () => void
}) {
  return (
    <Dialog
      title={t('sessions.endDialog.title')}
      onCancel={onKeep}
      onSubmit={onEnd}
      actions={
        <>
          <Button data-autofocus onClick={onKeep}>
            {t('sessions.endDialog.keep')}
          </Button>
          <Button look="danger" type="submit">
            {t('sessions.endDialog.end')}
          </Button>
        </>
      }
    >
      <p>{t('sessions.endDialog.text')}</p>
      {instead && <p>{t('sessions.endDialog.instead')}</p>}
    </Dialog>
  )
}
