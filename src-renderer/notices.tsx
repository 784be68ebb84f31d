/** Banners above a view: what its connection warns of, and what is wrong between this page and the app. */
import type { Failure } from '../src-main/shared/errors.ts'
import type { DesktopSnapshot } from '../src-main/shared/model/desktop.ts'
import type { TransportState } from './api/index.ts'
import styles from './app.module.css'
import { Banner } from './ui/banner.tsx'
import { inWords, say, t } from './ui/texts.ts'

/** What does not stop the desktop, and should be known. */
export function Warnings({ snapshot }: { snapshot: DesktopSnapshot | null }) {
  if (!snapshot || snapshot.warnings.length === 0) return null
  return (
    <div className={styles.warnings}>
      {snapshot.warnings.map((warning) => (
        <Banner key={say(warning)} tone="caution">
          {say(warning)}
        </Banner>
      ))}
    </div>
  )
}

/** What is wrong between this page and the app, or with the last thing the user asked for. */
export function Notices({
  transport,
  loaded,
  failure,
  onDismiss,
}: {
  transport: TransportState
  loaded: boolean
  failure: Failure | null
  onDismiss: () => void
}) {
  const lost = loaded && transport !== 'connected'
  if (!lost && !failure) return null
  return (
    <div className={styles.notices}>
      {lost && (
        <Banner tone={transport === 'disconnected' ? 'bad' : 'caution'}>
          {transport === 'disconnected' ? t('app.gone') : t('app.reconnectingToApp')}
        </Banner>
      )}
      {failure && (
        <Banner tone="bad" onDismiss={onDismiss} dismissLabel={t('app.close')}>
          {inWords(failure).message} {inWords(failure).nextStep}
        </Banner>
      )}
    </div>
  )
}
