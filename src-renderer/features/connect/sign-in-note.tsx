import type { SiteSummary } from '../../../src-main/shared/contract.ts'
import type { SignInOutlook } from '../../../src-main/shared/model/sign-in.ts'
import { Button } from '../../ui/button.tsx'
import { t } from '../../ui/texts.ts'
import styles from './connect.module.css'

type How = SignInOutlook['kind'] | 'none'

/** What will happen; without a name only what the user will do. */
const intention = (how: How, name: string | null): string =>
  name === null && (how === 'browser' || how === 'token')
    ? t(`connect.signIn.${how}`)
    : t(`connect.signInAs.${how}`)

/** Who signs in and how, or who is signed in. Keeps its size when the answer comes later than the card. */
export function SignInNote({
  site,
  outlook,
  onSignOut,
}: {
  site: SiteSummary
  outlook: SignInOutlook | null
  onSignOut: () => void
}) {
  const atPortal = site.portalOrigin !== null
  const name = outlook?.user ?? (atPortal ? site.portalUser : site.sshUser)
  const how = atPortal ? (outlook?.kind ?? 'unknown') : 'none'
  if (name === null && how !== 'browser' && how !== 'token') return null
  return (
    <div className={styles.identity} data-part="sign-in">
      <p className={styles.identityWords}>
        <span className={styles.identityLabel}>
          {outlook?.user ? t('connect.signedInAs') : intention(how, name)}
        </span>
        {name !== null && (
          <span className={styles.identityName}>
            {name}
            {how === 'test' && <span className={styles.identityMark}> ({t('status.unverified')})</span>}
            {site.sshUser && site.sshUser !== name && (
              <span className={styles.identityLabel}> · {t('connect.sshUser', { user: site.sshUser })}</span>
            )}
          </span>
        )}
      </p>
      {outlook?.user && (
        <Button look="quiet" onClick={onSignOut}>
          {t('connect.signOut')}
        </Button>
      )}
    </div>
  )
}
