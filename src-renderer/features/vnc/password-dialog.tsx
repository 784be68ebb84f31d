import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { t } from '../../ui/texts.ts'

/** Asks for the desktop's own password, which goes to its server alone and is kept nowhere. */
export function PasswordDialog({
  problem,
  onLogin,
  onCancel,
}: {
  /** What the server said to the one before. */
  problem: string | null
  onLogin: (password: string) => void
  onCancel: () => void
}) {
  const [password, setPassword] = useState('')
  return (
    <Dialog
      title={t('vnc.password.title')}
      onCancel={onCancel}
      onSubmit={() => onLogin(password)}
      actions={
        <>
          <Button onClick={onCancel}>{t('vnc.password.cancel')}</Button>
          <Button look="primary" type="submit">
            {t('vnc.password.send')}
          </Button>
        </>
      }
    >
      <p>{problem ?? t('vnc.password.text')}</p>
      <TextField
        label={t('vnc.password.label')}
        type="password"
        value={password}
        maxLength={256}
        autoComplete="off"
        data-autofocus
        onChange={(event) => setPassword(event.target.value)}
      />
    </Dialog>
  )
}
