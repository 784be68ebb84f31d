/** Which value of a setting holds, what of a settings file can be used, and how a change is written into it. */
import {
  defaultSettings,
  mostSites,
  plainSettings,
  settingKeys,
  siteSettings,
  type Policy,
  type SettingChange,
  type Settings,
  type SettingsSnapshot,
} from '../shared/model/settings.ts'
import { siteIdSchema } from '../shared/model/site-id.ts'

/** A settings file as it was read: with what a newer version wrote into it. */
export type SettingsFile = Readonly<Record<string, unknown>>

export const isSettingsFile = (value: unknown): value is SettingsFile =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What of a file can be used: a value out of its bounds is left out, and takes no other with it. */
export function usableSettings(file: SettingsFile): Partial<Settings> {
  const usable: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(plainSettings)) {
    const checked = Object.hasOwn(file, key) ? schema.safeParse(file[key]) : null
    if (checked?.success) usable[key] = checked.data
  }
  for (const [key, schema] of Object.entries(siteSettings)) {
    const entries = entriesOf(file, key).filter(
      ([siteId, value]) => siteIdSchema.safeParse(siteId).success && schema.safeParse(value).success,
    )
    if (entries.length > 0) usable[key] = Object.fromEntries(entries.slice(-mostSites))
  }
  return usable
}

/** Each setting with its source: the policy wins over the user, and the user over the default. */
export function settingsOf(file: SettingsFile, policy: Policy): SettingsSnapshot {
  const user = usableSettings(file)
  const stated = settingKeys.map((key) => {
    const [source, from] =
      policy[key] !== undefined
        ? (['policy', policy] as const)
        : user[key] !== undefined
          ? (['user', user] as const)
          : (['default', defaultSettings] as const)
    return [key, { value: from[key], managed: source === 'policy', source }]
  })
  return Object.fromEntries(stated) as SettingsSnapshot
}

/** The file with one change; everything else stays as it was read. */
export function changedFile(file: SettingsFile, change: SettingChange): SettingsFile {
  if (!('siteId' in change)) return { ...file, [change.key]: change.value }
  const others = entriesOf(file, change.key).filter(([siteId]) => siteId !== change.siteId)
  const entries = change.value === null ? others : [...others, [change.siteId, change.value] as const]
  return { ...file, [change.key]: Object.fromEntries(entries.slice(-mostSites)) }
}

function entriesOf(file: SettingsFile, key: string): [string, unknown][] {
  const value = Object.hasOwn(file, key) ? file[key] : null
  return isSettingsFile(value) ? Object.entries(value) : []
}
