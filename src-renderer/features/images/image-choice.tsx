import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { ImageList } from '../../../src-main/shared/model/image.ts'
import { useAfterPaint } from '../../ui/after-paint.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { t } from '../../ui/texts.ts'
import { choiceAt, effectiveImage, isChoice, isManaged, type ChoiceStore } from './choices.ts'
import { ImageRadios } from './image-radios.tsx'
import styles from './images.module.css'
import type { ImageStore } from './store.ts'

/** Which image new streamed sessions have, tucked away; one sentence shows where it is not the chosen one. */
export function ImageChoice({
  siteId,
  list,
  choices,
}: {
  siteId: string
  list: ImageList
  choices: ChoiceStore
}) {
  const state = useStore(choices)
  const { image, insteadOf } = effectiveImage(list, choiceAt(state, siteId, 'image'))
  return (
    <>
      <Disclosure summary={t('images.title')} note={image?.name ?? t('images.noneShort')}>
        <ImageRadios
          images={list.images}
          legend={t('images.legend')}
          selected={image?.id ?? null}
          managed={isManaged(state, 'image')}
          onChoose={(value) => choices.choose({ key: 'image', siteId, value })}
        />
      </Disclosure>
      <Instead image={image?.name ?? null} insteadOf={insteadOf} />
    </>
  )
}

/** @param image what a session has now; null: none can be had */
export function Instead({ image, insteadOf }: { image: string | null; insteadOf: string | null }) {
  if (image !== null && insteadOf === null) return null
  return (
    <p className={styles.instead} role="status">
      {image === null ? t('images.none') : t('images.instead', { wanted: insteadOf ?? '', image })}
    </p>
  )
}

/** The images of a site's streamed desktops, asked for once the page is drawn; null where there is no choice. */
export function useImageChoice(siteId: string | null, store: ImageStore): ImageList | null {
  const list = useStore(store, ({ bySite }) => (siteId === null ? null : (bySite[siteId]?.list ?? null)))
  const painted = useAfterPaint()
  useEffect(() => {
    if (painted && siteId !== null) void store.look(siteId, null)
  }, [painted, siteId, store])
  return isChoice(list) ? list : null
}
