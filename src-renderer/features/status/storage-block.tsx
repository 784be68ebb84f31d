import type { Disk, Measured, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Button } from '../../ui/button.tsx'
import { formatCount, formatPercent, formatUsed } from '../../ui/format.ts'
import { t } from '../../ui/texts.ts'
import { Block, isStale, PartBlock, usePanel } from './block.tsx'
import styles from './status.module.css'

const fullPercent = 90
/** Figures that cost the site much are not renewed each minute. */
const slowMs = 10 * 60_000

function DiskRow({ disk }: { disk: Disk }) {
  const { name, usedBytes, totalBytes, usedPercent } = disk
  const percent = formatPercent(usedPercent)
  return (
    <li className={styles.disk}>
      <span className={styles.diskName}>{name}</span>
      <span className={styles.diskFigure}>
        {usedBytes !== null && totalBytes !== null ? formatUsed(usedBytes, totalBytes) : percent}
      </span>
      {usedPercent !== null && (
        <progress
          className={usedPercent > fullPercent ? styles.barSoon : styles.bar}
          aria-label={t('panels.storage.full', { name, percent })}
          value={usedPercent}
          max={100}
        />
      )}
    </li>
  )
}

function Requested<T>({
  title,
  part,
  onLook,
  children,
}: {
  title: string
  part: Measured<T>
  onLook: () => void
  children: (value: T) => React.ReactNode
}) {
  return (
    <>
      <PartBlock title={title} part={part} afterMs={slowMs}>
        {children}
      </PartBlock>
      <div>
        <Button look="quiet" onClick={onLook} aria-label={t('panels.storage.lookNowNamed', { what: title })}>
          {t('panels.storage.lookNow')}
        </Button>
      </div>
    </>
  )
}

/** Disks: those of the portal's machine by themselves, the others when they are pushed or asked for. */
export function StorageBlock({ status }: { status: StatusSnapshot }) {
  const { now, store } = usePanel()
  const fullest = status.disks.value?.reduce<Disk | null>(
    (worst, disk) => ((disk.usedPercent ?? -1) > (worst?.usedPercent ?? -1) ? disk : worst),
    null,
  )
  const list = (disks: Disk[]) => (
    <ul className={styles.disks}>
      {disks.slice(0, 40).map((disk) => (
        <DiskRow key={disk.name} disk={disk} />
      ))}
    </ul>
  )
  return (
    <Block
      name="storage"
      title={t('panels.storage.title')}
      digest={
        fullest
          ? t('panels.storage.digest', { name: fullest.name, percent: formatPercent(fullest.usedPercent) })
          : null
      }
      stale={isStale(status.disks, now)}
    >
      <PartBlock title={t('panels.storage.disks')} part={status.disks}>
        {list}
      </PartBlock>
      <Requested
        title={t('panels.storage.dataDisk')}
        part={status.dataDisk}
        onLook={() => store.refresh(status.siteId, 'dataDisk')}
      >
        {(disk) => (
          <>
            {list([disk])}
            {disk.files !== null && disk.folders !== null && (
              <p className={styles.note}>
                {t('panels.storage.files', {
                  files: formatCount(disk.files),
                  folders: formatCount(disk.folders),
                })}
              </p>
            )}
          </>
        )}
      </Requested>
      <Requested
        title={t('panels.storage.scratch')}
        part={status.scratch}
        onLook={() => store.refresh(status.siteId, 'scratch')}
      >
        {({ nodes, activeNodes, totalNodes }) => (
          <>
            {list(nodes)}
            {activeNodes !== null && totalNodes !== null && (
              <p className={styles.note}>
                {t('panels.storage.scratchNodes', { active: activeNodes, all: totalNodes })}
              </p>
            )}
          </>
        )}
      </Requested>
      <p className={styles.note}>{t('panels.storage.lookNote')}</p>
    </Block>
  )
}
