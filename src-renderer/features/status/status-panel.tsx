import { ClipboardCheck } from 'lucide-react'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { ConnectionSnapshot } from '../../../src-main/shared/model/connection.ts'
import type { ViewFacts } from '../../stream/index.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatBytes, formatClock, formatCount, formatMs, formatRate } from '../../ui/format.ts'
import { messages } from '../../ui/messages.ts'
import { useNow } from '../../ui/use-now.ts'
import { Block } from './block.tsx'
import { SiteBlocks } from './site-blocks.tsx'
import styles from './status.module.css'
import type { StatusStore } from './store.ts'
import { TimeLeft } from './time-left.tsx'

const text = messages.status
/** Figures of link and picture that are older than this are greyed. */
const staleAfterMs = 10_000

/** Beside the stream: session, time left, the site's health, link and picture, each with source and age. */
export function StatusPanel({
  snapshot,
  receivedAt,
  view,
  store,
  onCheckSite,
}: {
  snapshot: ConnectionSnapshot
  receivedAt: number
  /** The picture's own figures, and when they were taken; null before the first. */
  view: { facts: ViewFacts; at: number } | null
  store: StatusStore
  onCheckSite: () => void
}) {
  const now = useNow()
  const status = useStore(store, (state) => state.bySite[snapshot.siteId])
  useEffect(() => store.watch(snapshot.siteId), [store, snapshot.siteId])
  const lost = snapshot.state === 'reconnecting'

  return (
    <div className={styles.panel}>
      {snapshot.warnings.map((warning) => (
        <Banner key={warning} tone="caution">
          {warning}
        </Banner>
      ))}
      <SessionBlock snapshot={snapshot} receivedAt={receivedAt} now={now} />
      {status && <SiteBlocks status={status} user={snapshot.user?.name ?? null} now={now} />}
      <LinkBlock snapshot={snapshot} receivedAt={receivedAt} now={now} lost={lost} />
      <PictureBlock snapshot={snapshot} view={view} now={now} lost={lost} />
      <Button look="quiet" icon={<ClipboardCheck />} onClick={onCheckSite}>
        {messages.siteCheck.open}
      </Button>
    </div>
  )
}

function SessionBlock({
  snapshot,
  receivedAt,
  now,
}: {
  snapshot: ConnectionSnapshot
  receivedAt: number
  now: number
}) {
  const { session, user } = snapshot
  return (
    <Block title={text.session} source={text.sessionSource} at={receivedAt} now={now} stale={false}>
      {session && <TimeLeft session={session} now={now} />}
      <FigureList>
        {user && (
          <Figure name={text.user}>
            {user.name}
            {!user.verified && ` (${text.unverified})`}
          </Figure>
        )}
        {session && (
          <>
            <Figure name={text.node}>{session.node ?? '–'}</Figure>
            <Figure name={text.state}>{session.status}</Figure>
            <Figure name={text.job}>{session.jobId ?? '–'}</Figure>
            <Figure name={text.sessionId}>{session.id}</Figure>
            {session.imageId && <Figure name={text.image}>{session.imageId}</Figure>}
            {session.runningSince !== null && (
              <Figure name={text.since}>{formatClock(session.runningSince, now)}</Figure>
            )}
          </>
        )}
      </FigureList>
      <p className={styles.note}>{text.keeps}</p>
    </Block>
  )
}

function LinkBlock({
  snapshot: { link },
  receivedAt,
  now,
  lost,
}: {
  snapshot: ConnectionSnapshot
  receivedAt: number
  now: number
  lost: boolean
}) {
  if (!link) return null
  const stale = lost || now - receivedAt > staleAfterMs
  return (
    <Block title={text.link} source={text.linkSource} at={receivedAt} now={now} stale={stale}>
      <FigureList stale={stale}>
        <Figure name={text.roundTrip}>{formatMs(link.roundTripMs)}</Figure>
        <Figure name={text.linkKind}>{text.linkKinds[link.kind]}</Figure>
        <Figure name={text.received}>{formatBytes(link.receivedBytes)}</Figure>
        <Figure name={text.sent}>{formatBytes(link.sentBytes)}</Figure>
        <Figure name={text.underWay}>{formatBytes(link.unacknowledgedBytes)}</Figure>
        <Figure name={text.linkDropped}>{formatCount(link.droppedFrames)}</Figure>
      </FigureList>
    </Block>
  )
}

function PictureBlock({
  snapshot: { stream },
  view,
  now,
  lost,
}: {
  snapshot: ConnectionSnapshot
  view: { facts: ViewFacts; at: number } | null
  now: number
  lost: boolean
}) {
  if (!stream && !view) return null
  const stale = lost || view === null || now - view.at > staleAfterMs
  const facts = view?.facts ?? null
  return (
    <Block title={text.picture} source={text.pictureSource} at={view?.at ?? null} now={now} stale={stale}>
      <FigureList stale={stale}>
        {facts && (
          <>
            <Figure name={text.shown}>{text.perSecond(facts.fpsShown.toFixed(0))}</Figure>
            <Figure name={text.decode}>{formatMs(facts.decodeP50Ms)}</Figure>
            <Figure name={text.decodeWorst}>{formatMs(facts.decodeP99Ms)}</Figure>
            <Figure name={text.decoder}>
              {facts.hardware === null
                ? text.decoderUnknown
                : facts.hardware
                  ? text.hardware
                  : text.software}
            </Figure>
            <Figure name={text.lost}>
              {text.lostOf(
                formatCount(facts.framesDropped),
                formatCount(stream?.framesReceived ?? facts.framesDecoded),
              )}
            </Figure>
          </>
        )}
        {stream && (
          <>
            <Figure name={text.size}>{`${stream.width} × ${stream.height}`}</Figure>
            <Figure name={text.rate}>{formatRate(stream.bitrateKbps)}</Figure>
            <Figure name={text.codec}>{stream.codec ?? '–'}</Figure>
          </>
        )}
      </FigureList>
    </Block>
  )
}
