import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { portalPages, type PortalPage, type StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { Button } from '../../ui/button.tsx'
import { LiveText } from '../../ui/live-text.tsx'
import { t } from '../../ui/texts.ts'
import { Block, usePanel } from './block.tsx'
import styles from './status.module.css'

const pageNames = {
  '/dashboard': 'panels.launcher.pages.dashboard',
  '/vnc': 'panels.launcher.pages.vnc',
  '/cae': 'panels.launcher.pages.cae',
  '/app': 'panels.launcher.pages.app',
  '/moonlight': 'panels.launcher.pages.moonlight',
} as const satisfies Record<PortalPage, string>

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
    <Block name="launcher" title={t('panels.launcher.title')}>
      <div className={styles.launcher}>
        {portalPages
          .filter((page) => !absent.includes(page))
          .map((page) => (
            <Button key={page} icon={<ExternalLink />} onClick={() => open(page)}>
              {t(pageNames[page])}
            </Button>
          ))}
      </div>
      <p className={styles.note}>{t('panels.launcher.opensInBrowser')}</p>
      <LiveText>{failed ? t('panels.launcher.openFailed') : ''}</LiveText>
      {failed && <p className={styles.problem}>{t('panels.launcher.openFailed')}</p>}
    </Block>
  )
}
