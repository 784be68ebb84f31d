/** The language of dialogs and notifications: what the setting asks for, else the system's. */
import { app as electronApp } from 'electron'
import type { AppSurface } from '../../ports/app-surface.ts'
import type { SettingsSnapshot } from '../../shared/model/settings.ts'
import { chooseLanguage, type Language, type LanguageWish } from '../../shared/texts/index.ts'
import { userDataFolder } from '../data-folder.ts'

let wish: LanguageWish = 'system'

export const currentLanguage = (): Language => chooseLanguage(wish, electronApp.getPreferredSystemLanguages())

/** Reads the setting; with or without an app. */
export async function readLanguage(): Promise<void> {
  const { wishedLanguage } = await import('../../services/settings/index.ts')
  wish = await wishedLanguage(userDataFolder())
}

/** Follows the user's choice while the app runs. */
export const followLanguage = (app: Pick<AppSurface, 'subscribe'>): unknown =>
  app.subscribe((event, data) => {
    if (event === 'settings.changed') wish = (data as SettingsSnapshot).language.value
  })
