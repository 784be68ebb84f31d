import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { t } from '../../ui/texts.ts'

/** Asks for the desktop's own password, and a user name where it wants one. Both go to its server alone and are kept nowhere. */
export function PasswordDialog({
  problem,
  withName,
  nameBefore,
  onLogin,
  onCancel,
}: {
  /** What the server said to the one before. */
  problem: string | null
  withName: boolean
  /** Of the login before; empty at first. */
  nameBefore: string
  onLogin: (name: string, password: string) => void
  onCancel: () => void
}) {
  const [name, setName] = useState(nameBefore)
  const [password, setPassword] = useState('')
  return (
    <Dialog
      title={t(withName ? 'vnc.password.titleWithName' : 'vnc.password.title')}
      onCancel={onCancel}
      onSubmit={() => onLogin(name, password)}
      actions={
        <>
          <Button onClick={onCancel}>{t('vnc.password.cancel')}</Button>
          <Button look="primary" type="submit">
            {t('vnc.password.send')}
          </Button>
        </>
      }
    >
      <p>{problem ?? t(withName ? 'vnc.password.textWithName' : 'vnc.password.text')}</p>
      {withName && (
        <TextField
          label={t('vnc.password.name')}
          value={name}
          maxLength={256}
          autoComplete="off"
          data-autofocus={nameBefore === '' ? true : undefined}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      <TextField
        label={t('vnc.password.label')}
        type="password"
        value={password}
        maxLength={256}
        autoComplete="off"
        data-autofocus={withName && nameBefore === '' ? undefined : true}
        onChange={(event) => setPassword(event.target.value)}
      />
    </Dialog>
  )
}
