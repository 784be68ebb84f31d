/** Settings: what is remembered of the user's choices, and what the administrator has set. No page of their own yet. */
export { SettingsService, wishedLanguage } from './service.ts'
