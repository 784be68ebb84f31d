/** Codec strings for WebCodecs. Too low a level makes a browser fall back to software without saying so. */
import type { SequenceParameterSet } from './sps.ts'

/** ITU-T H.264 table A-1: level_idc, macroblocks per second, macroblocks per frame. */
const levels: readonly (readonly [number, number, number])[] = [
  [10, 1485, 99],
  [11, 3000, 396],
  [12, 6000, 396],
  [13, 11_880, 396],
  [20, 11_880, 396],
  [21, 19_800, 792],
  [22, 20_250, 1620],
  [30, 40_500, 1620],
  [31, 108_000, 3600],
  [32, 216_000, 5120],
  [40, 245_760, 8192],
  [42, 522_240, 8704],
  [50, 589_824, 22_080],
  [51, 983_040, 36_864],
  [52, 2_073_600, 36_864],
  [60, 4_177_920, 139_264],
  [61, 8_355_840, 139_264],
  [62, 16_711_680, 139_264],
]

/** Smallest level_idc that covers the size (pixels) and rate (frames per second). */
export function levelFor(width: number, height: number, fps: number): number {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  const found = levels.find(([, rate, size]) => macroblocks <= size && macroblocks * fps <= rate)
  return found?.[0] ?? 62
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0')

/** `avc1.PPCCLL` with the stream's own profile, and a level that covers what it says and what it does. */
export function h264CodecString(
  parameters: Pick<SequenceParameterSet, 'profile' | 'constraints' | 'level' | 'width' | 'height'>,
  fps: number,
): string {
  const level = Math.max(parameters.level, levelFor(parameters.width, parameters.height, fps))
  return `avc1.${hex(parameters.profile)}${hex(parameters.constraints)}${hex(level)}`
}
