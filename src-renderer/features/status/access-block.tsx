import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { Block } from './block.tsx'
import styles from './status.module.css'
import { say, t } from '../../ui/texts.ts'

/** The way to the node that holds: what it cannot do, and why a better one was not taken. */
export function AccessBlock({ access }: { access: DesktopSnapshot['access'] }) {
  if (!access) return null
  const { route, limits, tried, relay, openssh } = access
  const refused = tried.filter(({ outcome }) => outcome !== 'taken')
  return (
    <Block name="access" title={t('status.access.title')} digest={t(`status.access.routes.${route}`)}>
      <div className={styles.part}>
        {limits.length === 0 ? (
          <p>{t('status.access.everything')}</p>
        ) : (
          <>
            <h3 className={styles.partTitle}>{t('status.access.limits')}</h3>
            <ul className={styles.limits}>
              {limits.map((limit) => (
                <li key={limit}>{t(`routes.limits.${limit}`)}</li>
              ))}
            </ul>
          </>
        )}
      </div>
      {openssh && (
        <div className={styles.part}>
          <p>{t(`status.access.openssh.${openssh}`)}</p>
        </div>
      )}
      {relay && (
        <div className={styles.part}>
          <h3 className={styles.partTitle}>{t('status.access.relay', { folder: relay.folder })}</h3>
          <ul className={styles.limits}>
            {relay.passedOver.map(({ folder, why }, index) => (
              <li key={index}>{t('status.access.relayNotIn', { folder, why })}</li>
            ))}
            {relay.whyNoSocket !== undefined && (
              <li>{t('status.access.noSocket', { why: relay.whyNoSocket })}</li>
            )}
          </ul>
        </div>
      )}
      {refused.length > 0 && (
        <div className={styles.part}>
          <h3 className={styles.partTitle}>{t('status.access.others')}</h3>
          <ul className={styles.limits}>
            {refused.map(({ route: other, why }) => (
              <li key={other}>
                {t('status.access.refused', {
                  route: t(`status.access.routes.${other}`),
                  why: why === null ? t('status.access.noReason') : say(why),
                })}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Block>
  )
}
