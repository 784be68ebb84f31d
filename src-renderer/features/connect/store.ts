/** What the user chose on the connect screen: site, name, picture quality. */
import { createStore } from 'zustand'
import type { CallOutput, SiteSummary } from '../../../src-main/shared/contract.ts'
import type { VideoRequest } from '../../../src-main/shared/model/desktop.ts'

export const presetNames = ['automatic', 'light', 'sharp', 'smooth', 'large'] as const
export type PresetName = (typeof presetNames)[number]

const fixedPresets: Record<Exclude<PresetName, 'automatic'>, VideoRequest> = {
  light: { width: 1280, height: 720, fps: 30, bitrateKbps: 6_000 },
  sharp: { width: 1920, height: 1080, fps: 30, bitrateKbps: 15_000 },
  smooth: { width: 1920, height: 1080, fps: 60, bitrateKbps: 25_000 },
  large: { width: 2560, height: 1440, fps: 60, bitrateKbps: 40_000 },
}

/** The video that a preset asks for; `automatic` is what the app measured as suitable. */
export function videoOf(preset: PresetName, automatic: VideoRequest): VideoRequest {
  return preset === 'automatic' ? automatic : fixedPresets[preset]
}

interface ConnectForm {
  siteId: string | null
  user: string
  preset: PresetName
}

export type ConnectStore = ReturnType<typeof createConnectStore>

export function createConnectStore() {
  const store = createStore<ConnectForm>(() => ({ siteId: null, user: '', preset: 'automatic' }))
  return {
    ...store,
    chooseSite: (siteId: string) => store.setState({ siteId }),
    enterUser: (user: string) => store.setState({ user }),
    choosePreset: (preset: PresetName) => store.setState({ preset }),
  }
}

/** The site that is chosen, or the first; null where no site is set up. */
export function chosenSite(form: ConnectForm, info: CallOutput<'app.info'> | null): SiteSummary | null {
  const sites = info?.sites ?? []
  return sites.find((site) => site.id === form.siteId) ?? sites[0] ?? null
}
