import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { messages } from '../../ui/messages.ts'

const text = messages.vnc.password

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
      title={text.title}
      onCancel={onCancel}
      onSubmit={() => onLogin(password)}
      actions={
        <>
          <Button onClick={onCancel}>{text.cancel}</Button>
          <Button look="primary" type="submit">
            {text.send}
          </Button>
        </>
      }
    >
      <p>{problem ?? text.text}</p>
      <TextField
        label={text.label}
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
