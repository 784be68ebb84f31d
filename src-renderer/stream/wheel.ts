/**
 * Wheel events to units of 120 a notch, which hosts count in. How many pixels or lines a notch has depends on browser, system, zoom and
 * settings: it is measured.
 */

const unitsPerNotch = 120
/** More than anybody turns between two events. */
const mostNotches = 8
/** Where nothing was measured yet. */
const usualPixels = 100
const linesPerNotch = 3
/** A turn of this size by a wheel is one notch: 96 to 200 pixels, and what zooming the page makes of them. */
const notch = { smallest: 80, largest: 240 }
/** After a smaller turn for so long the device is one that scrolls smoothly, ms. */
const smoothMs = 500

export interface WheelTurn {
  /** As `WheelEvent.deltaX` or `deltaY`, and `deltaMode`. */
  delta: number
  mode: number
  /** As `wheelDeltaX` or `wheelDeltaY`, where the browser has them: 120 a notch of a wheel; positive is up and left. */
  legacy?: number | undefined
  /** Time of the event, ms. */
  at: number
}

/** One axis of a wheel. */
export class WheelAxis {
  private notchPixels = usualPixels
  private smoothAt = -Infinity

  /** Units of one event; positive is down and right. */
  units(turn: WheelTurn): number {
    const notches = this.notches(turn)
    return Math.max(-mostNotches, Math.min(mostNotches, notches)) * unitsPerNotch
  }

  private notches({ delta, mode, legacy = 0, at }: WheelTurn): number {
    // Browsers count a notch so whatever its pixels or lines are. Three a pixel is how macOS counts what scrolls smoothly.
    if (legacy !== 0 && legacy % unitsPerNotch === 0 && legacy !== -3 * delta) return -legacy / unitsPerNotch
    if (mode !== 0) return mode === 1 ? delta / linesPerNotch : delta
    const size = Math.abs(delta)
    if (size > 0 && size < notch.smallest) this.smoothAt = at
    if (at - this.smoothAt < smoothMs) return delta / usualPixels
    if (size >= notch.smallest && size <= notch.largest) this.notchPixels = size
    const notches = delta / this.notchPixels
    return Math.abs(notches - Math.round(notches)) < 0.05 ? Math.round(notches) : notches
  }
}
