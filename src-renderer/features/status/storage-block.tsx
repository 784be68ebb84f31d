import type { ReactNode } from 'react'
import type { Disk, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Button } from '../../ui/button.tsx'
import { formatCount, formatPercent, formatUsed } from '../../ui/format.ts'
import { t } from '../../ui/texts.ts'
import { Block, PartBlock, usePanel } from './block.tsx'
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

/** A part that is shown with a button, by which it is asked for. */
function Requested<P extends 'dataDisk' | 'scratch'>({
  status,
  part,
  children,
}: {
  status: StatusSnapshot
  part: P
  children: (value: NonNullable<StatusSnapshot[P]['value']>) => ReactNode
}) {
  const { store } = usePanel()
  const name: 'dataDisk' | 'scratch' = part
  const title = t(`panels.storage.${name}`)
  return (
    <>
      <PartBlock title={title} part={status[part]} afterMs={slowMs}>
        {children}
      </PartBlock>
      <div>
        <Button
          look="quiet"
          aria-label={t('panels.storage.lookNowNamed', { what: title })}
          onClick={() => store.refresh(status.siteId, part)}
        >
          {t('panels.storage.lookNow')}
        </Button>
      </div>
    </>
  )
}

/** Disks: those of the portal's machine by themselves, the others when they are pushed or asked for. */
export function StorageBlock({ status }: { status: StatusSnapshot }) {
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
      of={status.disks}
    >
      <PartBlock title={t('panels.storage.disks')} part={status.disks}>
        {list}
      </PartBlock>
      <Requested status={status} part="dataDisk">
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
      <Requested status={status} part="scratch">
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
