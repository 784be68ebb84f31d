import { useEffect, useRef, useState } from 'react'
import { toFailure } from '../../../src-main/shared/errors.ts'
import type { Client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { inWords, t } from '../../ui/texts.ts'
import { Veil } from '../../ui/veil.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import type { RfbView } from './rfb-view.ts'
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
  const view = useRef<RfbView | null>(null)
  const [shown, setShown] = useState(false)
  const [asking, setAsking] = useState(false)
  /** What the server said to the password before; kept over a new port. */
  const [problem, setProblem] = useState<string | null>(null)
  const [stopped, setStopped] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    const target = container.current
    if (!target || epoch === 0) return undefined
    let over = false
    let opened: RfbView | null = null
    setShown(false)
    setAsking(false)
    setStopped(null)
    async function open(place: HTMLDivElement): Promise<void> {
      const [{ showRfb }, port] = await Promise.all([
        // A part of its own: most people never need it.
        import('./rfb-view.ts'),
        client.call('desktop.openPort', { desktopId }).then((opening) => client.takeFramePort(opening)),
      ])
      if (over) {
        if (port.kind === 'message-port') port.port.close()
        return
      }
      opened = showRfb(place, port, {
        onShown(withoutPassword) {
          setShown(true)
          setAsking(false)
          setProblem(null)
          if (withoutPassword) onOpen()
        },
        onPassword: () => setAsking(true),
        onRefused(reason) {
          setAsking(false)
          setProblem(reason === '' ? t('vnc.password.refused') : t('vnc.password.refusedBecause', { reason }))
        },
        onEnded(refused) {
          setShown(false)
          setAsking(false)
          // Either closes first after a refusal, noVNC or the server: the app makes a new way only for the server.
          if (refused) setAttempt((count) => count + 1)
          else setStopped(t('vnc.lost'))
        },
      })
      view.current = opened
    }
    open(target).catch((error: unknown) => {
      const { message, nextStep } = inWords(toFailure(error))
      if (!over) setStopped(`${message} ${nextStep}`)
    })
    return () => {
      over = true
      opened?.dispose()
      view.current = null
    }
  }, [client, desktopId, epoch, attempt, onOpen])

  const words = veil ?? problem ?? stopped ?? (shown ? null : t('vnc.waiting'))
  return (
    <div className={styles.stage}>
      <div
        ref={container}
        className={styles.picture}
        data-part="vnc-picture"
        // Keys belong to what is in here (tab-bar.tsx).
        data-stream={desktopId}
      />
      {words !== null && !asking && (
        <Veil>
          <p>{words}</p>
          {veil === null && stopped !== null && (
            <Button look="primary" onClick={() => setAttempt(attempt + 1)}>
              {t('stream.showAgain')}
            </Button>
          )}
        </Veil>
      )}
      {asking && (
        <PasswordDialog
          problem={problem}
          onLogin={(password) => {
            setAsking(false)
            setProblem(null)
            view.current?.login(password)
          }}
          // The desktop stays, and so do the other views.
          onCancel={() => {
            view.current?.dispose()
            setAsking(false)
            setProblem(null)
            setStopped(t('vnc.password.unanswered'))
          }}
        />
      )}
    </div>
  )
}
