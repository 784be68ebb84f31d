import { useRef } from 'react'
import type { Client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { t } from '../../ui/texts.ts'
import { Veil } from '../../ui/veil.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { useRfb } from './use-rfb.ts'
import styles from './vnc.module.css'

/** The picture of a desktop, for as long as its port stays; the caller makes a new one for each epoch. */
export function VncStage({
  client,
  desktopId,
  epoch,
  veil,
  onOpen,
}: {
  client: Client
  desktopId: string
  epoch: number
  /** What covers the picture meanwhile; null: nothing. */
  veil: string | null
  /** The server asks for no password. */
  onOpen: () => void
}) {
  const container = useRef<HTMLDivElement>(null)
  const { shown, asking, problem, stopped, ...rfb } = useRfb(container, { client, desktopId, epoch, onOpen })
  const words = veil ?? problem ?? stopped?.text ?? (shown ? null : t('vnc.waiting'))
  return (
    <div className={styles.stage}>
      <div
        ref={container}
        className={styles.picture}
        data-part="vnc-picture"
        // Keys belong to what is in here (tab-bar.tsx).
        data-stream={desktopId}
      />
      {words !== null && asking === null && (
        <Veil>
          <p>{words}</p>
          {veil === null && stopped?.again === true && (
            <Button look="primary" onClick={rfb.again}>
              {t('stream.showAgain')}
            </Button>
          )}
        </Veil>
      )}
      {asking !== null && (
        <PasswordDialog
          problem={problem}
          withName={asking === 'name-and-password'}
          nameBefore={rfb.name}
          onLogin={rfb.login}
          onCancel={rfb.leaveUnanswered}
        />
      )}
    </div>
  )
}
