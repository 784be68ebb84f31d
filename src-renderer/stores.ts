/** The page's stores, made once, and what follows the settings among them. */
import type { Client } from './api/index.ts'
import { createAppStore } from './app-store.ts'
import { createSignInStore } from './features/connect/sign-in-store.ts'
import { createConnectStore } from './features/connect/store.ts'
import { createChoiceStore } from './features/images/choices.ts'
import { createImageStore } from './features/images/store.ts'
import { createQuestionStore } from './features/questions/store.ts'
import { createSessionStore } from './features/sessions/store.ts'
import { createSettingsStore } from './features/settings/store.ts'
import { createSiteCheckStore } from './features/site-check/store.ts'
import { createStatusStore } from './features/status/store.ts'
import { createStreamStore } from './features/stream/store.ts'
import { wishForLanguage } from './ui/texts.ts'

export type Stores = ReturnType<typeof createStores>

export function createStores(client: Client) {
  const app = createAppStore(client)
  const settings = createSettingsStore(client, app.report)
  const connect = createConnectStore(settings.remember)
  const stream = createStreamStore(window.innerWidth >= 1100, settings.remember)
  const choices = createChoiceStore(settings.remember)
  settings.subscribe(({ settings: now }, before) => {
    if (now) wishForLanguage(now.language.value)
    if (now) choices.follow(now)
    if (!now || before.settings) return
    connect.recall(now)
    stream.recall(now)
  })
  return {
    app,
    connect,
    choices,
    images: { stream: createImageStore(client, 'stream'), vnc: createImageStore(client, 'vnc') },
    settings,
    signIns: createSignInStore(client, app.report),
    questions: createQuestionStore(client, app.report),
    sessions: createSessionStore(client, 'stream'),
    vncSessions: createSessionStore(client, 'vnc'),
    siteCheck: createSiteCheckStore(client),
    status: createStatusStore(client),
    stream,
  }
}
