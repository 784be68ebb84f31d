import { Hourglass, MonitorPlay, RotateCcw, ShieldCheck } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { CallInput, CallOutput } from '../../../src-main/shared/contract.ts'
import { useAfterPaint } from '../../ui/after-paint.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, CardHead } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { t } from '../../ui/texts.ts'
import styles from './connect.module.css'
import { QualityChoice } from './quality-choice.tsx'
import { SignInNote } from './sign-in-note.tsx'
import type { SignInStore } from './sign-in-store.ts'
import { chosenSite, userAt, videoOf, type ConnectStore } from './store.ts'

const promises = [
  { name: 'waiting', Icon: Hourglass },
  { name: 'keeps', Icon: RotateCcw },
  { name: 'secure', Icon: ShieldCheck },
] as const

/** The first screen: where to, as whom, and one button. `notice` says how the last connection ended. */
export function ConnectCard({
  info,
  store,
  signIns,
  busy,
  hasOpen,
  notice,
  below,
  takeFocus,
  onConnect,
}: {
  info: CallOutput<'app.info'>
  store: ConnectStore
  signIns: SignInStore
  busy: boolean
  /** Whether a site's desktop is open in another view: the button then starts a session beside it. */
  hasOpen: (siteId: string) => boolean
  notice: ReactNode
  /** What else is chosen for a new session, where there is a choice. */
  below: ReactNode
  /** The user comes back from another screen: the heading gets the focus. */
  takeFocus: boolean
  onConnect: (input: CallInput<'desktop.start'>) => void
}) {
  const form = useStore(store)
  const site = chosenSite(form, info)
  const heading = useRef<HTMLHeadingElement>(null)
  const [missing, setMissing] = useState(false)
  const siteId = site?.id ?? null
  const outlook = useStore(signIns, ({ bySite }) => (siteId === null ? null : (bySite[siteId] ?? null)))

  useEffect(() => {
    if (takeFocus) heading.current?.focus()
  }, [takeFocus])

  const painted = useAfterPaint()
  useEffect(() => {
    if (painted && siteId !== null) void signIns.look(siteId)
  }, [painted, siteId, signIns])

  if (!site) {
    return (
      <Card labelledBy="connect-title" tall>
        <CardHead
          icon={<MonitorPlay />}
          headingId="connect-title"
          headingRef={heading}
          title={t('connect.noSites')}
        >
          <p className={styles.lead}>{t('connect.noSitesNext')}</p>
        </CardHead>
      </Card>
    )
  }

  const typed = userAt(form, site.id)
  const user = site.portalUser ?? typed.trim()
  // Where the browser signs in, the portal says who it is.
  const nameNeeded =
    site.portalOrigin !== null && !site.portalUser && outlook?.kind !== 'browser' && outlook?.kind !== 'token'
  const video = videoOf(form.preset, info.defaultVideo)
  const another = hasOpen(site.id)

  function connect(): void {
    if (!site) return
    setMissing(user === '')
    if (user === '' && nameNeeded) return
    store.used(site.id, nameNeeded ? user : null)
    onConnect({
      ...{ siteId: site.id, kind: 'stream', user: user || null, video },
      ...(another ? { newSession: true } : {}),
    })
  }

  return (
    <Card labelledBy="connect-title" tall below={below}>
      <CardHead
        icon={<MonitorPlay />}
        headingId="connect-title"
        headingRef={heading}
        title={t('connect.title', { site: site.name })}
      >
        <p className={styles.lead}>{another ? t('connect.anotherLead') : t('connect.lead')}</p>
      </CardHead>
      <div className={styles.notice}>{notice}</div>
      {!notice && <UnusableProfiles profiles={info.unusableProfiles ?? []} />}
      {!notice && (site.portalUser || site.portalOrigin === null) && info.sites.length === 1 && <Promises />}
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          connect()
        }}
      >
        {info.sites.length > 1 && (
          <SelectField
            label={t('connect.site')}
            value={site.id}
            options={info.sites.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => store.chooseSite(event.target.value)}
          />
        )}
        <SignInNote site={site} outlook={outlook} onSignOut={() => void signIns.signOut(site.id)} />
        {nameNeeded && (
          <TextField
            label={t('connect.user')}
            hint={missing && user === '' ? t('connect.userMissing') : t('connect.userHint')}
            value={typed}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={256}
            required
            aria-invalid={missing && user === ''}
            onChange={(event) => store.enterUser(event.target.value)}
          />
        )}
        <Button look="primary" size="large" type="submit" wide busy={busy}>
          {busy ? t('connect.connecting') : another ? t('connect.another') : t('connect.connect')}
        </Button>
        <QualityChoice
          preset={form.preset}
          managed={form.presetManaged}
          automatic={info.defaultVideo}
          onChoose={store.choosePreset}
        />
      </form>
    </Card>
  )
}

/** What a newcomer wonders about, where there is room for it. */
function Promises() {
  return (
    <ul className={styles.promises}>
      {promises.map(({ name, Icon }) => (
        <li key={name}>
          <Icon aria-hidden="true" />
          {t(`connect.promises.${name}`)}
        </li>
      ))}
    </ul>
  )
}

/** An administrator's slip in one profile must not hide that there is one. */
function UnusableProfiles({ profiles }: { profiles: readonly { file: string; reason: string }[] }) {
  const [first] = profiles
  if (first === undefined) return null
  const key = profiles.length === 1 ? 'connect.unusable' : 'connect.unusableMore'
  return <p className={styles.detail}>{t(key, { ...first, count: profiles.length })}</p>
}
