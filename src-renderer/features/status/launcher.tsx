import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { portalPages, type PortalPage, type StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Button } from '../../ui/button.tsx'
import { LiveText } from '../../ui/live-text.tsx'
import { statusMessages } from '../../ui/messages-status.ts'
import { Block, usePanel } from './block.tsx'
import styles from './status.module.css'

const text = statusMessages

/** The portal's own pages, opened in the system's browser. Those that are not there are left out. */
export function Launcher({ siteId, status }: { siteId: string; status: StatusSnapshot | null }) {
  const { store } = usePanel()
  const [failed, setFailed] = useState(false)
  const absent = status?.routes.value?.filter(({ state }) => state === 'absent').map(({ path }) => path) ?? []
  const open = (page: PortalPage): void => {
    setFailed(false)
    store.openPage(siteId, page).catch(() => setFailed(true))
  }
  return (
    <Block name="launcher" title={text.launcher}>
      <div className={styles.launcher}>
        {portalPages
          .filter((page) => !absent.includes(page))
          .map((page) => (
            <Button key={page} icon={<ExternalLink />} onClick={() => open(page)}>
              {text.pages[page]}
            </Button>
          ))}
      </div>
      <p className={styles.note}>{text.opensInBrowser}</p>
      <LiveText>{failed ? text.openFailed : ''}</LiveText>
      {failed && <p className={styles.problem}>{text.openFailed}</p>}
    </Block>
  )
}
