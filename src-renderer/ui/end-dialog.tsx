import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { messages } from './messages.ts'

const text = messages.end

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
      title={text.title}
      onCancel={onKeep}
      onSubmit={onEnd}
      actions={
        <>
          <Button data-autofocus onClick={onKeep}>
            {text.keep}
          </Button>
          <Button look="danger" type="submit">
            {text.end}
          </Button>
        </>
      }
    >
      <p>{text.text}</p>
      {instead && <p>{text.instead}</p>}
    </Dialog>
  )
}
