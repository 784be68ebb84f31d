/** Which picture a rate is enough for: fewer pictures a second first, then smaller ones. */
import { evenPixels, type VideoRequest } from '../shared/model/desktop.ts'

/** Below that an encoder exceeds its rate, or leaves blocks alone: what low-latency H.264 needs of a desktop that moves. */
const bitsPerPixel = 0.03
/** A better picture than the present one needs so much more: no picture changes to and fro. */
const betterNeeds = 1.25
const slowerRates = [30, 20, 15, 10]
const smallerSizes = [0.75, 0.5, 0.375]
const least = { width: 320, height: 200 }

type Picture = Pick<VideoRequest, 'width' | 'height' | 'fps'>

const pixelsPerSecond = ({ width, height, fps }: Picture): number => width * height * fps

/** What may be asked for in the place of a picture, the best first. */
function ladder({ width, height, fps }: Picture): Picture[] {
  const rates = [fps, ...slowerRates.filter((rate) => rate < fps)]
  const slowest = rates.at(-1) ?? fps
  const smaller = smallerSizes.map((scale) => ({
    width: evenPixels(Math.round(width * scale)),
    height: evenPixels(Math.round(height * scale)),
    fps: slowest,
  }))
  return [
    ...rates.map((rate) => ({ width, height, fps: rate })),
    ...smaller.filter((size) => size.width >= least.width && size.height >= least.height),
  ]
}

/**
 * @param asked what the user wants: nothing is ever better than that
 * @param kbps the rate that there is
 * @param present the picture that is sent now
 */
export function videoFor(asked: VideoRequest, kbps: number, present: Picture): VideoRequest {
  if (kbps >= asked.bitrateKbps) return asked
  const needed = (picture: Picture): number =>
    pixelsPerSecond(picture) *
    bitsPerPixel *
    (pixelsPerSecond(picture) > pixelsPerSecond(present) ? betterNeeds : 1)
  const rungs = ladder(asked)
  const picture = rungs.find((rung) => kbps * 1000 >= needed(rung)) ?? rungs.at(-1) ?? asked
  return { ...picture, bitrateKbps: kbps }
}
