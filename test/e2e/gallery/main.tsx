/**
 * The page's states, one for each name after `#`: the real page over a made-up client. A new name changes the state of
 * the page that is already there, as events of the app do. Not part of the product.
 */
import '../../../src-renderer/zod-settings.ts'
import { createRoot } from 'react-dom/client'
import { App } from '../../../src-renderer/app.tsx'
import '../../../src-renderer/ui/base.css'
import '../../../src-renderer/ui/tokens.css'
import { createFakeClient } from './fake-client.ts'
import { scenarioOf } from './scenarios.ts'
import { showStaticPicture } from './static-picture.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

const gallery = createFakeClient(scenarioOf(location.hash.slice(1)))
window.addEventListener('hashchange', () => gallery.show(scenarioOf(location.hash.slice(1))))
createRoot(root).render(<App client={gallery.client} startStreamView={showStaticPicture} />)
