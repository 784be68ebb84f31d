import { ClipboardCheck } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import type { StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import type { ViewFacts } from '../../stream/index.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Figure, FigureList } from '../../ui/figure-list.tsx'
import { formatBytes, formatClock, formatCount, formatMs, formatRate } from '../../ui/format.ts'
import { say, t } from '../../ui/texts.ts'
import { useNow } from '../../ui/use-now.ts'
import { AccessBlock } from './access-block.tsx'
import { Block, isStale, PanelContext, Sourced, usePanel } from './block.tsx'
import { NodesBlock, QueueBlock } from './cluster-blocks.tsx'
import { GpuBlock, HistoryBlock } from './gpu-block.tsx'
import { Launcher } from './launcher.tsx'
import { NotificationsBlock } from './notifications-block.tsx'
import { ServicesBlock } from './services-block.tsx'
import styles from './status.module.css'
import { StorageBlock } from './storage-block.tsx'
import type { StatusStore } from './store.ts'
import { TimeLeft } from './time-left.tsx'

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
  snapshot: DesktopSnapshot
  receivedAt: number
  /** The picture's own figures, and when they were taken; null before the first. */
  view: { facts: ViewFacts; at: number } | null
  store: StatusStore
  onCheckSite: () => void
}) {
  const now = useNow()
  const status = useStore(store, (state) => state.bySite[snapshot.siteId]) ?? null
  const { siteId, desktopId } = snapshot
  useEffect(() => store.watch(siteId, desktopId), [store, siteId, desktopId])
  const panel = useMemo(() => ({ now, store }), [now, store])
  const lost = snapshot.state === 'reconnecting'

  return (
    <PanelContext value={panel}>
      <div className={styles.panel}>
        {snapshot.warnings.map((warning) => (
          <Banner key={say(warning)} tone="caution">
            {say(warning)}
          </Banner>
        ))}
        <SessionBlock snapshot={snapshot} status={status} receivedAt={receivedAt} />
        {status && (
          <>
            <GpuBlock status={status} />
            {status.hasPortal && <ServicesBlock status={status} />}
            <NodesBlock status={status} ownNode={snapshot.session?.node ?? null} />
            <QueueBlock status={status} user={snapshot.user?.name ?? null} />
            {status.hasPortal && (
              <>
                <StorageBlock status={status} />
                <NotificationsBlock status={status} />
                <HistoryBlock status={status} />
              </>
            )}
          </>
        )}
        <AccessBlock access={snapshot.access} />
        <LinkBlock snapshot={snapshot} receivedAt={receivedAt} lost={lost} />
        <PictureBlock snapshot={snapshot} view={view} lost={lost} />
        {status?.hasPortal !== false && <Launcher siteId={snapshot.siteId} status={status} />}
        <Button look="quiet" icon={<ClipboardCheck />} onClick={onCheckSite}>
          {t('site-check.open')}
        </Button>
      </div>
    </PanelContext>
  )
}

function SessionBlock({
  snapshot,
  status,
  receivedAt,
}: {
  snapshot: DesktopSnapshot
  status: StatusSnapshot | null
  receivedAt: number
}) {
  const { now } = usePanel()
  const { session, user } = snapshot
  const own = status?.sessions.value?.find(({ id }) => id === session?.id)
  const others = status?.sessions.value?.filter(({ kind }) => kind === 'vnc') ?? []
  return (
    <Block name="session" title={t('status.session')} open>
      <Sourced source={t('status.sessionSource')} at={receivedAt} stale={false} note={t('status.keeps')}>
        {session && <TimeLeft session={session} now={now} />}
        <FigureList>
          {user && (
            <Figure name={t('status.user')}>
              {user.name}
              {!user.verified && ` (${t('status.unverified')})`}
            </Figure>
          )}
          {session && (
            <>
              <Figure name={t('status.node')}>{session.node ?? '–'}</Figure>
              <Figure name={t('status.state')}>{session.status}</Figure>
              <Figure name={t('status.job')}>{session.jobId ?? '–'}</Figure>
              <Figure name={t('status.sessionId')}>{session.id}</Figure>
              {snapshot.hostProof && (
                <Figure name={t('status.host')}>{t(`proof.${snapshot.hostProof}`)}</Figure>
              )}
              {session.imageId && <Figure name={t('status.image')}>{session.imageId}</Figure>}
              {session.runningSince !== null && (
                <Figure name={t('status.since')}>{formatClock(session.runningSince, now)}</Figure>
              )}
            </>
          )}
        </FigureList>
      </Sourced>
      {status && (own || others.length > 0) && (
        <Sourced
          source={status.sessions.source}
          at={status.sessions.at}
          stale={isStale(status.sessions, now)}
          problem={status.sessions.problem}
        >
          <FigureList stale={isStale(status.sessions, now)}>
            {own && <Figure name={t('status.portalSays')}>{own.status}</Figure>}
            {others.map(({ id, status: word }) => (
              <Figure key={id} name={t('status.vncSession')}>{`${id}: ${word}`}</Figure>
            ))}
          </FigureList>
        </Sourced>
      )}
    </Block>
  )
}

function LinkBlock({
  snapshot: { link },
  receivedAt,
  lost,
}: {
  snapshot: DesktopSnapshot
  receivedAt: number
  lost: boolean
}) {
  const { now } = usePanel()
  if (!link) return null
  const { line } = link
  const stale = lost || now - receivedAt > staleAfterMs
  return (
    <Block name="link" title={t('status.link.title')} digest={formatMs(link.roundTripMs)} stale={stale}>
      <Sourced source={t('status.link.source')} at={receivedAt} stale={stale}>
        <FigureList stale={stale}>
          <Figure name={t('status.link.roundTrip')}>{formatMs(link.roundTripMs)}</Figure>
          {line && (
            <>
              <Figure name={t(line.narrow ? 'status.link.canCarry' : 'status.link.carries')}>
                {formatRate(line.carriedKbps)}
              </Figure>
              <Figure name={t('status.link.path')}>{formatMs(line.pathMs)}</Figure>
              <Figure name={t('status.link.queue')}>{formatMs(line.queueMs)}</Figure>
            </>
          )}
          <Figure name={t('status.link.received')}>{formatBytes(link.receivedBytes)}</Figure>
          <Figure name={t('status.link.sent')}>{formatBytes(link.sentBytes)}</Figure>
          <Figure name={t('status.link.underWay')}>{formatBytes(link.unacknowledgedBytes)}</Figure>
          <Figure name={t('status.link.dropped')}>{formatCount(link.droppedFrames)}</Figure>
        </FigureList>
      </Sourced>
    </Block>
  )
}

function PictureBlock({
  snapshot: { stream, pace },
  view,
  lost,
}: {
  snapshot: DesktopSnapshot
  view: { facts: ViewFacts; at: number } | null
  lost: boolean
}) {
  const { now } = usePanel()
  if (!stream && !view) return null
  const stale = lost || view === null || now - view.at > staleAfterMs
  const facts = view?.facts ?? null
  return (
    <Block
      name="picture"
      title={t('status.picture.title')}
      digest={facts && t('status.picture.perSecond', { rate: formatCount(facts.fpsShown) })}
      stale={stale}
    >
      <Sourced source={t('status.picture.source')} at={view?.at ?? null} stale={stale}>
        <FigureList stale={stale}>
          {facts && (
            <>
              <Figure name={t('status.picture.shown')}>
                {t('status.picture.perSecond', { rate: formatCount(facts.fpsShown) })}
              </Figure>
              <Figure name={t('status.picture.decode')}>{formatMs(facts.decodeP50Ms)}</Figure>
              <Figure name={t('status.picture.decodeWorst')}>{formatMs(facts.decodeP99Ms)}</Figure>
              <Figure name={t('status.picture.decoder')}>
                {facts.hardware === null
                  ? t('status.picture.decoderUnknown')
                  : facts.hardware
                    ? t('status.picture.hardware')
                    : t('status.picture.software')}
              </Figure>
              <Figure name={t('status.picture.lost')}>
                {t('status.picture.lostOf', {
                  lost: formatCount(facts.framesDropped),
                  all: formatCount(stream?.framesReceived ?? facts.framesDecoded),
                })}
              </Figure>
            </>
          )}
          {stream && (
            <>
              <Figure name={t('status.picture.size')}>{`${stream.width} × ${stream.height}`}</Figure>
              <Figure name={t('status.picture.rate')}>{formatRate(stream.bitrateKbps)}</Figure>
              {pace && (
                <Figure name={t('status.picture.asked')}>
                  {pace.why === 'asked'
                    ? formatRate(pace.bitrateKbps)
                    : t('status.picture.askedOf', {
                        rate: formatRate(pace.bitrateKbps),
                        all: formatRate(pace.askedKbps),
                      })}
                </Figure>
              )}
              <Figure name={t('status.picture.codec')}>{stream.codec ?? '–'}</Figure>
            </>
          )}
        </FigureList>
      </Sourced>
    </Block>
  )
}
