import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { statusMessages } from '../../ui/messages-status.ts'
import { Block } from './block.tsx'
import styles from './status.module.css'

const text = statusMessages.access

/** The way to the node that holds: what it cannot do, and why a better one was not taken. */
export function AccessBlock({ access }: { access: DesktopSnapshot['access'] }) {
  if (!access) return null
  const { route, limits, tried } = access
  const refused = tried.filter(({ outcome }) => outcome !== 'taken')
  return (
    <Block name="access" title={text.title} digest={text.routes[route]}>
      <div className={styles.part}>
        {limits.length === 0 ? (
          <p>{text.everything}</p>
        ) : (
          <>
            <h3 className={styles.partTitle}>{text.limits}</h3>
            <ul className={styles.limits}>
              {limits.map((limit) => (
                <li key={limit}>{limit}</li>
              ))}
            </ul>
          </>
        )}
      </div>
      {refused.length > 0 && (
        <div className={styles.part}>
          <h3 className={styles.partTitle}>{text.others}</h3>
          <ul className={styles.limits}>
            {refused.map(({ route: other, why }) => (
              <li key={other}>{`${text.routes[other]}: ${why ?? text.noReason}`}</li>
            ))}
          </ul>
        </div>
      )}
    </Block>
  )
}
