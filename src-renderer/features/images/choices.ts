/** What is chosen for new sessions, by site: remembered from earlier starts, and what is chosen now. */
import { createStore } from 'zustand'
import type { StartInput } from '../../app-store.ts'
import type { DesktopKind, VideoRequest } from '../../../src-main/shared/model/desktop.ts'
import type { Image, ImageList } from '../../../src-main/shared/model/image.ts'
import type { SettingChange, Settings, SettingsSnapshot } from '../../../src-main/shared/model/settings.ts'

type ChoiceKey = 'image' | 'vncImage' | 'vncHours' | 'vncSize'
type Choice = { [Key in ChoiceKey]: Settings[Key][string] | null }
export type ChoiceChange = Extract<SettingChange, { key: ChoiceKey }>

interface ChoiceState {
  settings: SettingsSnapshot | null
  /** What was chosen on this page: it holds also where it cannot be remembered. */
  here: Readonly<Record<string, Partial<Choice>>>
}

export type ChoiceStore = ReturnType<typeof createChoiceStore>

/** @param remember keeps a choice for the next start */
export function createChoiceStore(remember: (change: SettingChange) => unknown) {
  const store = createStore<ChoiceState>(() => ({ settings: null, here: {} }))
  return {
    ...store,
    follow: (settings: SettingsSnapshot): void => store.setState({ settings }),
    choose(change: ChoiceChange): void {
      const { siteId, key, value } = change
      store.setState(({ here }) => ({ here: { ...here, [siteId]: { ...here[siteId], [key]: value } } }))
      remember(change)
    },
  }
}

/** Whether the administrator has made a choice. */
export const isManaged = ({ settings }: Pick<ChoiceState, 'settings'>, key: ChoiceKey): boolean =>
  settings?.[key].managed ?? false

/** One choice at a site; null: none was made. */
export function choiceAt<Key extends ChoiceKey>(state: ChoiceState, siteId: string, key: Key): Choice[Key] {
  const mine = state.here[siteId]
  // A choice may also have been taken back.
  if (mine && key in mine && !isManaged(state, key)) return mine[key] ?? null
  const remembered = state.settings?.[key].value as Record<string, Choice[Key]> | undefined
  return remembered?.[siteId] ?? null
}

const find = (list: ImageList, id: string | null): Image | null =>
  list.images.find((image) => image.id === id) ?? null

/**
 * The image that a new session will have, of those that can be had.
 * @param chosen the user's; null: none
 * @returns `insteadOf`: the one that was chosen and is not there, by its name
 */
export function effectiveImage(
  list: ImageList,
  chosen: string | null,
): { image: Image | null; insteadOf: string | null } {
  const wanted = find(list, chosen)
  if (wanted?.available) return { image: wanted, insteadOf: null }
  return { image: find(list, list.standard), insteadOf: chosen && (wanted?.name ?? chosen) }
}

/** A choice is one only between several. */
export const isChoice = (list: ImageList | null): list is ImageList => (list?.images.length ?? 0) > 1

/**
 * What a new session is asked for with. An image is named only where the page shows that it can be had: of another one that is
 * remembered the app decides.
 */
export function wishOf(
  state: ChoiceState,
  { kind, siteId }: { kind: DesktopKind; siteId: string },
  list: ImageList | null,
  video: VideoRequest,
): Pick<StartInput, 'video' | 'image' | 'hours'> {
  const isVnc = kind === 'vnc'
  const chosen = choiceAt(state, siteId, isVnc ? 'vncImage' : 'image')
  const image = isChoice(list) && find(list, chosen)?.available ? chosen : null
  const hours = isVnc ? choiceAt(state, siteId, 'vncHours') : null
  return {
    video: isVnc ? { ...video, ...sizeOf(choiceAt(state, siteId, 'vncSize')) } : video,
    ...(image === null ? {} : { image }),
    ...(hours === null ? {} : { hours }),
  }
}

/** Pixels of a size as it is remembered. */
export function sizeOf(size: Choice['vncSize']): Partial<Pick<VideoRequest, 'width' | 'height'>> {
  const [width = 0, height = 0] = (size ?? '').split('x').map(Number)
  return size === null ? {} : { width, height }
}
