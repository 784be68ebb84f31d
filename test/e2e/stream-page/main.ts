/** The product's stream path alone on a page: what the user interface does with it, without the interface. */
import { createClient, createShellTransport } from '../../../src-renderer/api/index.ts'
import { startStreamView } from '../../../src-renderer/stream/index.ts'

const container = document.getElementById('view')
const ended = document.getElementById('ended')
if (!container || !ended) throw new Error('the page is incomplete')
const view = startStreamView({
  container,
  client: createClient(createShellTransport()),
  desktopId: 'connection-1',
  onFacts: (facts) => (container.dataset.facts = JSON.stringify(facts)),
  onEnded: (reason) => (ended.textContent = JSON.stringify(reason)),
  presenter:
    new URLSearchParams(location.search).get('presenter') === 'canvas' ? 'canvas' : 'track-generator',
})
view.focus()
