import type { VideoRequest } from '../../../src-main/shared/model/desktop.ts'
import { Disclosure } from '../../ui/disclosure.tsx'
import { t } from '../../ui/texts.ts'
import styles from './connect.module.css'
import { presetNames, videoOf, type PresetName } from './store.ts'

function note(video: VideoRequest): string {
  return t('connect.qualityNote', { width: video.width, height: video.height, fps: video.fps })
}

/** Size and rate of the picture, tucked away: the default suits most. */
export function QualityChoice({
  preset,
  automatic,
  onChoose,
}: {
  preset: PresetName
  automatic: VideoRequest
  onChoose: (preset: PresetName) => void
}) {
  return (
    <Disclosure summary={t('connect.quality')} note={note(videoOf(preset, automatic))}>
      <fieldset className={styles.presets}>
        <legend className={styles.legend}>{t('connect.qualityLegend')}</legend>
        {presetNames.map((name) => (
          <label key={name} className={styles.preset}>
            <input
              type="radio"
              name="quality"
              value={name}
              checked={name === preset}
              onChange={() => onChoose(name)}
            />
            <span className={styles.presetName}>{t(`connect.presets.${name}`)}</span>
            <span className={styles.presetNote}>{note(videoOf(name, automatic))}</span>
          </label>
        ))}
      </fieldset>
    </Disclosure>
  )
}
