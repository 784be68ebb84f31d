/** The element that shows pictures, and the sink that the worker fills. */
import type { PictureSink } from './worker-messages.ts'

/** Chromium's MediaStreamTrackGenerator: in the window only, and not in the library's types. */
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>
}
type TrackGeneratorConstructor = new (options: { kind: 'video' }) => TrackGenerator

export interface Presenter {
  readonly kind: PictureSink['kind']
  readonly element: HTMLElement
  readonly sink: PictureSink
  readonly transfer: Transferable[]
  /** Pictures that reached the screen; null where only the worker can count. */
  shown(): number | null
  /** Called at the first picture on the screen, where that can be observed. */
  onFirst(listener: () => void): void
  dispose(): void
}

function style(element: HTMLElement): void {
  Object.assign(element.style, { display: 'block', width: '100%', height: '100%', objectFit: 'contain' })
  element.id = 'stream'
}

function createTrackPresenter(Generator: TrackGeneratorConstructor): Presenter {
  const generator = new Generator({ kind: 'video' })
  const video = document.createElement('video')
  style(video)
  video.muted = true
  video.autoplay = true
  video.playsInline = true
  video.disablePictureInPicture = true
  video.srcObject = new MediaStream([generator])
  let shown = 0
  let presentedBefore: number | null = null
  let first: (() => void) | null = null
  let handle = 0
  const onFrame: VideoFrameRequestCallback = (_now, { presentedFrames }) => {
    // The callback may be late; the browser's own count is not.
    shown += presentedBefore === null ? 1 : Math.max(1, presentedFrames - presentedBefore)
    presentedBefore = presentedFrames
    first?.()
    first = null
    handle = video.requestVideoFrameCallback(onFrame)
  }
  handle = video.requestVideoFrameCallback(onFrame)
  // Without sound no gesture is needed; if it is refused nevertheless, `autoplay` tries again.
  video.play().catch(() => undefined)
  return {
    kind: 'track-generator',
    element: video,
    sink: { kind: 'track-generator', writable: generator.writable },
    transfer: [generator.writable],
    shown: () => shown,
    onFirst: (listener) => (first = listener),
    dispose() {
      video.cancelVideoFrameCallback(handle)
      generator.stop()
      video.srcObject = null
      video.remove()
    },
  }
}

function createCanvasPresenter(): Presenter {
  const element = document.createElement('canvas')
  style(element)
  const canvas = element.transferControlToOffscreen()
  return {
    kind: 'canvas',
    element,
    sink: { kind: 'canvas', canvas },
    transfer: [canvas],
    shown: () => null,
    onFirst: () => undefined,
    dispose: () => element.remove(),
  }
}

/** The best presenter of this browser. */
export function createPresenter(preferred: PictureSink['kind'] = 'track-generator'): Presenter {
  const Generator = (globalThis as { MediaStreamTrackGenerator?: TrackGeneratorConstructor })
    .MediaStreamTrackGenerator
  return Generator && preferred === 'track-generator'
    ? createTrackPresenter(Generator)
    : createCanvasPresenter()
}
