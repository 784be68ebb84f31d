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
  const [asking, setAsking] = useState<'password' | 'name-and-password' | null>(null)
  /** What the server said to the password before; kept over a new port. */
  const [problem, setProblem] = useState<string | null>(null)
  /** Why nothing is shown any more; whether the same try may end otherwise. */
  const [stopped, setStopped] = useState<{ text: string; again: boolean } | null>(null)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    const target = container.current
    if (!target || epoch === 0) return undefined
    let over = false
    let opened: RfbView | null = null
    let withName = false
    setShown(false)
    setAsking(null)
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
          setAsking(null)
          setProblem(null)
          if (withoutPassword) onOpen()
        },
        onPassword(name) {
          withName = name
          setAsking(name ? 'name-and-password' : 'password')
        },
        onRefused(reason) {
          setAsking(null)
          setProblem(refusal(reason, withName))
        },
        onEnded({ refused, unusable, early }) {
          setShown(false)
          setAsking(null)
          // Either closes first after a refusal, noVNC or the server: the app makes a new way only for the server.
          if (refused) setAttempt((count) => count + 1)
          else if (unusable)
            setStopped({ text: t('vnc.unusable', { types: unusable.join(', ') }), again: false })
          else setStopped({ text: t(early ? 'vnc.lostEarly' : 'vnc.lost'), again: true })
        },
      })
      view.current = opened
    }
    open(target).catch((error: unknown) => {
      const { message, nextStep } = inWords(toFailure(error))
      if (!over) setStopped({ text: `${message} ${nextStep}`, again: true })
    })
    return () => {
      over = true
      opened?.dispose()
      view.current = null
    }
  }, [client, desktopId, epoch, attempt, onOpen])

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
            <Button look="primary" onClick={() => setAttempt(attempt + 1)}>
              {t('stream.showAgain')}
            </Button>
          )}
        </Veil>
      )}
      {asking !== null && (
        <PasswordDialog
          problem={problem}
          withName={asking === 'name-and-password'}
          onLogin={(name, password) => {
            setAsking(null)
            setProblem(null)
            view.current?.login(name, password)
          }}
          // The desktop stays, and so do the other views.
          onCancel={() => {
            view.current?.dispose()
            setAsking(null)
            setProblem(null)
            setStopped({ text: t('vnc.password.unanswered'), again: true })
          }}
        />
      )}
    </div>
  )
}

function refusal(reason: string, withName: boolean): string {
  if (withName) return t('vnc.password.refusedLogin')
  return reason === '' ? t('vnc.password.refused') : t('vnc.password.refusedBecause', { reason })
}
