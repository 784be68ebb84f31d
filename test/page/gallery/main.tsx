/**
 * The page's states by name: the real page over a made-up client. The address names the first one after `#`; then
 * `gallery` opens and changes them in the page that is loaded. Not part of the product.
 */
import '../../../src-renderer/zod-settings.ts'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { LanguageWish } from '../../../src-main/shared/texts/index.ts'
import { App } from '../../../src-renderer/app.tsx'
import '../../../src-renderer/ui/base.css'
import { wishForLanguage } from '../../../src-renderer/ui/texts.ts'
import '../../../src-renderer/ui/tokens.css'
import { createFakeClient, type FakeClient } from './fake-client.ts'
import type { Scenario } from './scenario-parts.ts'
import { scenarioOf } from './scenarios.ts'
import { showStaticPicture } from './static-picture.ts'

declare global {
  interface Window {
    gallery: {
      /** Starts again in this state, as a page that is loaded does: nothing of the one before is left. */
      open(name: string): void
      /** Changes the state of the page that is open, as events of the app do. */
      change(name: string): void
      /** Lets the page speak another language, as its switch does. */
      speak(language: LanguageWish): void
      /** Calls of the page since it was opened: names and inputs in order. */
      readonly calls: FakeClient['calls']
      readonly rfbServer: FakeClient['rfbServer']
    }
  }
}

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')
const root = createRoot(element)

const firstState = (): string => location.hash.slice(1)
let spoken: LanguageWish = 'system'
/** A scenario in the language that is spoken, as the settings of the app have it. */
const inLanguage = (name: string): Scenario => {
  const scenario = scenarioOf(name)
  return { ...scenario, settings: { language: spoken, ...scenario.settings } }
}
let client = createFakeClient(inLanguage(firstState()))
let opened = 0
const render = (): void =>
  root.render(<App key={opened} client={client.client} startStreamView={showStaticPicture} />)

window.gallery = {
  open(name) {
    client = createFakeClient(inLanguage(name))
    opened++
    window.scrollTo(0, 0)
    flushSync(render)
  },
  change: (name) => client.show(inLanguage(name)),
  speak(language) {
    spoken = language
    flushSync(() => wishForLanguage(language))
  },
  get calls() {
    return client.calls
  },
  get rfbServer() {
    return client.rfbServer
  },
}
window.addEventListener('hashchange', () => window.gallery.open(firstState()))
render()
