import type { StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Block, PartBlock } from './block.tsx'
import styles from './status.module.css'
import { t } from '../../ui/texts.ts'

const slowMs = 180_000

/** What the portal announces to its users: text of strangers, shown as text. */
export function NotificationsBlock({ status }: { status: StatusSnapshot }) {
  const { notifications } = status
  const unread = notifications.value?.filter(({ read, example }) => !read && !example).length ?? 0
  return (
    <Block
      name="notifications"
      title={t('panels.notifications.title')}
      digest={
        notifications.value &&
        (unread === 0 ? t('panels.notifications.none') : t('panels.notifications.unread', { count: unread }))
      }
      of={notifications}
      afterMs={slowMs}
    >
      <PartBlock part={notifications} afterMs={slowMs} note={t('panels.notifications.untrusted')}>
        {(list) => (
          <ul className={styles.notifications}>
            {list.map((one, index) => (
              <li key={one.id || index} className={styles.notification} data-example={one.example}>
                <p className={one.read || one.example ? undefined : styles.own}>{one.title}</p>
                <p>{one.message}</p>
                <p className={styles.note}>
                  {one.example ? `${t('panels.notifications.example')} · ` : ''}
                  {one.when}
                </p>
              </li>
            ))}
          </ul>
        )}
      </PartBlock>
    </Block>
  )
}
