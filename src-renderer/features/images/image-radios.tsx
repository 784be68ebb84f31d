import { useId } from 'react'
import type { Image } from '../../../src-main/shared/model/image.ts'
import choices from '../../ui/choices.module.css'
import { t } from '../../ui/texts.ts'
import styles from './images.module.css'

/** Images to choose one of: each with its name, what is in it, and why it cannot be chosen where it cannot. */
export function ImageRadios({
  images,
  legend,
  selected,
  managed,
  onChoose,
}: {
  images: readonly Image[]
  legend: string
  /** Id; null: none can be had. */
  selected: string | null
  /** The administrator has chosen it. */
  managed: boolean
  onChoose: (id: string) => void
}) {
  const id = useId()
  return (
    <fieldset className={choices.choices} disabled={managed}>
      <legend className={choices.legend}>{managed ? t('images.managed') : legend}</legend>
      {images.map((image, at) => (
        <label key={image.id} className={choices.choice}>
          <input
            type="radio"
            name={id}
            value={image.id}
            checked={image.id === selected}
            disabled={!image.available}
            aria-labelledby={`${id}-${at}-name`}
            aria-describedby={`${id}-${at}-about`}
            onChange={() => onChoose(image.id)}
          />
          <span className={styles.words} data-available={image.available}>
            <span id={`${id}-${at}-name`} className={styles.name}>
              {image.name}
            </span>
            <span id={`${id}-${at}-about`} className={styles.about}>
              {image.description}
              {!image.available && <span className={styles.missing}>{t('images.notAvailable')}</span>}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
