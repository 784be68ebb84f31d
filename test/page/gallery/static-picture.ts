/** A still picture in place of the stream. */
import type { StreamView, StreamViewOptions, ViewFacts } from '../../../src-renderer/stream/index.ts'
import { t } from '../../../src-renderer/ui/texts.ts'
import pictureUrl from './desktop.svg'

const facts: ViewFacts = {
  framesShown: 5396,
  framesDecoded: 5400,
  framesDropped: 4,
  fpsShown: 30,
  decodeP50Ms: 3.4,
  decodeP99Ms: 11.8,
  hardware: false,
  presenter: 'track-generator',
  codec: 'avc1.42C01F',
  width: 1280,
  height: 720,
  firstFrameAt: Date.now(),
}

export function showStaticPicture({ container, onFacts }: StreamViewOptions): StreamView {
  const surface = document.createElement('div')
  surface.tabIndex = 0
  surface.dataset.stream = 'still'
  surface.setAttribute('role', 'application')
  surface.setAttribute('aria-label', t('stream.stage'))
  Object.assign(surface.style, { width: '100%', height: '100%', outline: 'none' })
  const picture = document.createElement('img')
  picture.src = pictureUrl
  picture.alt = ''
  Object.assign(picture.style, { width: '100%', height: '100%', objectFit: 'contain' })
  surface.append(picture)
  container.replaceChildren(surface)
  onFacts(facts)
  const timer = window.setInterval(() => onFacts(facts), 1000)
  return {
    focus: () => surface.focus(),
    dispose() {
      clearInterval(timer)
      container.replaceChildren()
    },
  }
}
