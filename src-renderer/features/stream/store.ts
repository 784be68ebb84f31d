/** The stream on the screen: its figures and what surrounds it. Figures by connection id. */
import { createStore } from 'zustand'
import type { SettingChange, SettingsSnapshot } from '../../../src-main/shared/model/settings.ts'
import type { StreamEndReason, ViewFacts } from '../../stream/index.ts'

export interface ViewReport {
  facts: ViewFacts
  /** Unix time in ms. */
  at: number
}

interface StreamState {
  reports: Record<string, ViewReport>
  /** Why the view of a connection ended by itself; gone when a new one starts. */
  stopped: Record<string, StreamEndReason>
  /** A key that could not be sent, as long as that is shown. */
  unsentKey: Record<string, string>
  panel: boolean
  toolbar: boolean
}

export type StreamStore = ReturnType<typeof createStreamStore>

/**
 * @param wide there is room for the panel beside the stream, so it starts open
 * @param remember keeps a choice for the next start
 */
export function createStreamStore(
  wide: boolean,
  remember: (change: SettingChange) => unknown,
  now: () => number = Date.now,
) {
  const store = createStore<StreamState>(() => ({
    reports: {},
    stopped: {},
    unsentKey: {},
    panel: wide,
    toolbar: true,
  }))
  let panelChosen = false
  return {
    ...store,
    takeFacts(desktopId: string, facts: ViewFacts): void {
      store.setState(({ reports }) => ({ reports: { ...reports, [desktopId]: { facts, at: now() } } }))
    },
    started(desktopId: string): void {
      store.setState(({ stopped }) => {
        const { [desktopId]: _gone, ...rest } = stopped
        return { stopped: rest }
      })
    },
    ended(desktopId: string, reason: StreamEndReason): void {
      store.setState(({ stopped }) => ({ stopped: { ...stopped, [desktopId]: reason } }))
    },
    /** @param key null: it was shown for long enough */
    unsent(desktopId: string, key: string | null): void {
      store.setState(({ unsentKey }) => {
        const { [desktopId]: _before, ...rest } = unsentKey
        return { unsentKey: key === null ? rest : { ...rest, [desktopId]: key } }
      })
    },
    /** Takes up whether the panel was shown last, unless that was chosen since. */
    recall({ panel: { value } }: SettingsSnapshot): void {
      if (!panelChosen && value !== 'automatic') store.setState({ panel: value === 'shown' })
    },
    togglePanel: (): void => {
      panelChosen = true
      const panel = !store.getState().panel
      store.setState({ panel })
      remember({ key: 'panel', value: panel ? 'shown' : 'hidden' })
    },
    showToolbar: (toolbar: boolean) => store.setState({ toolbar }),
  }
}
