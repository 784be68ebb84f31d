import { useStore } from 'zustand'
import type { VideoRequest } from '../../../src-main/shared/model/desktop.ts'
import { vncHours, vncSizes } from '../../../src-main/shared/model/image.ts'
import { Disclosure } from '../../ui/disclosure.tsx'
import { SelectField } from '../../ui/field.tsx'
import { inWords, t } from '../../ui/texts.ts'
import { choiceAt, effectiveImage, isChoice, isManaged, sizeOf, type ChoiceStore } from './choices.ts'
import { Instead } from './image-choice.tsx'
import { ImageRadios } from './image-radios.tsx'
import styles from './images.module.css'
import type { ImageStore } from './store.ts'

const sizeText = ({ width, height }: Pick<VideoRequest, 'width' | 'height'>): string =>
  t('images.vnc.pixels', { width, height })

/** Image, time limit and size of new VNC desktops. The portal is asked for images only once they are to be seen: it takes its time. */
export function VncOptions({
  siteId,
  user,
  video,
  store,
  choices,
}: {
  siteId: string
  /** At the portal; null: not known yet. */
  user: string | null
  /** Of streams: VNC desktops have its size where none is chosen. */
  video: VideoRequest
  store: ImageStore
  choices: ChoiceStore
}) {
  const state = useStore(choices)
  const { list = null, failure = null } = useStore(store, ({ bySite }) => bySite[siteId]) ?? {}
  const hours = choiceAt(state, siteId, 'vncHours')
  const size = choiceAt(state, siteId, 'vncSize')
  const { image, insteadOf } = list
    ? effectiveImage(list, choiceAt(state, siteId, 'vncImage'))
    : { image: null, insteadOf: null }
  const note = [
    isChoice(list) && image?.name,
    hours !== null && t('images.vnc.hoursOf', { count: hours }),
    sizeText({ ...video, ...sizeOf(size) }),
  ]
  return (
    <div className={styles.options}>
      <Disclosure
        summary={t('images.vnc.title')}
        note={note.filter(Boolean).join(' · ')}
        onOpen={() => void store.look(siteId, user)}
      >
        <div className={styles.fields}>
          {list === null && (
            <p className="quiet-text" role="status">
              {failure ? `${t('images.vnc.notListed')} ${inWords(failure).message}` : t('images.vnc.asking')}
            </p>
          )}
          {isChoice(list) && (
            <ImageRadios
              images={list.images}
              legend={t('images.vnc.legend')}
              selected={image?.id ?? null}
              managed={isManaged(state, 'vncImage')}
              onChoose={(value) => choices.choose({ key: 'vncImage', siteId, value })}
            />
          )}
          <SelectField
            label={t('images.vnc.hours')}
            value={hours ?? ''}
            disabled={isManaged(state, 'vncHours')}
            options={[
              { value: '', label: t('images.vnc.hoursOfPortal') },
              ...vncHours.map((count) => ({
                value: String(count),
                label: t('images.vnc.hoursOf', { count }),
              })),
            ]}
            onChange={({ target }) => {
              const value = vncHours.find((count) => String(count) === target.value) ?? null
              choices.choose({ key: 'vncHours', siteId, value })
            }}
          />
          <SelectField
            label={t('images.vnc.size')}
            value={size ?? ''}
            disabled={isManaged(state, 'vncSize')}
            options={[
              { value: '', label: t('images.vnc.sizeOfPicture', { size: sizeText(video) }) },
              ...vncSizes.map((one) => ({ value: one, label: sizeText({ ...video, ...sizeOf(one) }) })),
            ]}
            onChange={({ target }) => {
              const value = vncSizes.find((one) => one === target.value) ?? null
              choices.choose({ key: 'vncSize', siteId, value })
            }}
          />
        </div>
      </Disclosure>
      {isChoice(list) && <Instead image={image?.name ?? null} insteadOf={insteadOf} />}
    </div>
  )
}
