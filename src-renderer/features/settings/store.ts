/** The settings as the app keeps them: what was chosen at an earlier start, and what is remembered from now on. */
import { createStore } from 'zustand'
import { VizlinkError } from '../../../src-main/shared/errors.ts'
import type { SettingChange, SettingsSnapshot } from '../../../src-main/shared/model/settings.ts'
import type { Client } from '../../api/index.ts'

interface SettingsState {
  settings: SettingsSnapshot | null
  /** The app has answered, or failed to: nothing need wait for it any more. */
  asked: boolean
}

/** @param report shows a failure */
export function createSettingsStore(client: Client, report: (error: unknown) => void) {
  const store = createStore<SettingsState>(() => ({ settings: null, asked: false }))

  async function read(): Promise<void> {
    try {
      const { settings, notices } = await client.call('settings.get', null)
      store.setState({ settings })
      for (const notice of notices) report(new VizlinkError(notice))
    } catch (error) {
      report(error)
    } finally {
      store.setState({ asked: true })
    }
  }

  return {
    ...store,
    /** Reads the settings and follows them; returns how to stop. */
    begin(): () => void {
      void read()
      return client.on('settings.changed', (settings) => store.setState({ settings }))
    },
    /** Remembers a choice. What the administrator has set stays: the choice then holds for this page alone. */
    remember: async (change: SettingChange): Promise<void> => {
      if (store.getState().settings?.[change.key].managed) return
      try {
        await client.call('settings.set', change)
      } catch (error) {
        report(error)
      }
    },
  }
}
