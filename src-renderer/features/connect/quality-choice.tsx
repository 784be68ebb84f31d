import type { VideoRequest } from '../../../src-main/shared/model/desktop.ts'
import { presetNames, type PresetName } from '../../../src-main/shared/model/settings.ts'
import { Disclosure } from '../../ui/disclosure.tsx'
import { formatRate } from '../../ui/format.ts'
import { t } from '../../ui/texts.ts'
import styles from './connect.module.css'
import { videoOf } from './store.ts'

const note = ({ width, height, fps, bitrateKbps }: VideoRequest): string =>
  t('connect.qualityNote', { width, height, fps, rate: formatRate(bitrateKbps) })

/** Size and rate of the picture, tucked away: the default suits most. */
export function QualityChoice({
  preset,
  managed,
  automatic,
  onChoose,
}: {
  preset: PresetName
  /** The administrator has chosen it. */
  managed: boolean
  automatic: VideoRequest
  onChoose: (preset: PresetName) => void
}) {
  return (
    <Disclosure summary={t('connect.quality')} note={note(videoOf(preset, automatic))}>
      <fieldset className={styles.presets} disabled={managed}>
        <legend className={styles.legend}>
          {managed ? t('connect.qualityManaged') : t('connect.qualityLegend')}
        </legend>
        {presetNames.map((name) => (
          <label key={name} className={styles.preset}>
            <input
              type="radio"
              name="quality"
              value={name}
              checked={name === preset}
              onChange={() => onChoose(name)}
            />
            <span>{t(`connect.presets.${name}`)}</span>
            <span className={styles.presetNote}>{note(videoOf(name, automatic))}</span>
          </label>
        ))}
      </fieldset>
    </Disclosure>
  )
}
