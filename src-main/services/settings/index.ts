/**
 * Settings: what is remembered of the user's choices, and what the administrator has set. No page of their own yet.
 * What a session or a host is known by belongs to `sessions` and `host`.
 */
export { SettingsService, wishedLanguage, type ChosenAtSite } from './service.ts'
