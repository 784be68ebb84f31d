import { RefreshCw, Unplug } from 'lucide-react'
import { useEffect, useImperativeHandle, useRef, useState, type ReactNode, type Ref } from 'react'
import { useStore } from 'zustand'
import { toFailure } from '../../../src-main/shared/errors.ts'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import type { Client } from '../../api/index.ts'
import type { startStreamView, StreamView } from '../../stream/index.ts'
import { Button } from '../../ui/button.tsx'
import { inWords, say, t } from '../../ui/texts.ts'
import { Veil } from '../../ui/veil.tsx'
import type { StreamStore } from './store.ts'
import styles from './stream.module.css'

/** How long it is shown that a key cannot be sent. */
const unsentMs = 12_000

export interface StageHandle {
  /** Gives the keyboard to the remote desktop. */
  focus(): void
}

/**
 * The picture. A view lives as long as `epoch` stays; while the connection is being made again its last picture stays
 * under a veil.
 */
export function Stage({
  ref,
  client,
  desktopId,
  epoch,
  reconnecting,
  line,
  silence,
  detail,
  store,
  startView,
}: {
  ref: Ref<StageHandle>
  client: Client
  desktopId: string
  epoch: number
  reconnecting: boolean
  /** What a slow line means for the picture: said over it for as long as it lasts. */
  line: string | null
  /** No picture comes: likewise. */
  silence: NonNullable<DesktopSnapshot['silence']> | null
  detail: string | null
  store: StreamStore
  startView: typeof startStreamView
}) {
  const container = useRef<HTMLDivElement>(null)
  const view = useRef<StreamView | null>(null)
  const [attempt, setAttempt] = useState(0)
  const stopped = useStore(store, (state) => state.stopped[desktopId])
  const unsent = useStore(store, (state) => state.unsentKey[desktopId])
  const shown = useStore(store, (state) => (state.reports[desktopId]?.facts.firstFrameAt ?? null) !== null)

  useImperativeHandle(ref, () => ({ focus: () => view.current?.focus() }), [])

  useEffect(() => {
    if (!container.current || epoch === 0) return undefined
    store.started(desktopId)
    try {
      view.current = startView({
        container: container.current,
        client,
        desktopId,
        onFacts: (facts) => store.takeFacts(desktopId, facts),
        onEnded: (reason) => store.ended(desktopId, reason),
        onUnsentKey: (key) => store.unsent(desktopId, key),
      })
      view.current.focus()
    } catch (error) {
      store.ended(desktopId, { kind: 'failed', failure: toFailure(error) })
    }
    return () => {
      view.current?.dispose()
      view.current = null
    }
  }, [client, desktopId, epoch, attempt, startView, store])

  useEffect(() => {
    if (unsent === undefined) return undefined
    const timer = setTimeout(() => store.unsent(desktopId, null), unsentMs)
    return () => clearTimeout(timer)
  }, [desktopId, store, unsent])

  const inView = shown && !reconnecting && !stopped
  return (
    <div className={styles.stage}>
      <div ref={container} className={styles.picture} data-part="picture" />
      {reconnecting ? (
        <StageVeil title={t('stream.reconnecting')} note={detail ?? t('stream.reconnectingNote')} spinning />
      ) : stopped ? (
        <StageVeil
          title={stopped.kind === 'failed' ? inWords(stopped.failure).message : t('stream.stopped')}
          note={stopped.kind === 'failed' ? inWords(stopped.failure).nextStep : t('stream.stoppedNote')}
        >
          <Button look="primary" onClick={() => setAttempt(attempt + 1)}>
            {t('stream.showAgain')}
          </Button>
        </StageVeil>
      ) : (
        !shown && <StageVeil title={t('stream.waiting')} note="" />
      )}
      {/* Always there: what a screen reader shall hear must not come together with its words. */}
      <p className={styles.weak} role="status" data-part="weak">
        {inView &&
          (silence ? (
            <Silence {...silence} />
          ) : line !== null ? (
            line
          ) : (
            unsent !== undefined && unsentKeyText(unsent)
          ))}
      </p>
    </div>
  )
}

/** A name is no use to people: only a character is shown. */
const unsentKeyText = (key: string): string =>
  [...key].length === 1 ? t('stream.unsentKey', { key }) : t('stream.unsentNamelessKey')

/** The seconds are for the eye alone: a screen reader would say each of them. */
function Silence({ seconds, cause }: NonNullable<DesktopSnapshot['silence']>) {
  return (
    <>
      <span aria-hidden="true">{t('stream.noPictureFor', { seconds })}</span>
      <span className="only-read-out">{t('stream.noPicture')}</span>
      {cause && ` ${say(cause)}`}
    </>
  )
}

function StageVeil({
  title,
  note,
  spinning = false,
  children,
}: {
  title: string
  note: string
  spinning?: boolean
  children?: ReactNode
}) {
  const Icon = spinning ? RefreshCw : Unplug
  return (
    <Veil>
      {note && <Icon className={spinning ? styles.spinning : styles.veilIcon} aria-hidden="true" />}
      <p className={styles.veilTitle}>{title}</p>
      {note && <p className={styles.veilNote}>{note}</p>}
      {children}
    </Veil>
  )
}
