import type { SignInOutlook } from '../../../src-main/shared/model/sign-in.ts'
import { Button } from '../../ui/button.tsx'
import { messages } from '../../ui/messages.ts'
import styles from './connect.module.css'

const text = messages.connect

/** One line on how the sign-in goes, or who is signed in. Its room is kept while nothing is known. */
export function SignInNote({ outlook, onSignOut }: { outlook: SignInOutlook | null; onSignOut: () => void }) {
  return (
    <div className={styles.signIn} data-part="sign-in">
      {outlook?.user ? (
        <>
          <span>{text.signedInAs(outlook.user)}</span>
          <Button look="quiet" onClick={onSignOut}>
            {text.signOut}
          </Button>
        </>
      ) : (
        <span>{(outlook && text.signIn[outlook.kind]) ?? '\u00a0'}</span>
      )}
    </div>
  )
}
