/// <reference lib="dom" />
/**
 * Runs inside the page: reads the machine-readable strip of the demo's pictures from what the <video> element presents,
 * and takes the times between clicks and their echoes. Installed by a test or the headless demo; the product knows nothing of it.
 * The function is sent to the page as text, so it must not use anything from outside itself.
 */

export interface ProbeState {
  shown: number
  /** Unix ms of the first and the latest shown frame that carried a valid counter. */
  firstValidAt: number | null
  latestAt: number | null
  /** Counters of shown frames, in order (the latest 5000). */
  counters: number[]
  /** Unix ms at which each of them was shown. */
  shownAt: number[]
  clicks: number
  keys: number
  /** Unix ms at which the Connect button was clicked. */
  connectClickedAt: number | null
  /** From a pointer press on the stream to the shown frame that carries its echo, in ms. */
  roundTrips: number[]
  /** Shown frames whose strip was wrong, and those that the browser had given up before they could be read. */
  invalid: number
  unread: number
  /** Frames that the browser showed without notifying the probe in time: one that came later took their place in its turn. */
  untold: number
}

export function installProbe(): void {
  const cell = 8
  const columns = 28
  const state: ProbeState = {
    shown: 0,
    firstValidAt: null,
    latestAt: null,
    counters: [],
    shownAt: [],
    clicks: 0,
    keys: 0,
    connectClickedAt: null,
    roundTrips: [],
    invalid: 0,
    unread: 0,
    untold: 0,
  }
  Object.assign(globalThis, { vizlinkProbe: state })
  let pressedAt: number | null = null
  let clicksBefore = 0

  document.addEventListener(
    'click',
    (event) => {
      const button = (event.target as Element).closest('button')
      if (button && state.connectClickedAt === null) state.connectClickedAt = Date.now()
    },
    true,
  )
  document.addEventListener(
    'pointerdown',
    (event) => {
      if (!(event.target as Element).closest('[data-stream]')) return
      if (pressedAt !== null) return
      pressedAt = performance.now()
      clicksBefore = state.clicks
    },
    true,
  )

  const readStrip = async (
    video: HTMLVideoElement,
  ): Promise<{ counter: number; clicks: number; keys: number } | null> => {
    const frame = new VideoFrame(video)
    try {
      const rect = { x: 0, y: 0, width: cell * columns, height: cell * 2 }
      const options = { rect }
      const bytes = new Uint8Array(frame.allocationSize(options))
      const layout = await frame.copyTo(bytes, options)
      const packed = !/^(I4|NV)/.test(frame.format ?? 'RGBA')
      const { offset, stride } = layout[0] ?? { offset: 0, stride: rect.width }
      const luma = (x: number, y: number): number =>
        bytes[offset + y * stride + (packed ? x * 4 + 1 : x)] ?? 0
      const values: number[] = []
      for (let byte = 0; byte < 7; byte++) {
        let value = 0
        for (let bit = 0; bit < 8; bit++) {
          const index = byte * 8 + bit
          const x = (index % columns) * cell + cell / 2
          const y = Math.floor(index / columns) * cell + cell / 2
          value = value * 2 + (luma(x, y) >= 128 ? 1 : 0)
        }
        values.push(value)
      }
      const [sync = 0, high = 0, middle = 0, low = 0, clicks = 0, keys = 0, check = -1] = values
      if (sync !== 0b10100110 || ((sync + high + middle + low + clicks + keys) & 255) !== check) return null
      return { counter: (high << 16) | (middle << 8) | low, clicks, keys }
    } finally {
      frame.close()
    }
  }

  const watch = (video: HTMLVideoElement): void => {
    let presented: number | null = null
    const onFrame = (_now: number, { presentedFrames }: { presentedFrames: number }): void => {
      state.shown++
      if (presented !== null) state.untold += presentedFrames - presented - 1
      presented = presentedFrames
      const shownAt = performance.now()
      void readStrip(video)
        .then((strip) => {
          if (strip === null) {
            state.invalid++
            return
          }
          const now = Date.now()
          state.firstValidAt ??= now
          state.latestAt = now
          state.counters.push(strip.counter)
          state.shownAt.push(performance.timeOrigin + shownAt)
          for (const list of [state.counters, state.shownAt]) if (list.length > 5000) list.shift()
          state.clicks = strip.clicks
          state.keys = strip.keys
          if (pressedAt !== null && strip.clicks !== clicksBefore) {
            state.roundTrips.push(shownAt - pressedAt)
            pressedAt = null
          }
        })
        .catch(() => state.unread++)
      if (video.isConnected) video.requestVideoFrameCallback(onFrame)
    }
    video.requestVideoFrameCallback(onFrame)
  }
  let watched: Element | null = null
  setInterval(() => {
    const video = document.querySelector('video#stream')
    if (video && video !== watched) {
      watched = video
      watch(video as HTMLVideoElement)
    }
  }, 20)
}
