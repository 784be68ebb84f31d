import { languages, type LanguageWish } from '../../src-main/shared/texts/index.ts'
import { t, useLanguageWish, wishForLanguage } from './texts.ts'
import styles from './language-choice.module.css'

const wishes: readonly LanguageWish[] = ['system', ...languages]

/** Which language the page speaks: the system's, or one that is chosen. */
export function LanguageChoice() {
  const wish = useLanguageWish()
  return (
    <select
      className={styles.choice}
      aria-label={t('app.language.label')}
      value={wish}
      onChange={(event) => wishForLanguage(wishes.find((one) => one === event.target.value) ?? 'system')}
    >
      {wishes.map((one) => (
        <option key={one} value={one} lang={one === 'system' ? undefined : one}>
          {t(`app.language.${one}`)}
        </option>
      ))}
    </select>
  )
}
