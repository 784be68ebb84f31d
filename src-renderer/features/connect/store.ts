/** What the user chose on the connect screen: site, name, picture quality. */
import { createStore } from 'zustand'
import type { CallOutput, SiteSummary } from '../../../src-main/shared/contract.ts'
import { evenPixels, type VideoRequest } from '../../../src-main/shared/model/desktop.ts'
import type { PresetName, SettingChange, SettingsSnapshot } from '../../../src-main/shared/model/settings.ts'

const fixedPresets: Record<Exclude<PresetName, 'automatic' | 'screen'>, VideoRequest> = {
  slow: { width: 1280, height: 720, fps: 30, bitrateKbps: 1_500 },
  light: { width: 1280, height: 720, fps: 30, bitrateKbps: 6_000 },
  sharp: { width: 1920, height: 1080, fps: 30, bitrateKbps: 15_000 },
  smooth: { width: 1920, height: 1080, fps: 60, bitrateKbps: 25_000 },
  large: { width: 2560, height: 1440, fps: 60, bitrateKbps: 40_000 },
}

/** The video that a preset asks for; `automatic` is what the app measured as suitable. */
export function videoOf(preset: PresetName, automatic: VideoRequest): VideoRequest {
  if (preset === 'screen') return videoOfScreen(window.screen, window.devicePixelRatio)
  return preset === 'automatic' ? automatic : fixedPresets[preset]
}

const screenFps = 30
/** Bits for each pixel of a picture, as the presets above have on average. */
const bitsPerPixel = 0.2

/**
 * A picture as large as a screen, whatever its shape; even, and within what the app takes.
 * @param screen in CSS pixels
 * @param ratio device pixels of each
 */
export function videoOfScreen(screen: { width: number; height: number }, ratio: number): VideoRequest {
  const pixels = (count: number, least: number, most: number): number =>
    evenPixels(Math.max(least, Math.min(most, Math.round(count * ratio))))
  const width = pixels(screen.width, 320, 7680)
  const height = pixels(screen.height, 200, 4320)
  const kbps = Math.round((width * height * screenFps * bitsPerPixel) / 1_000_000) * 1000
  return { width, height, fps: screenFps, bitrateKbps: Math.max(4_000, Math.min(60_000, kbps)) }
}

interface ConnectForm {
  siteId: string | null
  /** What was typed; null: nothing yet, and the name that was used last holds. */
  user: string | null
  /** Names that were used last, by site. */
  users: Readonly<Record<string, string>>
  preset: PresetName
  /** The administrator has chosen it. */
  presetManaged: boolean
}

export type ConnectStore = ReturnType<typeof createConnectStore>

/** @param remember keeps a choice for the next start */
export function createConnectStore(remember: (change: SettingChange) => unknown) {
  const store = createStore<ConnectForm>(() => ({
    ...{ siteId: null, user: null, users: {}, preset: 'automatic', presetManaged: false },
  }))
  let presetChosen = false
  return {
    ...store,
    /** Takes up what was chosen at an earlier start; what was chosen since stays. */
    recall({ lastSite, userName, picture }: SettingsSnapshot): void {
      store.setState(({ siteId, preset }) => ({
        siteId: siteId ?? lastSite.value,
        users: userName.value,
        preset: presetChosen && !picture.managed ? preset : picture.value,
        presetManaged: picture.managed,
      }))
    },
    chooseSite(siteId: string): void {
      store.setState({ siteId })
      remember({ key: 'lastSite', value: siteId })
    },
    enterUser: (user: string) => store.setState({ user }),
    choosePreset: (preset: PresetName): void => {
      presetChosen = true
      store.setState({ preset })
      remember({ key: 'picture', value: preset })
    },
    /** Remembers where the user connects; `name`: what was entered for it. */
    used(siteId: string, name: string | null): void {
      remember({ key: 'lastSite', value: siteId })
      if (name !== null) remember({ key: 'userName', siteId, value: name })
    },
  }
}

/** The user name in the form of a site. */
export const userAt = ({ user, users }: Pick<ConnectForm, 'user' | 'users'>, siteId: string): string =>
  user ?? users[siteId] ?? ''

/** The site that is chosen, or the first; null where no site is set up. */
export function chosenSite(
  form: Pick<ConnectForm, 'siteId'>,
  info: CallOutput<'app.info'> | null,
): SiteSummary | null {
  const sites = info?.sites ?? []
  return sites.find((site) => site.id === form.siteId) ?? sites[0] ?? null
}
