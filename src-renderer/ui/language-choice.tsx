import { languages, type LanguageWish } from '../../src-main/shared/texts/index.ts'
import { t, useLanguageWish, wishForLanguage } from './texts.ts'
import styles from './language-choice.module.css'

const wishes: readonly LanguageWish[] = ['system', ...languages]

/** Which language the page speaks: the system's, or one that is chosen. */
export function LanguageChoice({
  managed,
  onChoose,
}: {
  /** The administrator has chosen. */
  managed: boolean
  /** For remembering it; the page speaks it at once. */
  onChoose: (wish: LanguageWish) => void
}) {
  const wish = useLanguageWish()
  return (
    <select
      className={styles.choice}
      aria-label={t('app.language.label')}
      value={wish}
      disabled={managed}
      onChange={(event) => {
        const chosen = wishes.find((one) => one === event.target.value) ?? 'system'
        wishForLanguage(chosen)
        onChoose(chosen)
      }}
    >
      {wishes.map((one) => (
        <option key={one} value={one} lang={one === 'system' ? undefined : one}>
          {t(`app.language.${one}`)}
        </option>
      ))}
    </select>
  )
}
