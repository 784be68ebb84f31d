/** The settings: one schema for the file, the page and the administrator's policy (docs/settings.md). */
import { z } from 'zod'
import { imageIdSchema, vncHoursSchema, vncSizeSchema } from './image.ts'
import { portalUserSchema } from './user-name.ts'
import { siteIdSchema } from './site-id.ts'

export const presetNames = ['automatic', 'slow', 'light', 'sharp', 'smooth', 'large', 'screen'] as const
export type PresetName = (typeof presetNames)[number]

/** Sites of which something is remembered; the one that was changed longest ago goes first. */
export const mostSites = 200

/** Settings of the whole program. */
export const plainSettings = {
  language: z.enum(['system', 'en', 'ko']),
  /** The site that was used last; null: none yet. */
  lastSite: siteIdSchema.nullable(),
  /** Size and rate of the picture. */
  picture: z.enum(presetNames),
  /** The status panel beside a desktop; `automatic`: shown where there is room. */
  panel: z.enum(['automatic', 'shown', 'hidden']),
}

/** Settings that each site has of its own, by its id. */
export const siteSettings = {
  /** Name at the portal, where the profile names none. */
  userName: portalUserSchema,
  /** Image of new sessions. */
  image: imageIdSchema,
  vncImage: imageIdSchema,
  /** Time limit of a new VNC desktop, hours; not set: the portal's. */
  vncHours: vncHoursSchema,
  /** Size of a new VNC desktop, pixels; not set: that of the picture. */
  vncSize: vncSizeSchema,
}

const bySite = <T extends z.ZodType>(value: T) =>
  z.record(siteIdSchema, value).refine((all) => Object.keys(all).length <= mostSites)

export const settingsSchema = z.strictObject({
  ...plainSettings,
  userName: bySite(siteSettings.userName),
  image: bySite(siteSettings.image),
  vncImage: bySite(siteSettings.vncImage),
  vncHours: bySite(siteSettings.vncHours),
  vncSize: bySite(siteSettings.vncSize),
})
export type Settings = z.infer<typeof settingsSchema>
export type SettingKey = keyof Settings
export const settingKeys = Object.keys(settingsSchema.shape) as SettingKey[]

/** What the administrator sets. A key that is not known makes the whole policy unusable: nothing of it may get lost unseen. */
export const policySchema = settingsSchema.partial()
export type Policy = z.infer<typeof policySchema>

export const defaultSettings: Settings = {
  language: 'system',
  lastSite: null,
  picture: 'automatic',
  panel: 'automatic',
  userName: {},
  image: {},
  vncImage: {},
  vncHours: {},
  vncSize: {},
}

const { shape } = settingsSchema
const change = <K extends keyof typeof plainSettings>(key: K) =>
  z.strictObject({ key: z.literal(key), value: plainSettings[key] })
const changeAt = <K extends keyof typeof siteSettings>(key: K) =>
  z.strictObject({
    key: z.literal(key),
    siteId: siteIdSchema,
    /** Null: nothing is remembered any more. */
    value: siteSettings[key].nullable(),
  })

/** One change of one setting. */
export const settingChangeSchema = z.discriminatedUnion('key', [
  change('language'),
  change('lastSite'),
  change('picture'),
  change('panel'),
  changeAt('userName'),
  changeAt('image'),
  changeAt('vncImage'),
  changeAt('vncHours'),
  changeAt('vncSize'),
])
export type SettingChange = z.infer<typeof settingChangeSchema>

const stated = <T extends z.ZodType>(value: T) =>
  z.object({
    value,
    /** The administrator has set it: it cannot be changed here. */
    managed: z.boolean(),
    source: z.enum(['default', 'user', 'policy']),
  })

export const settingsSnapshotSchema = z.object({
  language: stated(shape.language),
  lastSite: stated(shape.lastSite),
  picture: stated(shape.picture),
  panel: stated(shape.panel),
  userName: stated(shape.userName),
  image: stated(shape.image),
  vncImage: stated(shape.vncImage),
  vncHours: stated(shape.vncHours),
  vncSize: stated(shape.vncSize),
})
export type SettingsSnapshot = z.infer<typeof settingsSnapshotSchema>
